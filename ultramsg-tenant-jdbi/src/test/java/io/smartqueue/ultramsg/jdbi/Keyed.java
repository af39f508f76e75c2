package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;

/** Messages that differ in their key and reference only. */
final class Keyed {
    static final InstanceId INSTANCE = InstanceId.parse("instance1150");

    private Keyed() {}

    static Unknown unknown(String reference) {
        return new Unknown(Reference.of(reference), INSTANCE, "the reply was lost");
    }

    static Rejected rejected(String reference) {
        return new Rejected(Reference.of(reference), RejectionReason.UNREACHABLE, "no connection", null);
    }

    static NewEntry message(String key, String reference) {
        return new NewEntry(
                IdempotencyKey.of(key),
                new ContentHash("0a".repeat(32)),
                Recipient.parse("+15550001111"),
                Reference.of(reference),
                INSTANCE,
                null);
    }
}
