package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.internal.delivery.ReadBack.Finding;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.internal.time.Pause;
import io.smartqueue.ultramsg.message.MessageClaim;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Keeps in the log what becomes of messages, and sees to it that one is sent for an idempotency key, whoever asks for it, how often,
 * and on whatever node. Thread-safe; no state but the log's.
 */
final class OnceOnly {
    private static final Logger LOG = LoggerFactory.getLogger(OnceOnly.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    /** What a call may take beyond its deadline: settling, and a clock that runs a little faster than the store's. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(10);

    private final MessageLog log;
    private final Pause pause;

    OnceOnly(MessageLog log, Pause pause) {
        this.log = log;
        this.pause = pause;
    }

    /**
     * Sends, or finds out what became of what somebody else has sent with the key.
     *
     * @param sending sends the message under its reference; its place in the day is taken
     * @param findingOut looks for one that may have been sent; if it is absent, it may be sent again
     */
    SendResult send(
            OrganizationId organization,
            NewEntry entry,
            Deadline deadline,
            Supplier<HandedOver> sending,
            Function<Unknown, Finding> findingOut) {
        Duration lease = deadline.remaining().plus(LEASE_MARGIN);
        for (Duration wait = FIRST_WAIT; ; wait = longer(wait)) {
            MessageClaim claim = log.claim(organization, entry, lease);
            if (claim instanceof MessageClaim.First first) {
                HandedOver sent = sending.get();
                write(organization, sent.result(), sent.attempts());
                return Outcomes.inItsPlace(sent.result(), first.place());
            }
            Unknown unknown = doubt(claim);
            if (unknown != null) {
                Finding finding = findingOut.apply(unknown);
                if (!(finding instanceof Finding.Absent)) {
                    SendResult found = finding instanceof Finding.Taken taken ? taken.accepted() : unknown;
                    write(organization, found, 0);
                    return found;
                }
                log.abandon(organization, unknown.reference());
                continue; // under a reference of its own: what others still settle under the old one changes nothing
            }
            if (!(claim instanceof MessageClaim.Running running)) {
                return outcome(claim, entry.reference());
            }
            if (!deadline.hasTimeFor(wait) || !pause.isOverAfter(wait)) {
                return new Unknown(
                        running.reference(),
                        entry.instance(),
                        "another call with the same idempotency key is still sending it");
            }
        }
    }

    /** What the log does not know the end of, or null if it does, or the message is being sent. */
    private static @Nullable Unknown doubt(MessageClaim claim) {
        if (claim instanceof MessageClaim.TakenOver taken) {
            return new Unknown(taken.reference(), taken.instance(), "the call that was sending it came to no end");
        }
        return claim instanceof MessageClaim.Settled settled && settled.result() instanceof Unknown unknown
                ? unknown
                : null;
    }

    /** What there is to say when there is nothing to do. */
    private static SendResult outcome(MessageClaim claim, Reference reference) {
        if (claim instanceof MessageClaim.Settled done) {
            return done.result();
        }
        if (claim instanceof MessageClaim.Conflict conflict) {
            return new Rejected(
                    conflict.reference(),
                    RejectionReason.IDEMPOTENCY_CONFLICT,
                    "the idempotency key or the reference belongs to another message, with other content or recipient",
                    null);
        }
        return claim instanceof MessageClaim.NoPlace full
                ? Outcomes.noPlace(reference, full.day())
                : Outcomes.noOrganization(reference);
    }

    /** Notes that a message is about to be sent again under its reference; false if that could not be written down. */
    boolean noteRepetition(OrganizationId organization, Reference reference) {
        return isNoted(organization, reference, "again", () -> log.repeat(organization, reference));
    }

    /** Notes that a message is about to go through another instance; false if that could not be written down. */
    boolean noteInstance(OrganizationId organization, Reference reference, InstanceId next) {
        return isNoted(organization, reference, "through " + next, () -> log.reroute(organization, reference, next));
    }

    private static boolean isNoted(OrganizationId organization, Reference reference, String how, Runnable writing) {
        try {
            writing.run();
            return true;
        } catch (RuntimeException e) { // of whatever kind: a host may bring the store
            LOG.warn(
                    "Message {} of organization {} is not sent {}: that could not be written down",
                    reference,
                    organization,
                    how,
                    e);
            return false;
        }
    }

    /** An entry that stays without its outcome is taken over when its lease ends, and read back. */
    private void write(OrganizationId organization, SendResult result, int attempts) {
        Afterwards.write(
                () -> log.settle(organization, result, attempts),
                failure -> LOG.warn(
                        "What became of message {} of organization {} could not be written down and will be read back",
                        result.reference(),
                        organization,
                        failure));
    }

    private static Duration longer(Duration wait) {
        Duration doubled = wait.multipliedBy(2);
        return doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
    }
}
