package io.smartqueue.ultramsg.outbox;

/** Which of an organization's queued messages go first: all urgent ones before normal ones, these before bulk. */
public enum Urgency {
    /** What somebody waits for, such as a one-time code. */
    URGENT(0),
    /** What somebody should know soon, such as a ticket's turn. */
    NORMAL(5),
    /** What has time, such as a campaign. */
    BULK(10);

    private final int providerPriority;

    Urgency(int providerPriority) {
        this.providerPriority = providerPriority;
    }

    /**
     * Returns the place in UltraMsg's own queue, as UltraMsg advises it; docs/ultramsg-api.md, section 2.1.
     *
     * @return 0, 5 or 10; lower goes first
     */
    public int providerPriority() {
        return providerPriority;
    }
}
