package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.testkit.ReceivedMessage.Kind;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import static io.smartqueue.ultramsg.testkit.StubClient.TOKEN;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.message;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StubInstanceAssertTest {

    private final StubInstance instance = new StubInstance(
            InstanceId.parse("1150"), TOKEN, URI.create("http://localhost/instance1150"), Clock.systemUTC());

    @Test
    void passesWhenWhatItSaysIsTrue() {
        assertThat(instance).receivedNothing().receivedTexts();

        receive("+15550001111", "one");
        receive("+15550002222", "two");

        assertThat(instance)
                .receivedMessages(2)
                .received(text("two").to("+15550002222"))
                .receivedTexts("one", "two")
                .within(Duration.ZERO)
                .receivedMessages(2);
    }

    @Test
    void listsWhatCameInPlaceOfNothing() {
        receive("+15550001111", "Hello");

        assertFailure(() -> assertThat(instance).receivedNothing(), """
                Expected instance1150 to have received no message
                but it received 1 message:
                  1 text to +15550001111: "Hello\"""");
    }

    @Test
    void listsWhatCameInAnotherNumber() {
        receive("+15550001111", "one");
        receive("+15550002222", "100 %s");

        assertFailure(() -> assertThat(instance).receivedMessages(1), """
                Expected instance1150 to have received 1 message
                but it received 2 messages:
                  1 text to +15550001111: "one"
                  2 text to +15550002222: "100 %s\"""");
    }

    @Test
    void tellsWhichTextIsMissing() {
        receive("+15550001111", "Hello");

        assertFailure(() -> assertThat(instance).received(text("Hello").to("+15550002222")), """
                Expected instance1150 to have received these messages
                  text to +15550002222: "Hello"
                but it received 1 message:
                  1 text to +15550001111: "Hello\"""");
    }

    @Test
    void tellsTheOrderItExpects() {
        receive("+15550001111", "two");
        receive("+15550001111", "one");

        assertFailure(() -> assertThat(instance).receivedTexts("one", "two"), """
                Expected instance1150 to have received in this order and no others
                  text: "one"
                  text: "two"
                but it received 2 messages:
                  1 text to +15550001111: "two"
                  2 text to +15550001111: "one\"""");
    }

    @Test
    void tellsHowLongItWaited() {
        assertFailure(() -> assertThat(instance).within(Duration.ofMillis(20)).receivedMessages(3), """
                Expected instance1150 to have received 3 messages
                within PT0.02S
                but it received no message""");
    }

    @Test
    void tellsOrderFromPresence() {
        receive("+15550001111", "one");
        receive("+15550002222", "two");
        receive("+15550001111", "three");

        assertThat(instance)
                .received(text("three"), text("one"))
                .receivedInOrder(text("one"), text("three").to("15550001111@c.us"))
                .receivedOnly(text("one"), text("two"), text("three"));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(instance).receivedInOrder(text("three"), text("one")));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(instance).receivedOnly(text("one"), text("three")));
    }

    @Test
    void comparesAllThatIsSaid() {
        instance.answer(new StubRequest(
                "instance1150",
                "POST messages/image",
                Map.of(
                        "token",
                        TOKEN,
                        "to",
                        "+15550001111",
                        "image",
                        "https://example.com/a.png",
                        "caption",
                        "Look at " + TOKEN,
                        "referenceId",
                        "r-7")));

        assertThat(instance)
                .received(message(Kind.IMAGE, "https://example.com/a.png")
                        .to("+15550001111")
                        .referenceId("r-7"));
        assertFailure(
                () -> assertThat(instance)
                        .received(
                                message(Kind.IMAGE, "https://example.com/a.png").with("caption", "See")),
                """
                Expected instance1150 to have received these messages
                  image: "https://example.com/a.png", caption "See"
                but it received 1 message:
                  1 image to +15550001111: "https://example.com/a.png", caption "Look at ***", referenceId "r-7\"""");
    }

    @Test
    void endsTheWaitWhenTheMessagesAreThere() {
        CompletableFuture<Void> arriving = CompletableFuture.runAsync(() -> {
            receive("+15550001111", "one");
            receive("+15550001111", "two");
        });

        assertThat(instance).within(Duration.ofMinutes(1)).receivedMessages(2);

        arriving.join();
    }

    @Test
    void failsAtOnceWhenInterrupted() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(
                        () -> assertThat(instance).within(Duration.ofMinutes(1)).receivedMessages(1))
                .withMessage("Interrupted while waiting for 1 message");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void startsWithTheDescription() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(instance).as("the reminder").receivedMessages(1))
                .withMessageStartingWith("[the reminder] Expected instance1150");
    }

    private void receive(String to, String body) {
        instance.answer(
                new StubRequest("instance1150", "POST messages/chat", Map.of("token", TOKEN, "to", to, "body", body)));
    }

    private static void assertFailure(ThrowingCallable assertion, String message) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(assertion)
                .satisfies(failure -> assertThat(failure.getMessage())
                        .isEqualToNormalizingNewlines(message)
                        .doesNotContain(TOKEN));
    }
}
