package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.internal.time.Deadline;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

/**
 * Reads a reply up to a length and up to a deadline. {@code HttpRequest.timeout} ends at the headers before JDK 26: a body
 * that trickles would hold its caller for as long as it likes.
 */
final class BoundedReply implements HttpResponse.BodySubscriber<byte[]> {
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final List<byte[]> chunks = new ArrayList<>(1); // a reply of ordinary length comes in one
    private int length;
    private final int maxBytes;
    private final Future<?> alarm;
    private volatile Flow.@Nullable Subscription connection;

    BoundedReply(int maxBytes, Deadline deadline, Alarms alarms) {
        this.maxBytes = maxBytes;
        this.alarm = alarms.set(
                deadline, () -> end(new HttpTimeoutException("the reply was still coming in when the time was over")));
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        connection = subscription;
        if (body.isDone()) {
            subscription.cancel();
        } else {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (length + buffer.remaining() > maxBytes) {
                fail(new IOException("the reply is longer than " + maxBytes + " bytes"));
                return;
            }
            byte[] chunk = new byte[buffer.remaining()];
            buffer.get(chunk);
            chunks.add(chunk);
            length += chunk.length;
        }
    }

    @Override
    public void onError(Throwable failure) {
        alarm.cancel(false);
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        alarm.cancel(false);
        body.complete(chunks.size() == 1 ? chunks.get(0) : joined());
    }

    private byte[] joined() {
        ByteBuffer whole = ByteBuffer.allocate(length);
        chunks.forEach(whole::put);
        return whole.array();
    }

    private void fail(IOException failure) {
        alarm.cancel(false);
        end(failure);
    }

    /** Leaves the alarm alone, which may ring before the constructor has it in its hands. */
    private void end(IOException failure) {
        if (body.completeExceptionally(failure)) {
            Flow.Subscription current = connection;
            if (current != null) {
                current.cancel();
            }
        }
    }
}
