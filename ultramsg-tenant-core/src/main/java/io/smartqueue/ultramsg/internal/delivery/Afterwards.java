package io.smartqueue.ultramsg.internal.delivery;

import java.util.function.Consumer;

/** What is written down once a message's outcome is known: the caller learns the outcome, whatever the store does now. */
final class Afterwards {
    private Afterwards() {}

    /** Writes, also for an interrupted caller, whose flag is set again at the end. */
    static void write(Runnable writing, Consumer<RuntimeException> onFailure) {
        boolean interrupted = Thread.interrupted(); // or pools would refuse a connection
        try {
            writing.run();
        } catch (RuntimeException e) { // of whatever kind: a host may bring the store
            onFailure.accept(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
