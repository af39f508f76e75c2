package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.Nullable;

/** An operation failed, which ends the run. */
final class FailedOperation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailedOperation(Side side, @Nullable Throwable cause) {
        super("an operation failed: " + side.name(), cause);
    }
}
