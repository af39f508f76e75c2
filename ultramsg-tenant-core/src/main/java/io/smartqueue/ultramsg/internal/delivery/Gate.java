package io.smartqueue.ultramsg.internal.delivery;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.smartqueue.ultramsg.event.CircuitState;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What keeps the trouble of one instance with its own callers: a bulkhead, so that they cannot take up everything, which has hardly any
 * room left while the instance is silent, and a circuit breaker, so that they need not wait for what has just failed. Thread-safe.
 */
final class Gate {
    static final int MOST_IN_FLIGHT = 32;

    static final Duration FULL_FOR = Duration.ofSeconds(1);
    static final Duration CROWDED_FOR = Duration.ofSeconds(5);
    static final Duration OPEN_FOR = Duration.ofSeconds(10);
    static final int FEWEST_JUDGED = 10;

    private final int inFlight;
    private final int waiting;
    private final Clock clock;
    /** Not resilience4j's, whose waiting ends by a time of its own and not by the caller's deadline. */
    private final Semaphore bulkhead;

    /** Whoever waits holds a thread of the host's; and thousands who give up waiting cost a semaphore time that others need. */
    private final Semaphore waitingRoom;

    private final Silence silence;
    /** Null until a call has failed: most instances never need one, and it remembers their last 20 calls. */
    private final AtomicReference<@Nullable CircuitBreaker> circuit = new AtomicReference<>();

    private final Clock steadyClock;
    private final Consumer<CircuitState> onChange;
    private final AtomicReference<CircuitState> told = new AtomicReference<>(CircuitState.CLOSED);

    /**
     * Opens a gate.
     *
     * @param callers how many it may hold at a time, at least 8: half of them in flight, up to {@link #MOST_IN_FLIGHT}, the others wait
     * @param clock for the moment to try again at, as callers are told
     * @param steadyClock for how long the circuit stays open, and calls take
     * @param onChange told when the circuit changes, on the thread of the call that changed it
     */
    Gate(int callers, Clock clock, Clock steadyClock, Consumer<CircuitState> onChange) {
        this.inFlight = Math.min(MOST_IN_FLIGHT, callers / 2);
        this.waiting = callers - inFlight;
        this.bulkhead = new Semaphore(inFlight);
        this.waitingRoom = new Semaphore(waiting);
        this.clock = clock;
        this.silence = new Silence(steadyClock);
        this.steadyClock = steadyClock;
        this.onChange = onChange;
    }

    private CircuitBreaker circuitOfOneThatFails() {
        CircuitBreaker known = circuit.get();
        if (known != null) {
            return known;
        }
        CircuitBreakerConfig settings = CircuitBreakerConfig.custom()
                .slidingWindowSize(20)
                .minimumNumberOfCalls(FEWEST_JUDGED)
                .failureRateThreshold(50)
                .waitDurationInOpenState(OPEN_FOR)
                .permittedNumberOfCallsInHalfOpenState(3)
                .recordResult(result -> isFailureOfTheInstance((SendResult) result))
                .clock(steadyClock)
                .build();
        CircuitBreaker added = CircuitBreaker.of("instance", settings);
        CircuitBreaker raced = circuit.compareAndExchange(null, added);
        return raced == null ? added : raced;
    }

    /** Looks instead of listening: as soon as anybody listens for anything, each result becomes an event with the date and time. */
    private void tellIfChanged(CircuitBreaker circuit) {
        CircuitState now = state(circuit.getState());
        CircuitState before = told.get();
        if (now != before && told.compareAndSet(before, now)) {
            onChange.accept(now);
        }
    }

