package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.LongAdder;

/** How all but ours hand a message over: a POST, and what becomes of a reply that was lost. Thread-safe. */
final class Posting implements AutoCloseable {
    private final BareClient client;
    private final LongAdder lost = new LongAdder();

    Posting(URI stub) {
        this.client = new BareClient(stub);
    }

    /** A lost reply counts as one: the stub has the message, and to post it again would spoil the count. */
    void post(int organization, String text) {
        try {
            client.postText("instance" + organization, text);
        } catch (LostReply e) {
            lost.increment();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
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
