package io.smartqueue.ultramsg.testkit;

/**
 * The way in to assertions about an {@link UltraMsgServer}'s instances; import it statically beside AssertJ's own.
 *
 * <pre>{@code
 * assertThat(instance).hasReceivedTexts("You are next", "Your turn");
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
}
