package io.smartqueue.ultramsg.quota;

import java.time.Instant;

/** The answer to an attempt to reserve one message. */
public sealed interface QuotaDecision {
    /**
     * The message has its place.
     *
     * @param reservation to be refunded if the message is known not to have been sent
     * @param remaining how many more fit into the day after this one, 0 or more
     * @param resetsAt when the organization's next day starts
     */
    record Reserved(Reservation reservation, int remaining, Instant resetsAt) implements QuotaDecision {}

    /**
     * The day is full.
     *
     * @param limit how many messages the day takes, 0 or more
     * @param resetsAt when the organization's next day starts
     */
    record Exhausted(int limit, Instant resetsAt) implements QuotaDecision {}

    /** No such organization exists (any more). */
    record NoOrganization() implements QuotaDecision {}
}
