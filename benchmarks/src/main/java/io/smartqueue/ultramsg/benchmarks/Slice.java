package io.smartqueue.ultramsg.benchmarks;

/**
 * What one side did in its turn.
 *
 * @param operations how many came to their end
 * @param lostReplies how many were lost by the JDK's client, see {@link LostReply}; not among the operations
 * @param nanos from the start to the end of the last operation
 * @param cpuNanos CPU time of this process, with its collector and compiler; the clock of the system ticks every 10 ms
 * @param bytes allocated by all threads of this process
 * @param latency of the operations, from the moment at which each was due; all 0 without a pace
 */
record Slice(long operations, long lostReplies, long nanos, long cpuNanos, long bytes, Latency latency) {}
