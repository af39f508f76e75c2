package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.OutboundMessage;

import java.util.Objects;

/**
 * One message of a batch with its options.
 *
 * @param message what is to be sent
 * @param options how
 */
public record BatchItem(OutboundMessage message, EnqueueOptions options) {
    private static final EnqueueOptions BULK =
            EnqueueOptions.builder().urgency(Urgency.BULK).build();

    public BatchItem {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(options, "options");
    }

    /**
     * Returns a message that has time.
     *
     * @param message what is to be sent
     * @return the item, of {@link Urgency#BULK}
     */
    public static BatchItem of(OutboundMessage message) {
        return new BatchItem(message, BULK);
    }
}
