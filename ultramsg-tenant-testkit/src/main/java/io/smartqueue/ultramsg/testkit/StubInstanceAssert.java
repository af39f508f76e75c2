package io.smartqueue.ultramsg.testkit;

import org.assertj.core.api.AbstractAssert;

import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Assertions about what a {@link StubInstance} has received; get one from {@link UltraMsgAssertions}.
 *
 * <p>Failures list every message, which in tests are invented, with asterisks in place of the instance's token.
 */
public final class StubInstanceAssert extends AbstractAssert<StubInstanceAssert, StubInstance> {

    private final Duration deadline;

    StubInstanceAssert(StubInstance actual) {
        this(actual, Duration.ZERO);
    }

    private StubInstanceAssert(StubInstance actual, Duration deadline) {
        super(actual, StubInstanceAssert.class);
        this.deadline = deadline;
    }

    /**
     * Lets the assertions that follow wait until they hold.
     *
     * @param atMost how long each of them waits, by this machine's clock
     * @return assertions that wait
     */
    public StubInstanceAssert within(Duration atMost) {
        isNotNull();
        return new StubInstanceAssert(actual, atMost).as(descriptionText());
    }

    /**
     * Asserts that no message was accepted. There may have been requests.
     *
     * @return this
     */
    public StubInstanceAssert receivedNothing() {
        return receivedMessages(0);
    }

    /**
     * Asserts how many messages were accepted. A wait ends when they are there, so that more may come.
     *
     * @param count the exact number
     * @return this
     */
    public StubInstanceAssert receivedMessages(int count) {
        return require(received -> received.size() == count, count(count));
    }

    /**
     * Asserts that these messages were accepted, in any order, among others maybe.
     *
     * @param messages what they are like; one message may do for several
     * @return this
     */
    public StubInstanceAssert received(ExpectedMessage... messages) {
        return require(
                received -> Arrays.stream(messages)
                        .allMatch(message -> received.stream().anyMatch(message::matches)),
                "these messages" + listed(messages));
    }

    /**
     * Asserts that these messages were accepted in this order, with others in between maybe.
     *
     * @param messages what they are like
     * @return this
     */
    public StubInstanceAssert receivedInOrder(ExpectedMessage... messages) {
        return require(received -> areInOrder(messages, received), "in this order" + listed(messages));
    }

    /**
     * Asserts that these messages were accepted in this order, and no others.
     *
     * @param messages what they are like
     * @return this
     */
    public StubInstanceAssert receivedOnly(ExpectedMessage... messages) {
        return require(
                received -> received.size() == messages.length && areInOrder(messages, received),
                "in this order and no others" + listed(messages));
    }

    /**
     * Asserts that exactly these texts were accepted, to whomever, in this order.
     *
     * @param texts the texts
     * @return this
     */
    public StubInstanceAssert receivedTexts(String... texts) {
        return receivedOnly(Arrays.stream(texts).map(UltraMsgAssertions::text).toArray(ExpectedMessage[]::new));
    }

    private StubInstanceAssert require(Predicate<List<ReceivedMessage>> condition, String expected) {
        isNotNull();
        List<ReceivedMessage> received = awaited(condition, expected);
        if (!condition.test(received)) {
            throw failure(
                    "%s",
                    actual.masked("Expected " + actual.id() + " to have received " + expected + patience()
                            + System.lineSeparator() + "but it received " + listed(received)));
        }
        return this;
    }

    private List<ReceivedMessage> awaited(Predicate<List<ReceivedMessage>> condition, String expected) {
        try {
            return actual.awaitMessages(condition, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("%s", actual.masked("Interrupted while waiting for " + expected));
        }
    }

    private String patience() {
        return deadline.isZero() ? "" : System.lineSeparator() + "within " + deadline;
    }

    private static boolean areInOrder(ExpectedMessage[] expected, List<ReceivedMessage> received) {
        Iterator<ReceivedMessage> rest = received.iterator();
        for (ExpectedMessage message : expected) {
            boolean found = false;
            while (!found && rest.hasNext()) {
                found = message.matches(rest.next());
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static String listed(ExpectedMessage... messages) {
        return Arrays.stream(messages)
                .map(message -> System.lineSeparator() + "  " + message.description())
                .collect(Collectors.joining());
    }

    private static String listed(List<ReceivedMessage> received) {
        return received.stream()
                .map(message -> System.lineSeparator() + "  " + message.id() + " "
                        + ExpectedMessage.described(message.kind(), message.parameters()))
                .collect(Collectors.joining("", count(received.size()) + (received.isEmpty() ? "" : ":"), ""));
    }

    private static String count(int count) {
        return switch (count) {
            case 0 -> "no message";
            case 1 -> "1 message";
            default -> count + " messages";
        };
    }
}
