package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.InstanceId;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import static io.smartqueue.ultramsg.testkit.StubClient.TOKEN;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StubInstanceAssertTest {

    private final StubInstance instance = new StubInstance(
            InstanceId.parse("1150"), TOKEN, URI.create("http://localhost/instance1150"), Clock.systemUTC());

    @Test
    void passesWhenWhatItSaysIsTrue() {
        assertThat(instance).hasReceivedNothing().hasReceivedTexts();

        receive("+15550001111", "one");
        receive("+15550002222", "two");

        assertThat(instance)
                .hasReceivedMessages(2)
                .hasReceivedText("+15550002222", "two")
                .hasReceivedTexts("one", "two")
                .eventuallyHasReceivedMessages(2, Duration.ZERO);
    }

    @Test
    void listsWhatCameInPlaceOfNothing() {
        receive("+15550001111", "Hello");

        assertFailure(() -> assertThat(instance).hasReceivedNothing(), """
                Expected instance1150 to have received no message
                but it received 1 message:
                  1 to +15550001111: "Hello\"""");
    }

    @Test
    void listsWhatCameInAnotherNumber() {
        receive("+15550001111", "one");
        receive("+15550002222", "100 %s");

        assertFailure(() -> assertThat(instance).hasReceivedMessages(1), """
                Expected instance1150 to have received 1 message
                but it received 2 messages:
                  1 to +15550001111: "one"
                  2 to +15550002222: "100 %s\"""");
    }

    @Test
    void tellsWhichTextIsMissing() {
        receive("+15550001111", "Hello");

        assertFailure(() -> assertThat(instance).hasReceivedText("+15550002222", "Hello"), """
                Expected instance1150 to have received a text to +15550002222: "Hello"
                but it received 1 message:
                  1 to +15550001111: "Hello\"""");
    }

    @Test
    void tellsTheOrderItExpects() {
        receive("+15550001111", "two");
        receive("+15550001111", "one");

        assertFailure(() -> assertThat(instance).hasReceivedTexts("one", "two"), """
                Expected instance1150 to have received the texts "one", "two", in this order and no others
                but it received 2 messages:
                  1 to +15550001111: "two"
                  2 to +15550001111: "one\"""");
    }

    @Test
    void tellsHowLongItWaited() {
        assertFailure(() -> assertThat(instance).eventuallyHasReceivedMessages(3, Duration.ofMillis(20)), """
                Expected instance1150 to have received 3 messages within PT0.02S
                but it received no message""");
    }

    @Test
    void endsTheWaitWhenTheMessagesAreThere() {
        CompletableFuture<Void> arriving = CompletableFuture.runAsync(() -> {
            receive("+15550001111", "one");
            receive("+15550001111", "two");
        });

        assertThat(instance).eventuallyHasReceivedMessages(2, Duration.ofMinutes(1));

        arriving.join();
    }

    @Test
    void failsAtOnceWhenInterrupted() {
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(instance).eventuallyHasReceivedMessages(1, Duration.ofMinutes(1)))
                .withMessage("Interrupted while waiting for 1 message");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void startsWithTheDescription() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertThat(instance).as("the reminder").hasReceivedMessages(1))
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
