package io.smartqueue.ultramsg.internal.delivery;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Notices that an instance has stopped answering, long before the first of its calls ends by its deadline: until then a circuit
 * breaker, which judges calls that have ended, knows nothing, and each caller who comes is stuck. Thread-safe.
 */
final class Silence {
    /** One or two may have been lost by themselves. */
    static final int FEWEST_CALLS = 3;

    private final Clock steadyClock;
    private final Set<Call> underWay = ConcurrentHashMap.newKeySet();
    private volatile long lastAnswer;

    Silence(Clock steadyClock) {
        this.steadyClock = steadyClock;
        this.lastAnswer = steadyClock.millis();
    }

    /** A call that has begun, and how long it may take before it tells of silence. */
    static final class Call {
        private final long began;
        private final long usual;

        private Call(long began, long usual) {
            this.began = began;
            this.usual = usual;
        }
    }

    Call begins(Duration usual) {
        Call call = new Call(steadyClock.millis(), usual.toMillis());
        underWay.add(call);
        return call;
    }

    void answered() {
        lastAnswer = steadyClock.millis();
    }

    void ends(Call call) {
        underWay.remove(call);
    }

    /** Whether several calls have waited for longer than usual, and none was answered in that time. */
    boolean isThere() {
        if (underWay.size() < FEWEST_CALLS) {
            return false;
        }
        long now = steadyClock.millis();
        long answer = lastAnswer;
        return underWay.stream()
                        .filter(call -> now - Math.max(call.began, answer) > call.usual)
                        .count()
                >= FEWEST_CALLS;
    }
}
