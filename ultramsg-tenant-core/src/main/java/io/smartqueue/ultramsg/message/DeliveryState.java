package io.smartqueue.ultramsg.message;

import java.util.Locale;
import java.util.Optional;

/**
 * How far a message that UltraMsg took has come, in order: a report of an earlier state that arrives late changes nothing. What failed
 * at UltraMsg can still get further, if somebody has it resent there.
 *
 * <p>Source: docs/ultramsg-api.md, sections 3.3 and 5.3: a message's {@code status} and {@code ack}.
 */
public enum DeliveryState {
    /** It waits in UltraMsg's queue, as far as is known. */
    QUEUED,
    /** UltraMsg could not send it. */
    UNSENT,
    /** Its recipient is not on WhatsApp. */
    INVALID,
    /** It waited in UltraMsg's queue for more than a day. */
    EXPIRED,
    /** UltraMsg has handed it to WhatsApp. */
    SENT,
    /** WhatsApp's server has it. */
    ON_SERVER,
    /** The recipient's device has it. */
    DELIVERED,
    /** It was shown to the recipient. */
    READ,
    /** The recipient has played it: a voice message or a video. */
    PLAYED;

    /**
     * Reads the ack of a webhook event or a list.
     *
     * @param ack such as {@code device}; case does not matter
     * @return the state; empty if it is none that is known, or blank
     */
    public static Optional<DeliveryState> ofAck(String ack) {
        return switch (ack.strip().toLowerCase(Locale.ROOT)) {
            case "pending" -> Optional.of(SENT);
            case "server" -> Optional.of(ON_SERVER);
            case "device" -> Optional.of(DELIVERED);
            case "read" -> Optional.of(READ);
            case "played" -> Optional.of(PLAYED);
            default -> Optional.empty();
        };
    }

    /**
     * Reads the status of a message in a list.
     *
     * @param status such as {@code unsent}; case does not matter
     * @return the state; empty if it is none that is known, or blank
     */
    public static Optional<DeliveryState> ofStatus(String status) {
        return switch (status.strip().toLowerCase(Locale.ROOT)) {
            case "queue" -> Optional.of(QUEUED);
            case "unsent" -> Optional.of(UNSENT);
            case "invalid" -> Optional.of(INVALID);
            case "expired" -> Optional.of(EXPIRED);
            case "sent" -> Optional.of(SENT);
            default -> Optional.empty();
        };
    }

    /**
     * Tells whether UltraMsg gave the message up.
     *
     * @return true for {@link #UNSENT}, {@link #INVALID} and {@link #EXPIRED}
     */
    public boolean isFailed() {
        return this == UNSENT || this == INVALID || this == EXPIRED;
    }

    /**
     * Tells whether the recipient's device has it.
     *
     * @return true from {@link #DELIVERED} on
     */
    public boolean isDelivered() {
        return compareTo(DELIVERED) >= 0;
    }

    /**
     * Tells whether it was shown to the recipient.
     *
     * @return true from {@link #READ} on
     */
    public boolean isRead() {
        return compareTo(READ) >= 0;
    }
}
