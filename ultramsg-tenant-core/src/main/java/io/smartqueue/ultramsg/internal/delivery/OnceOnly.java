package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.internal.delivery.ReadBack.Finding;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.internal.time.Pause;
import io.smartqueue.ultramsg.message.KeyClaim;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.MessageLog.KeyedMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sees to it that one message is sent for an idempotency key, whoever asks for it, how often, and on whatever node. Thread-safe; no
 * state but the log's.
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
     * @param sending sends the message under its reference
     * @param findingOut looks for one that may have been sent; if it is absent, it may be sent again
     */
    SendResult send(
            OrganizationId organization,
            KeyedMessage message,
            Deadline deadline,
            Supplier<SendResult> sending,
            Function<Unknown, Finding> findingOut) {
        Duration lease = deadline.remaining().plus(LEASE_MARGIN);
        for (Duration wait = FIRST_WAIT; ; wait = longer(wait)) {
            KeyClaim claim = log.claim(organization, message, lease);
            if (claim instanceof KeyClaim.First) {
                return written(organization, sentOrFreed(organization, message.reference(), sending));
            }
            Unknown unknown = doubt(claim);
            if (unknown != null) {
                Finding finding = findingOut.apply(unknown);
                if (!(finding instanceof Finding.Absent)) {
                    return written(organization, finding instanceof Finding.Taken taken ? taken.accepted() : unknown);
                }
                log.settle(organization, neverTaken(unknown.reference()));
                continue; // under a reference of its own: what others still settle under the old one changes nothing
            }
            if (claim instanceof KeyClaim.Settled done) {
                return done.result();
            }
            if (claim instanceof KeyClaim.Conflict conflict) {
                return new Rejected(
                        conflict.reference(),
                        RejectionReason.IDEMPOTENCY_CONFLICT,
                        "the idempotency key or the reference belongs to another message, with other content or recipient",
                        null);
            }
            if (claim instanceof KeyClaim.NoOrganization) {
                return new Rejected(
                        message.reference(),
                        RejectionReason.NOT_CONFIGURED,
                        "the organization has just been removed",
                        null);
            }
            if (!deadline.hasTimeFor(wait) || !pause.isOverAfter(wait)) {
                return new Unknown(
                        ((KeyClaim.Running) claim).reference(),
                        message.instance(),
                        "another call with the same idempotency key is still sending it");
            }
        }
    }

    /** What the log does not know the end of, or null if it does, or the message is being sent. */
    private static @Nullable Unknown doubt(KeyClaim claim) {
        if (claim instanceof KeyClaim.TakenOver taken) {
            return new Unknown(taken.reference(), taken.instance(), "the call that was sending it came to no end");
        }
        return claim instanceof KeyClaim.Settled settled && settled.result() instanceof Unknown unknown
                ? unknown
                : null;
    }

    private static Rejected neverTaken(Reference reference) {
        return new Rejected(reference, RejectionReason.UNREACHABLE, "UltraMsg does not list it", null);
    }

    /** Stores are asked before the request, and after it only quietly: when one cannot answer, nothing was sent. */
    private SendResult sentOrFreed(OrganizationId organization, Reference reference, Supplier<SendResult> sending) {
        try {
            return sending.get();
        } catch (StorageException nothingSent) {
            written(
                    organization,
                    new Rejected(reference, RejectionReason.NOT_CONFIGURED, "no answer from the store", null));
            throw nothingSent;
        }
    }

    /** An entry that stays without its outcome is taken over when its lease ends, and read back. */
    private SendResult written(OrganizationId organization, SendResult result) {
        Afterwards.write(
                () -> log.settle(organization, result),
                failure -> LOG.warn(
                        "What became of message {} of organization {} could not be written down and will be read back",
                        result.reference(),
                        organization,
                        failure));
        return result;
    }

    private static Duration longer(Duration wait) {
        Duration doubled = wait.multipliedBy(2);
        return doubled.compareTo(LONGEST_WAIT) < 0 ? doubled : LONGEST_WAIT;
    }
}
