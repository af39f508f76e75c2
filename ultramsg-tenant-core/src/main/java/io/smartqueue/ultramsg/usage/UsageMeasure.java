package io.smartqueue.ultramsg.usage;

/**
 * What is counted of an organization's day. Numbers only grow: what turns out later is counted by itself, on the day on which it turns
 * out.
 */
public enum UsageMeasure {
    /**
     * Messages that came to an outcome: {@link #ACCEPTED}, {@link #REJECTED} or {@link #UNKNOWN}. A call that is repeated with the
     * idempotency key of a message which was sent is no other message; a message that is sent again after it was rejected is.
     */
    ATTEMPTED,
    /** UltraMsg took them. */
    ACCEPTED,
    /** Certainly not sent; see {@link UsageCounts#rejectedBy}. */
    REJECTED,
    /** They may have been sent, and nobody knew when the call came to its end. */
    UNKNOWN,
    /**
     * Found at UltraMsg after a call had ended without knowing, or not ended at all because its node was gone. They are not {@link
     * #ACCEPTED} as well, and those that were {@link #UNKNOWN} stay so.
     */
    FOUND_LATER,
    /** UltraMsg has handed them to WhatsApp. */
    SENT,
    /** They have reached the recipient's device. */
    DELIVERED,
    /** They were shown to the recipient. */
    READ,
    /** UltraMsg took them and gave them up; see {@link UsageCounts#failedBy}. */
    FAILED,
    /** Messages that came from customers. */
    RECEIVED,
    /** Accepted messages to people who had not written within the last 24 hours. */
    OUTSIDE_CONVERSATION
}
