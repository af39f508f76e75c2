package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The callers of an organization whose instance is in trouble. They behave as a host's: each sends one message after the other,
 * waits for what becomes of it, and after a rejection until it may try again, or a second.
 *
 * <p>They come in one after the other, so that they wait for different things when the slice begins. Before the other side's turn
 * each ends the call that it is in, but for some that wait for an answer; then their threads do nothing.
 */
final class TroubledOrganization implements Disturbance, AutoCloseable {
    /** 10,000 take six seconds to come in: as long as they wait for room, and after that to try again. */
    private static final long NANOS_APART = 600_000;

    private static final int STACK_BYTES = 256 * 1024;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long SHORTLY_NANOS = 1_000_000;
    /** Who waits for an instance that does not answer does nothing, and would be waited for in vain. */
    private static final int MOST_LEFT_WAITING = 64;

    private final UltraMessageInstanceManager manager;
    private final OrganizationId organization;
    private final List<Thread> callers;
    private final AtomicInteger busy = new AtomicInteger();
    private volatile int invited;
    private volatile boolean closed;

    TroubledOrganization(UltraMessageInstanceManager manager, OrganizationId organization, int callers) {
        this.manager = manager;
        this.organization = organization;
        this.callers = IntStream.range(0, callers)
                .mapToObj(number -> new Thread(null, () -> live(number), "caller-" + number, STACK_BYTES))
                .toList();
        this.callers.forEach(caller -> {
            caller.setDaemon(true);
            caller.start();
        });
    }

    private void live(int number) {
        while (!closed) {
            if (number < invited) {
                busy.incrementAndGet();
                pause(number, manager.sendMessage(organization, Texts.RECIPIENT, Texts.MESSAGE));
                busy.decrementAndGet();
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void pause(int number, SendResult result) {
        if (result instanceof Rejected rejected) {
            Instant until = rejected.retryAfter() == null ? Instant.now().plus(PAUSE) : rejected.retryAfter();
            while (number < invited && Instant.now().isBefore(until)) {
                LockSupport.parkUntil(this, until.toEpochMilli() + 1);
            }
        }
    }

    @Override
    public void begin() {
        long start = System.nanoTime();
        for (int number = 0; number < callers.size(); number++) {
            invited = number + 1;
            LockSupport.unpark(callers.get(number));
            long due = start + invited * NANOS_APART;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    }

    @Override
    public void end() {
        invited = 0;
        callers.forEach(LockSupport::unpark);
        while (!isAtRest()) {
            LockSupport.parkNanos(SHORTLY_NANOS);
        }
    }

    /** Whether nobody makes another call, and hardly anybody is in one. */
    boolean isAtRest() {
        return invited == 0 && busy.get() <= MOST_LEFT_WAITING;
    }

    @Override
    public void close() {
        closed = true;
        invited = 0;
        callers.forEach(Thread::interrupt);
        try {
            for (Thread caller : callers) {
                caller.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
