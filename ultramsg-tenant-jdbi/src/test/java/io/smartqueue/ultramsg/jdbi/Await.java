package io.smartqueue.ultramsg.jdbi;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** Waits for what another thread, node or server brings about. */
final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Await() {}

    interface Condition {
        boolean holds() throws Exception;
    }

    /** Returns as soon as the condition holds; fails if it does not come to hold. */
    static void until(Condition condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds(condition)) {
            assertThat(System.nanoTime()).as("waited " + PATIENCE).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000); // what is waited for may need this core
        }
    }

    private static boolean holds(Condition condition) {
        try {
            return condition.holds();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
