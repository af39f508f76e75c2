package io.smartqueue.ultramsg.api;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A body that is read from a stream on the thread of whoever sends it. {@code BodyPublishers.ofInputStream} reads on the
 * client's own threads, which all instances share: one slow stream would hold up everybody.
 */
final class StreamedBody implements HttpRequest.BodyPublisher {
    static final long UNKNOWN_LENGTH = -1;

    private static final int CHUNK = 16 * 1024;

    private final InputStream content;
    private final long length;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition change = lock.newCondition();
    private Flow.@Nullable Subscriber<? super ByteBuffer> wire;
    private long wanted;
    private boolean over;

    /** Takes the content, which stays the caller's to close, and its length in bytes or {@link #UNKNOWN_LENGTH}. */
    StreamedBody(InputStream content, long length) {
        this.content = content;
        this.length = length;
    }

    @Override
    public long contentLength() {
        return length;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                lock.lock();
                try {
                    wanted = count > Long.MAX_VALUE - wanted ? Long.MAX_VALUE : wanted + count;
                    wire = subscriber;
                    change.signalAll();
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void cancel() {
                end();
            }
        });
    }

    private void end() {
        lock.lock();
        try {
            over = true;
            change.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends the request that has this body, and waits for its reply.
     *
     * @throws UncheckedIOException if the content cannot be read
     */
    HttpResponse<byte[]> send(HttpClient http, HttpRequest request, HttpResponse.BodyHandler<byte[]> reader)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> reply = http.sendAsync(request, reader);
        CompletableFuture<?> wakeUp = reply.whenComplete((response, failure) -> end());
        try {
            pump();
            return reply.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } finally {
            wakeUp.cancel(false);
            reply.cancel(true); // of no effect once it is there
        }
    }

    private void pump() throws InterruptedException {
        for (var next = awaitDemand(); next != null; next = awaitDemand()) {
            byte[] chunk;
            try {
                chunk = content.readNBytes(CHUNK);
            } catch (IOException unreadable) {
                next.onError(unreadable);
                throw new UncheckedIOException("the content to upload cannot be read", unreadable);
            }
            if (chunk.length == 0) {
                next.onComplete();
                return;
            }
            next.onNext(ByteBuffer.wrap(chunk));
        }
    }

    /** Who wants a chunk, or null if nobody does any more. */
    private Flow.@Nullable Subscriber<? super ByteBuffer> awaitDemand() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (wanted == 0 && !over) {
                change.await();
            }
            if (over) {
                return null;
            }
            wanted--;
            return wire;
        } finally {
            lock.unlock();
        }
    }
}
