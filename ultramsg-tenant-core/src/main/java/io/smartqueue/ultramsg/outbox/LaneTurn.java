package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What a lane does when it is its turn. */
@FunctionalInterface
public interface LaneTurn {
    /**
     * Does what there is to do now. What it throws makes the lane have its turn again after a while.
     *
     * @param organization whose lane it is
     * @param memory what the turn before has left; {@link LaneMemory#NONE} for the first one
     * @param isEnding whether this node is about to stop, or may have lost the lane to another: a turn begins to send nothing more
     *     then
     * @return when the lane has its next turn; empty if it is not needed any more
     */
    Optional<NextTurn> run(OrganizationId organization, LaneMemory memory, BooleanSupplier isEnding);
}
