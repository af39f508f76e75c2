package io.smartqueue.ultramsg.outbox;

/**
 * What a lane's turn leaves to the next one, on whatever node. Losing it does no harm.
 *
 * @param handedOver how many messages its instance was given and has not been seen to have sent
 * @param failures how many turns in a row its instance could not serve
 */
public record LaneMemory(int handedOver, int failures) {
    /** Of a lane's first turn. */
    public static final LaneMemory NONE = new LaneMemory(0, 0);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public LaneMemory {
        if (handedOver < 0 || failures < 0) {
            throw new IllegalArgumentException("a number is negative");
        }
    }
}