    private static CircuitState state(CircuitBreaker.State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN -> CircuitState.OPEN;
            case HALF_OPEN -> CircuitState.HALF_OPEN;
            case CLOSED, DISABLED, METRICS_ONLY -> CircuitState.CLOSED;
        };
    }

    /**
     * A call that wants to pass.
     *
     * @param reference of its message
     * @param deadline of its caller
     * @param usual how long its instance may take to answer before it seems silent
     */
    record Passage(Reference reference, Deadline deadline, Duration usual) {}

    /**
     * Makes the call, or rejects it because this instance has no room or has just failed too often.
     *
     * @param afterwards what is made of the result while the room is still taken: it asks the same instance, but is not judged
     */
    <R> R pass(Passage passage, Supplier<SendResult> call, Function<SendResult, R> afterwards) {
        Reference reference = passage.reference();
        if (silence.isThere()) {
            return afterwards.apply(silent(reference));
        }
        // an interrupted caller, too, gets what room there is: the request itself says why it does not leave
        if (bulkhead.tryAcquire()) {
            return inside(passage, call, afterwards);
        }
        if (!waitingRoom.tryAcquire()) {
            return afterwards.apply(crowded(reference));
        }
        boolean hasRoom;
        try {
            hasRoom = hasRoomWithin(passage.deadline().remaining().dividedBy(3)); // time to send is needed, too
        } finally {
            waitingRoom.release();
        }
        return hasRoom
                ? inside(passage, call, afterwards)
                : afterwards.apply(full(reference, inFlight, "none ended in time", FULL_FOR));
    }

    /** The rejection of a message that would find neither room nor room to wait; empty if there is some, for the moment. */
    Optional<Rejected> turnsAway(Reference reference) {
        if (silence.isThere()) {
            return Optional.of(silent(reference));
        }
        return bulkhead.availablePermits() == 0 && waitingRoom.availablePermits() == 0
                ? Optional.of(crowded(reference))
                : Optional.empty();
    }

    private boolean hasRoomWithin(Duration patience) {
        try {
            return bulkhead.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Rejected crowded(Reference reference) {
        return full(reference, inFlight, waiting + " more wait for room", CROWDED_FOR);
    }

    private Rejected silent(Reference reference) {
        return full(reference, Silence.FEWEST_CALLS, "it has not answered for longer than usual", FULL_FOR);
    }

    private Rejected full(Reference reference, int underWay, String why, Duration wait) {
        return new Rejected(
                reference,
                RejectionReason.BULKHEAD_FULL,
                underWay + " messages are under way through the organization's instance already, and " + why,
                clock.instant().plus(wait));
    }

    private <R> R inside(Passage passage, Supplier<SendResult> call, Function<SendResult, R> afterwards) {
        try {
            return afterwards.apply(
                    isPermitted()
                            ? judged(passage, call)
                            : new Rejected(
                                    passage.reference(),
                                    RejectionReason.CIRCUIT_OPEN,
                                    "the organization's instance could not be reached of late and is left alone for a moment",
                                    clock.instant().plus(OPEN_FOR)));
        } finally {
            bulkhead.release();
        }
    }

    private boolean isPermitted() {
        CircuitBreaker known = circuit.get();
        if (known == null) {
            return true;
        }
        boolean isPermitted = known.tryAcquirePermission();
        tellIfChanged(known);
        return isPermitted;
    }

    private SendResult judged(Passage passage, Supplier<SendResult> call) {
        long start = System.nanoTime();
        Silence.Call unanswered = silence.begins(passage.usual());
        try {
            SendResult result = call.get();
            CircuitBreaker known;
            if (isFailureOfTheInstance(result)) {
                known = circuitOfOneThatFails();
            } else {
                silence.answered();
                known = circuit.get();
            }
            if (known != null) {
                known.onResult(System.nanoTime() - start, TimeUnit.NANOSECONDS, result);
                tellIfChanged(known);
            }
            return result;
        } catch (RuntimeException | Error failure) {
            CircuitBreaker known = circuitOfOneThatFails();
            known.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, failure);
            tellIfChanged(known);
            throw failure;
        } finally {
            silence.ends(unanswered);
        }
    }

    /** What it refuses, it has answered: only silence and overload count. */
    private static boolean isFailureOfTheInstance(SendResult result) {
        return result instanceof Unknown || couldNotServe(result);
    }

    /** Known not to have been taken, because the instance was not there or had too much to do: both may pass in a moment. */
    static boolean couldNotServe(SendResult result) {
        return result instanceof Rejected rejected
                && (rejected.reason() == RejectionReason.UNREACHABLE
                        || rejected.reason() == RejectionReason.RATE_LIMITED);
    }
}
