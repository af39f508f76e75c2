package io.smartqueue.ultramsg.internal.health;

import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.health.HealthStore.DueCheck;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What follows from what a check finds, see ADR 18: an instance in trouble is asked again soon, and counts as not working once it
 * was found so several times in a row. That nothing answers says nothing about the instance: UltraMsg may be away, or this node's
 * own network. Immutable and thread-safe.
 */
final class HealthRules {
    private static final Duration SOON = Duration.ofMinutes(1);
    /** Somebody must do something about it. */
    private static final int CERTAIN_AFTER = 2;
    /** It may pass by itself: a phone that is on its way to the next network, a session that starts. */
    private static final int LASTING_AFTER = 5;
    /** An instance that has been in trouble for so many checks is not asked soon any more. */
    private static final int ASKED_SOON_UNTIL = 10;

    private static final double JITTER = 0.1;

    private final Duration interval;

    HealthRules(Duration interval) {
        this.interval = interval;
    }

    Verdict judge(DueCheck due, ConnectionFinding finding, Instant now) {
        InstanceHealth last = due.last();
        InstanceHealth health = last != null && last.finding() == finding
                ? new InstanceHealth(
                        due.organization(), due.instance(), finding, last.since(), now, last.timesInARow() + 1)
                : new InstanceHealth(due.organization(), due.instance(), finding, now, now, 1);
        return new Verdict(health, untilNextCheck(health), status(health), isNews(last, health));
    }

    /** Trouble is, once it is worth an alarm, and its end in any case: no alarm stays open. */
    private static boolean isNews(@Nullable InstanceHealth last, InstanceHealth now) {
        return now.finding().isSuccess()
                ? last != null && !last.finding().isSuccess()
                : now.timesInARow() == alarmAfter(now.finding());
    }

    /** One check that nothing answers is an accident, of the network's or of this node's. */
    private static int alarmAfter(ConnectionFinding finding) {
        return switch (finding) {
            case UNREACHABLE, NOT_ULTRAMSG, PROVIDER_ERROR -> 2;
            default -> 1;
        };
    }

    private static @Nullable InstanceStatus status(InstanceHealth health) {
        return switch (health.finding()) {
            case CONNECTED, PROVIDER_LIMIT_REACHED -> InstanceStatus.ACTIVE;
            case WAITING_FOR_QR_SCAN, WRONG_TOKEN, INSTANCE_NOT_FOUND, INSTANCE_STOPPED ->
                errorAfter(CERTAIN_AFTER, health);
            case STANDBY, CONNECTING -> errorAfter(LASTING_AFTER, health);
            case UNREACHABLE, NOT_ULTRAMSG, PROVIDER_ERROR, NO_SUCH_ORGANIZATION, INVALID_CONFIGURATION -> null;
        };
    }

    private static @Nullable InstanceStatus errorAfter(int times, InstanceHealth health) {
        return health.timesInARow() >= times ? InstanceStatus.ERROR : null;
    }

    /** With some jitter, or instances that were enrolled together would be asked together for ever. */
    private Duration untilNextCheck(InstanceHealth health) {
        boolean soon = !health.finding().isSuccess() && health.timesInARow() <= ASKED_SOON_UNTIL;
        Duration base = soon && SOON.compareTo(interval) < 0 ? SOON : interval;
        double factor = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        return Duration.ofMillis(Math.max(1, Math.round(base.toMillis() * factor)));
    }
}
