package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A message for each of some tenants, from a few threads. It ends with the first that fails, and in any case after some minutes. */
final class TenantRound {
    private static final int THREADS = 8;
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private final TenantPeer peer;
    private final int to;
    private final int mostLost;
    private final AtomicInteger next;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private TenantRound(TenantPeer peer, int from, int to) {
        this.peer = peer;
        this.to = to;
        this.mostLost = 1 + (to - from) / 1_000;
        this.next = new AtomicInteger(from);
    }

    /** Returns how many milliseconds all of them took, or after how many it ended. */
    static String of(TenantPeer peer, int from, int to) throws InterruptedException {
        return new TenantRound(peer, from, to).send();
    }

    private String send() throws InterruptedException {
        long began = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int thread = 0; thread < Math.min(THREADS, to - next.get()); thread++) {
                threads.execute(this::sendOnes);
            }
            threads.shutdown();
            if (!threads.awaitTermination(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                fail(new TimeoutException("not over within " + LONGEST));
            }
        } catch (OutOfMemoryError e) { // not even these threads
            fail(e);
        } finally {
            threads.shutdownNow();
        }
        Throwable cause = failure.get();
        return cause == null
                ? String.valueOf((System.nanoTime() - began) / 1e6)
                : TenantsNode.ended(sent.get(), "of them had sent", cause);
    }

    private void sendOnes() {
        for (int tenant = next.getAndIncrement(); tenant < to; tenant = next.getAndIncrement()) {
            try {
                peer.send(tenant);
                sent.incrementAndGet();
            } catch (LostReply e) { // the stub has it
                if (lost.incrementAndGet() > mostLost) {
                    fail(e);
                }
            } catch (Exception | VirtualMachineError e) {
                fail(e);
            }
        }
    }

    private void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        next.set(to);
    }
}
