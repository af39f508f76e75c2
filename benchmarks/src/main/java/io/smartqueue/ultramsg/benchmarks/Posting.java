package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** How all but ours hand a message over: a POST, and what becomes of a reply that was lost. Thread-safe. */
final class Posting implements AutoCloseable {
    private final BareClient client;
    private final Unanswered unanswered;
    private final LongAdder lost = new LongAdder();

    /** One for whom a lost reply counts as one: the stub has the message, and to post it again would spoil the count. */
    Posting(URI stub) {
        this(new BareClient(stub), Unanswered.COUNTS_AS_SENT);
    }

    private Posting(BareClient client, Unanswered unanswered) {
        this.client = client;
        this.unanswered = unanswered;
    }

    /** One that leaves it to its caller what to do about a message without an answer. */
    static Posting leavingUnansweredToCallers(URI stub, Duration timeout) {
        return new Posting(new BareClient(stub, timeout), Unanswered.IS_TOLD);
    }

    private enum Unanswered {
        COUNTS_AS_SENT,
        IS_TOLD
    }

    /** Returns whether it was sent, for all that is known. */
    boolean post(int organization, String text) {
        try {
            client.postText("instance" + organization, text);
            return true;
        } catch (LostReply e) {
            lost.increment();
            return unanswered == Unanswered.COUNTS_AS_SENT;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (IOException e) {
            if (unanswered == Unanswered.IS_TOLD) {
                return false;
            }
            throw new IllegalStateException(e);
        }
    }

    /** Fails in place of saying that it was not sent. */
    void postOrFail(int organization, String text) {
        if (!post(organization, text)) {
            throw new IllegalStateException("no answer");
        }
    }

    long takeLost() {
        return lost.sumThenReset();
    }

    @Override
    public void close() {
        client.close();
    }
}
