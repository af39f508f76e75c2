package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.organization.OrganizationId;

/**
 * Decides when, and on which node, an organization's lane has its next turn: one lane for each organization that has work, one turn
 * of it at a time in the whole cluster. Kept where all nodes see it. Implemented by the PostgreSQL module on db-scheduler and, for
 * tests, in memory by the testkit.
 *
 * <p>What was put in through an {@link OutboxChanges} gives its organization a lane once it is there for all to see; if the lane is
 * there and waits for work, its turn comes at once. What is enqueued while a lane has its turn makes it have another one. A turn
 * whose node dies is another node's within half a minute. An organization without work costs nothing. Thread-safe.
 */
public interface LaneScheduler {
    /**
     * Begins to run turns on this node.
     *
     * @param turn what a turn does
     * @param mostAtATime how many lanes of this node may have their turn at the same moment, 1 or more
     * @return what ends it
     * @throws IllegalArgumentException if the number is not 1 or more
     * @throws IllegalStateException if this node runs turns already
     */
    Running start(LaneTurn turn, int mostAtATime);

    /**
     * Has an organization's lane have its turn at once if it {@linkplain NextTurn.Reason waits for something to change}: it was
     * resumed, its configuration or its limit is another one; if the lane is having a turn that ends with such a wait, it has another
     * one at once. Any node may say so. Does nothing if the organization has no work.
     *
     * @param organization whose
     */
    void somethingChanged(OrganizationId organization);

    /** Turns that are run on this node. */
    interface Running extends AutoCloseable {
        /** Lets turns that are under way come to their end, and hands all lanes to the other nodes at once. */
        @Override
        void close();
    }
}
