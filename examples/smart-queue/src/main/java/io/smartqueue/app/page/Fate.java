package io.smartqueue.app.page;

import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message, as people say it.
 *
 * @param code one of {@code queued}, {@code sent}, {@code delivered}, {@code read}, {@code failed}, {@code cancelled}, {@code unknown},
 *     {@code forgotten}
 * @param words the same in words, so that nobody has to know colours
 * @param detail why, as the library and UltraMsg say it; empty if there is nothing to say
 * @param advice what to do; empty if nothing
 */
record Fate(String code, String words, String detail, String advice) {
    private static final String REJECTED = "rejected";
    private static final Fate FORGOTTEN = new Fate("forgotten", "no longer known", "", "");

    boolean isTroubled() {
        return code.equals("failed") || code.equals("unknown");
    }

    /** Whether it is kept for another try. */
    boolean mayBeRetried() {
        return words.equals(REJECTED);
    }

    /**
     * Says what the library knows.
     *
     * @param item null if it has forgotten the message
     */
    static Fate of(@Nullable OutboxItem item) {
        if (item == null) {
            return FORGOTTEN;
        }
        return switch (item.state()) {
            case QUEUED -> new Fate("queued", "waits to be sent", "", "");
            case SENDING -> new Fate("queued", "is being sent", detail(item), "");
            case ACCEPTED -> of(item.delivery() == null ? DeliveryState.QUEUED : item.delivery());
            case REJECTED -> new Fate("failed", REJECTED, detail(item), advice(item));
            case UNKNOWN ->
                new Fate("unknown", "perhaps sent", detail(item), "Ask the customer before you write the same again.");
            case EXPIRED ->
                new Fate("failed", "too late to be of use", "It waited for too long.", "Tell the customer yourself.");
            case CANCELLED -> new Fate("cancelled", "not needed any more", "", "");
        };
    }

    private static Fate of(DeliveryState delivery) {
        return switch (delivery) {
            case QUEUED -> new Fate("queued", "taken by UltraMsg", "", "");
            case SENT, ON_SERVER -> new Fate("sent", "sent", "", "");
            case DELIVERED -> new Fate("delivered", "delivered", "", "");
            case READ, PLAYED -> new Fate("read", "read", "", "");
            case INVALID ->
                new Fate(
                        "failed",
                        "not on WhatsApp",
                        "There is no WhatsApp at this number.",
                        "Ask the customer for another number.");
            case UNSENT ->
                new Fate("failed", "not sent", "UltraMsg could not send it.", "Test the connection in Details.");
            case EXPIRED ->
                new Fate(
                        "failed",
                        "not sent",
                        "It waited at UltraMsg for more than a day.",
                        "Test the connection in Details.");
        };
    }

    private static String detail(OutboxItem item) {
        return item.detail() == null ? "" : item.detail();
    }

    private static String advice(OutboxItem item) {
        return item.reason() == null ? "" : Advice.on(item.reason());
    }
}
