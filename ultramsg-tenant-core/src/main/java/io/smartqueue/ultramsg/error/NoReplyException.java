package io.smartqueue.ultramsg.error;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** No readable answer came from UltraMsg within the deadline. */
public final class NoReplyException extends UltraMessageException {
    private static final long serialVersionUID = 1L;

    /** What the call may have changed at the server. */
    public enum Effect {
        /** Nothing, and that is proven: the request never left, or only asked a question. */
        NONE,
        /** The request was written, wholly or in part; the server may have acted on it. */
        POSSIBLE
    }

    private final Effect effect;

    /**
     * Creates the exception.
     *
     * @param effect what the call may have changed
     * @param message what happened, without address or secrets
     * @param cause what the connection reported, or null
     */
    public NoReplyException(Effect effect, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.effect = Objects.requireNonNull(effect, "effect");
    }

    /**
     * Returns what the call may have changed at the server.
     *
     * @return {@link Effect#NONE} only where that is proven
     */
    public Effect effect() {
        return effect;
    }

    @Override
    public boolean isRetryable() {
        return effect == Effect.NONE;
    }
}
