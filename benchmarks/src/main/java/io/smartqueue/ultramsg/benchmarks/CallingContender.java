package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.BareQueue.Sending;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Callers who wait for what becomes of each message, and call again, or not, when they are not told that it was sent. */
final class CallingContender implements LossContender {
    private final int threads;
    private final int tries;
    private final Sending call;

    /**
     * Describes them.
     *
     * @param tries how often a message is sent at most
     */
    CallingContender(int threads, int tries, Sending call) {
        this.threads = threads;
        this.tries = tries;
        this.call = call;
    }

    /** Organizations take turns, so that each has as many callers as the others. */
    @Override
    public Set<Integer> send(int organizations, int ofEach) throws InterruptedException, ExecutionException {
        ExecutorService callers = Executors.newFixedThreadPool(threads);
        try {
            Set<Integer> unsure = new TreeSet<>();
            for (Future<Integer> told : IntStream.range(0, organizations * ofEach)
                    .mapToObj(turn -> callers.submit(() -> {
                        int organization = 1 + turn % organizations;
                        int number = (organization - 1) * ofEach + turn / organizations;
                        return isToldThatItWasSent(organization, Texts.numbered(number)) ? -1 : number;
                    }))
                    .toList()) {
                if (told.get() >= 0) {
                    unsure.add(told.get());
                }
            }
            return unsure;
        } finally {
            callers.shutdownNow();
        }
    }

    private boolean isToldThatItWasSent(int organization, String text) throws InterruptedException {
        for (int i = 0; i < tries; i++) {
            try {
                if (call.send(organization, text)) {
                    return true;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception notKnown) {
                // as for one that returns so
            }
        }
        return false;
    }
}
