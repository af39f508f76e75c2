package io.smartqueue.ultramsg.testkit;

import org.assertj.core.api.AbstractAssert;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Assertions about what a {@link StubInstance} has received; get one from {@link UltraMsgAssertions}.
 *
 * <p>Failures list the recipient and text of every message, which in tests are invented, and never a token.
 */
public final class StubInstanceAssert extends AbstractAssert<StubInstanceAssert, StubInstance> {

    StubInstanceAssert(StubInstance actual) {
        super(actual, StubInstanceAssert.class);
    }

    /**
     * Asserts that no message was accepted. There may have been requests.
     *
     * @return this
     */
    public StubInstanceAssert hasReceivedNothing() {
        isNotNull();
        requireCount(0, actual.receivedMessages(), "");
        return this;
    }

    /**
     * Asserts how many messages were accepted.
     *
     * @param count the exact number
     * @return this
     */
    public StubInstanceAssert hasReceivedMessages(int count) {
        isNotNull();
        requireCount(count, actual.receivedMessages(), "");
        return this;
    }

    /**
     * Asserts that a text was accepted, among others maybe.
     *
     * @param to the recipient, exactly as it was sent
     * @param body the text
     * @return this
     */
    public StubInstanceAssert hasReceivedText(String to, String body) {
        isNotNull();
        List<ReceivedMessage> received = actual.receivedMessages();
        if (received.stream()
                .noneMatch(message -> message.to().equals(to) && message.body().equals(body))) {
            fail("a text to " + to + ": \"" + body + "\"", received);
        }
        return this;
    }

    /**
     * Asserts that exactly these texts were accepted, to whomever, in this order.
     *
     * @param bodiesInOrder the texts
     * @return this
     */
    public StubInstanceAssert hasReceivedTexts(String... bodiesInOrder) {
        isNotNull();
        List<ReceivedMessage> received = actual.receivedMessages();
        List<String> expected = List.of(bodiesInOrder);
        if (!received.stream().map(ReceivedMessage::body).toList().equals(expected)) {
            String texts = expected.stream().map(body -> "\"" + body + "\"").collect(Collectors.joining(", "));
            fail("the texts " + texts + ", in this order and no others", received);
        }
        return this;
    }

    /**
     * Waits for messages and asserts how many were accepted: exactly the number at the moment it is reached.
     *
     * @param count the number; reaching it ends the wait
     * @param deadline how long to wait at most
     * @return this
     */
    public StubInstanceAssert eventuallyHasReceivedMessages(int count, Duration deadline) {
        isNotNull();
        try {
            requireCount(count, actual.awaitMessages(count, deadline), " within " + deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("Interrupted while waiting for %s", messages(count));
        }
        return this;
    }

    private void requireCount(int count, List<ReceivedMessage> received, String addition) {
        if (received.size() != count) {
            fail(messages(count) + addition, received);
        }
    }

    private void fail(String expected, List<ReceivedMessage> received) {
        throw failure("Expected %s to have received %s%nbut it received %s", actual.id(), expected, listed(received));
    }

    private static String listed(List<ReceivedMessage> received) {
        return received.stream()
                .map(message ->
                        String.format(Locale.ROOT, "%n  %d to %s: \"%s\"", message.id(), message.to(), message.body()))
                .collect(Collectors.joining("", messages(received.size()) + (received.isEmpty() ? "" : ":"), ""));
    }

    private static String messages(int count) {
        return switch (count) {
            case 0 -> "no message";
            case 1 -> "1 message";
            default -> count + " messages";
        };
    }
}
