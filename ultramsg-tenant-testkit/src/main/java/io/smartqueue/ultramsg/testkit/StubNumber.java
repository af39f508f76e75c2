package io.smartqueue.ultramsg.testkit;

/**
 * A person's number as one {@link StubInstance} sees it. Everyone is on WhatsApp unless a test says otherwise.
 *
 * <pre>{@code
 * instance.number("+15550001111").isNotOnWhatsApp();
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class StubNumber {

    private final String chatId;
    private final InstanceState state;

    StubNumber(String chatId, InstanceState state) {
        this.chatId = chatId;
        this.state = state;
    }

    /**
     * Takes the number from WhatsApp: messages to it are accepted and become {@code invalid} when their turn comes, and
     * {@code contacts/check} says so, after its cache of three days.
     *
     * @return this number
     */
    public StubNumber isNotOnWhatsApp() {
        state.change(data -> data.directory.leaveWhatsApp(chatId));
        return this;
    }

    /**
     * Brings the number back to WhatsApp.
     *
     * @return this number
     */
    public StubNumber isOnWhatsApp() {
        state.change(data -> data.directory.joinWhatsApp(chatId));
        return this;
    }

    /**
     * Makes the number a contact with this name.
     *
     * @param name the name in lists
     * @return this number
     */
    public StubNumber isCalled(String name) {
        state.change(data -> data.directory.name(chatId, name));
        return this;
    }

    /**
     * Gives the number a profile picture, which {@code contacts/image} tells.
     *
     * @param url where the picture is
     * @return this number
     */
    public StubNumber hasPicture(String url) {
        state.change(data -> data.directory.picture(chatId, url));
        return this;
    }
}
