package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;

import java.util.Objects;

/**
 * What became of an attempt to enqueue a message. Immutable; none of the variants holds a recipient or the text.
 */
public sealed interface EnqueueResult {
    /**
     * Returns our name for the message.
     *
     * @return the reference by which {@link Outbox#find} finds it; that of the first message where its key is known already
     */
    Reference reference();

    /**
     * The message waits for its turn. Enqueued within the caller's transaction, it does from that transaction's commit on.
     *
     * @param reference our name for it
     */
    record Queued(Reference reference) implements EnqueueResult {
        public Queued {
            Objects.requireNonNull(reference, "reference");
        }
    }

    /**
     * A message of the same idempotency key, recipient and content was enqueued or sent before; nothing was added.
     *
     * @param reference that message's
     */
    record AlreadyThere(Reference reference) implements EnqueueResult {
        public AlreadyThere {
            Objects.requireNonNull(reference, "reference");
        }
    }

    /**
     * The message cannot be enqueued.
     *
     * @param reference the name it would have had; that of the other message where the key or the reference is taken
     * @param reason {@link RejectionReason#NOT_CONFIGURED} if there is no such organization, {@link
     *     RejectionReason#IDEMPOTENCY_CONFLICT} if the key belongs to another message, {@link RejectionReason#CANCELLED} if its
     *     batch has been cancelled
     * @param detail why in words
     */
    record Refused(Reference reference, RejectionReason reason, String detail) implements EnqueueResult {
        public Refused {
            Objects.requireNonNull(reference, "reference");
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(detail, "detail");
        }
    }
}
