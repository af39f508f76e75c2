package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * A message that a store is to keep until it is sent.
 *
 * @param reference what it will be sent under, new
 * @param batch the batch it belongs to, or null
 * @param content what it is and to whom it goes
 * @param recipient to whom it goes
 * @param payload the message
 * @param text what it says, or null where the host keeps no texts
 * @param options key, order, urgency and times
 */
public record NewWork(
        Reference reference,
        @Nullable BatchId batch,
        ContentHash content,
        Recipient recipient,
        Payload payload,
        @Nullable String text,
        EnqueueOptions options) {
    public NewWork {
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(recipient, "recipient");
        Objects.requireNonNull(payload, "payload");
        Objects.requireNonNull(options, "options");
    }

    @Override
    public String toString() {
        return "NewWork[" + reference + "]";
    }
}
