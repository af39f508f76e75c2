package io.smartqueue.ultramsg.outbox;

import java.time.Duration;
import java.util.Objects;

/**
 * How a node sends queued messages. Nodes of one host should have the same settings.
 *
 * <pre>{@code
 * OutboxSettings slow = OutboxSettings.builder().pace(Pace.oneEvery(Duration.ofSeconds(5))).build();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class OutboxSettings {
    private static final int MOST_LANES = 10_000;

    private final Pace pace;
    private final int mostAtUltraMsg;
    private final int lanesAtATime;

    private OutboxSettings(Builder from) {
        this.pace = from.pace;
        this.mostAtUltraMsg = from.mostAtUltraMsg;
        this.lanesAtATime = from.lanesAtATime;
    }

    /**
     * Returns the settings that suit an instance with UltraMsg's own defaults: a message a second, 9 at UltraMsg, 64 lanes.
     *
     * @return the defaults
     */
    public static OutboxSettings defaults() {
        return builder().build();
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns how fast each instance is given messages.
     *
     * @return the pace
     */
    public Pace pace() {
        return pace;
    }

    /**
     * Returns how many messages may wait in an instance's own queue at UltraMsg.
     *
     * @return 1 or more
     */
    public int mostAtUltraMsg() {
        return mostAtUltraMsg;
    }

    /**
     * Returns how many lanes a node sends for at the same moment.
     *
     * @return 1 or more
     */
    public int lanesAtATime() {
        return lanesAtATime;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private Pace pace = Pace.oneEvery(Duration.ofSeconds(1));
        private int mostAtUltraMsg = 9;
        private int lanesAtATime = 64;

        private Builder() {}

        /**
         * Sets how fast each instance is given queued messages, by all nodes together. Direct sends do not count.
         *
         * @param pace default one message a second
         * @return this builder
         */
        public Builder pace(Pace pace) {
            this.pace = Objects.requireNonNull(pace, "pace");
            return this;
        }

        /**
         * Sets how many messages may wait in an instance's own queue at UltraMsg before the rest waits here, where urgent ones
         * overtake them. UltraMsg slows down from 10 on, and lets expire what waits for 24 hours; docs/ultramsg-api.md, section 2.3.
         *
         * @param mostAtUltraMsg 1 or more; default 9
         * @return this builder
         * @throws IllegalArgumentException if it is less than 1
         */
        public Builder mostAtUltraMsg(int mostAtUltraMsg) {
            if (mostAtUltraMsg < 1) {
                throw new IllegalArgumentException("mostAtUltraMsg is " + mostAtUltraMsg + ", it must be 1 or more");
            }
            this.mostAtUltraMsg = mostAtUltraMsg;
            return this;
        }

        /**
         * Sets how many lanes this node sends for at the same moment: each takes a thread for the time of a request, a virtual one
         * from Java 21 on. How many lanes a node has is another matter, and not bounded.
         *
         * @param lanesAtATime 1 to 10,000; default 64
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder lanesAtATime(int lanesAtATime) {
            if (lanesAtATime < 1 || lanesAtATime > MOST_LANES) {
                throw new IllegalArgumentException(
                        "lanesAtATime is " + lanesAtATime + ", it must be 1 to " + MOST_LANES);
            }
            this.lanesAtATime = lanesAtATime;
            return this;
        }

        /**
         * Builds the settings.
         *
         * @return the settings
         */
        public OutboxSettings build() {
            return new OutboxSettings(this);
        }
    }
}
