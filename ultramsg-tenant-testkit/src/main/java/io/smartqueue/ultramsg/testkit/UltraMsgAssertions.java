package io.smartqueue.ultramsg.testkit;

/**
 * The way in to assertions about an {@link UltraMsgServer}'s instances; import it statically beside AssertJ's own.
 *
 * <pre>{@code
 * assertThat(instance).received(text("You are next").to("+15550001111"));
 * }</pre>
 */
public final class UltraMsgAssertions {

    private UltraMsgAssertions() {}

    /**
     * Starts assertions about an instance.
     *
     * @param instance the instance
     * @return assertions to chain
     */
    public static StubInstanceAssert assertThat(StubInstance instance) {
        return new StubInstanceAssert(instance);
    }

    /**
     * Describes a text.
     *
     * @param body the text
     * @return a message like that, to whomever
     */
    public static ExpectedMessage text(String body) {
        return message(ReceivedMessage.Kind.TEXT, body);
    }

    /**
     * Describes a message of any kind.
     *
     * @param kind what it is
     * @param content what matters most, as {@link ReceivedMessage#body()} tells it
     * @return a message like that, to whomever
     */
    public static ExpectedMessage message(ReceivedMessage.Kind kind, String content) {
        return ExpectedMessage.of(kind, content);
    }
}
