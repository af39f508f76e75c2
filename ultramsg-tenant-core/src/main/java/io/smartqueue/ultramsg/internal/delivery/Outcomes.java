package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.quota.QuotaDecision.Exhausted;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;

import java.util.Optional;

/** What the daily limit makes of a message's outcome, whoever has asked for the place. */
final class Outcomes {
    private Outcomes() {}

    static SendResult inItsPlace(SendResult result, Reserved place) {
        return result instanceof Accepted accepted
                ? new Accepted(
                        accepted.reference(),
                        accepted.queueId(),
                        accepted.instance(),
                        accepted.businessNumber(),
                        place.remaining())
                : result;
    }

    /** What a message was sent through, or may have been. */
    static Optional<InstanceId> instanceOf(SendResult result) {
        if (result instanceof Accepted accepted) {
            return Optional.of(accepted.instance());
        }
        return result instanceof Unknown unknown ? Optional.of(unknown.instance()) : Optional.empty();
    }

    static Rejected noPlace(Reference reference, Exhausted day) {
        return new Rejected(
                reference,
                RejectionReason.QUOTA_EXCEEDED,
                "the organization's daily limit of " + day.limit() + " messages is used up",
                day.resetsAt());
    }

    static Rejected noOrganization(Reference reference) {
        return new Rejected(reference, RejectionReason.NOT_CONFIGURED, "the organization has just been removed", null);
    }
}
