package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.internal.time.Deadline;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The body of one POST, handed to the wire once at most and before a deadline, or withdrawn before that.
 *
 * <p>This is how "known not sent" is known: a server cannot act on a form it has not been given, and after {@link
 * #withdraw()} has succeeded nothing can give it any more, not even a thread that is just about to. It also stops a JVM
 * that is set to repeat POSTs by itself. And a process that was stopped on its way here, and goes on later, finds that its time is
 * over: somebody else may be sending the message by then.
 */
final class SingleUseBody implements HttpRequest.BodyPublisher {
    private enum State {
        HELD,
        RELEASED,
        WITHDRAWN
    }

    private final HttpRequest.BodyPublisher content;
    private final Deadline deadline;
    private final AtomicReference<State> state = new AtomicReference<>(State.HELD);

    SingleUseBody(HttpRequest.BodyPublisher content, Deadline deadline) {
        this.content = content;
        this.deadline = deadline;
    }

    /**
     * Makes sure that the body never leaves, if it has not left yet.
     *
     * @return true if it has not left and never will
     */
    boolean withdraw() {
        return state.compareAndSet(State.HELD, State.WITHDRAWN) || state.get() == State.WITHDRAWN;
    }

    @Override
    public long contentLength() {
        return content.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> wire) {
        if (deadline.isOver()) {
            withdraw();
        }
        if (state.compareAndSet(State.HELD, State.RELEASED)) {
            content.subscribe(wire);
        } else {
            wire.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {
                    // nothing to give: the error that follows is the whole story
                }

                @Override
                public void cancel() {
                    // nothing was started
                }
            });
            wire.onError(
                    new IOException("the request was withdrawn, was being sent a second time, or its time was over"));
        }
    }
}
