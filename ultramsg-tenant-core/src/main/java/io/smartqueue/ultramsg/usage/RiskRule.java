package io.smartqueue.ultramsg.usage;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be done by itself about an organization many of whose messages UltraMsg takes and then cannot send: unsent, to numbers
 * that are not on WhatsApp, or expired. Numbers that go on like that are banned.
 *
 * <pre>{@code
 * UltraMessageInstanceManager.builder(store)
 *         .riskRule(RiskRule.slow(0.1, 50, Duration.ofSeconds(30)))
 *         .riskRule(RiskRule.pause(0.3, 50))
 * }</pre>
 *
 * <p>It looks at an organization's day, as all nodes have written it down: at {@link UsageCounts#failedShare()} once {@link
 * UsageCounts#fatesKnown()} is large enough to mean something. Each kind of action is taken once for each organization and day, so
 * that whoever takes it back is not overruled; listeners hear of it. Immutable and thread-safe.
 */
public final class RiskRule {
    private static final Duration SHORTEST_PACE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PACE = Duration.ofHours(1);

    private final RiskAction action;
    private final double share;
    private final int minimum;
    private final @Nullable Duration pace;

    private RiskRule(RiskAction action, double share, int minimum, @Nullable Duration pace) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", it must be more than 0, and 1 at most");
        }
        if (minimum < 1) {
            throw new IllegalArgumentException("minimum is " + minimum + ", it must be 1 or more");
        }
        this.action = action;
        this.share = share;
        this.minimum = minimum;
        this.pace = pace;
    }

    /**
     * Returns a rule that tells listeners and does nothing else.
     *
     * @param share which part of the messages has to have failed, more than 0 and 1 at most
     * @param minimum of how many messages the fate has to be known, 1 or more
     * @return the rule
     * @throws IllegalArgumentException if something is out of range
     */
    public static RiskRule notice(double share, int minimum) {
        return new RiskRule(RiskAction.NOTICE, share, minimum, null);
    }

    /**
     * Returns a rule that slows an organization's outbox down: its configuration gets another pace, recorded as a change by the operator
     * {@code ultramsg-risk-rule}. One that is slower already stays as it is. What is sent past the outbox is not slowed down.
     *
     * @param share which part of the messages has to have failed, more than 0 and 1 at most
     * @param minimum of how many messages the fate has to be known, 1 or more
     * @param pace what time to leave between two messages, 1 second to 1 hour
     * @return the rule
     * @throws IllegalArgumentException if something is out of range
     */
    public static RiskRule slow(double share, int minimum, Duration pace) {
        if (pace.compareTo(SHORTEST_PACE) < 0 || pace.compareTo(LONGEST_PACE) > 0) {
            throw new IllegalArgumentException(
                    "pace is " + pace + ", it must be " + SHORTEST_PACE + " to " + LONGEST_PACE);
        }
        return new RiskRule(RiskAction.SLOW, share, minimum, pace);
    }

    /**
     * Returns a rule that pauses an organization's outbox, until somebody resumes it. What is sent past the outbox goes on.
     *
     * @param share which part of the messages has to have failed, more than 0 and 1 at most
     * @param minimum of how many messages the fate has to be known, 1 or more
     * @return the rule
     * @throws IllegalArgumentException if something is out of range
     */
    public static RiskRule pause(double share, int minimum) {
        return new RiskRule(RiskAction.PAUSE, share, minimum, null);
    }

    /**
     * Tells whether something is to be done.
     *
     * @param counts of a day
     * @return true if so many have failed
     */
    public boolean appliesTo(UsageCounts counts) {
        return counts.fatesKnown() >= minimum && counts.failedShare() >= share;
    }

    /**
     * Returns what is done.
     *
     * @return the action
     */
    public RiskAction action() {
        return action;
    }

    /**
     * Returns which part of the messages has to have failed.
     *
     * @return more than 0, 1 at most
     */
    public double share() {
        return share;
    }

    /**
     * Returns of how many messages the fate has to be known.
     *
     * @return 1 or more
     */
    public int minimum() {
        return minimum;
    }

    /**
     * Returns what time is left between two messages then.
     *
     * @return the pace; empty unless the action is {@link RiskAction#SLOW}
     */
    public Optional<Duration> pace() {
        return Optional.ofNullable(pace);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RiskRule rule
                && action == rule.action
                && Double.compare(share, rule.share) == 0
                && minimum == rule.minimum
                && Objects.equals(pace, rule.pace);
    }

    @Override
    public int hashCode() {
        return Objects.hash(action, share, minimum, pace);
    }

    @Override
    public String toString() {
        return "RiskRule[" + action + " from " + share + " of " + minimum + " on]";
    }
}
