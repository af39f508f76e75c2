package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.internal.time.Deadline;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SingleUseBodyTest {
    private static final Deadline LATER = Deadline.in(Duration.ofHours(1));

    private static SingleUseBody body() {
        return new SingleUseBody(HttpRequest.BodyPublishers.ofString("a=1"), LATER);
    }

    @Test
    void handsItsBytesOverOnce() {
        SingleUseBody body = body();
        Wire first = new Wire();
        Wire second = new Wire();

        body.subscribe(first);
        body.subscribe(second);

        assertThat(first.received).isEqualTo(3);
        assertThat(first.failure).isNull();
        assertThat(second.received).isZero();
        assertThat(second.failure).isInstanceOf(IOException.class);
    }

    @Test
    void canBeWithdrawnUntilItIsReleased() {
        SingleUseBody body = body();
        Wire wire = new Wire();

        assertThat(body.withdraw()).isTrue();
        assertThat(body.withdraw()).as("again").isTrue();
        body.subscribe(wire);

        assertThat(wire.received).isZero();
        assertThat(wire.failure).isInstanceOf(IOException.class);
        assertThat(body.withdraw()).as("still").isTrue();
    }

    @Test
    void cannotBeWithdrawnOnceItIsReleased() {
        SingleUseBody body = body();

        body.subscribe(new Wire());

        assertThat(body.withdraw()).isFalse();
    }

    @Test
    void givesNothingOnceItsTimeIsOver() {
        Deadline over = Deadline.in(Duration.ZERO);
        SingleUseBody body = new SingleUseBody(HttpRequest.BodyPublishers.ofString("a=1"), over);
        Wire wire = new Wire();

        body.subscribe(wire);

        assertThat(wire.received).isZero();
        assertThat(wire.failure).isInstanceOf(IOException.class);
        assertThat(body.withdraw()).as("known not to have been sent").isTrue();
    }

    @Test
    void givesNothingOfAFileThatWasWithdrawn() {
        SingleUseBody kept = new SingleUseBody(formWithFile().body(), LATER);
        SingleUseBody withdrawn = new SingleUseBody(formWithFile().body(), LATER);
        Wire open = new Wire();
        Wire closed = new Wire();

        assertThat(withdrawn.withdraw()).isTrue();
        withdrawn.subscribe(closed);
        kept.subscribe(open);

        assertThat(closed.received).isZero();
        assertThat(closed.failure).isInstanceOf(IOException.class);
        assertThat(open.received).isEqualTo(100_006).isEqualTo((int) kept.contentLength());
        assertThat(kept.withdraw()).isFalse();
    }

    private static Form formWithFile() {
        return new Form().addFile("image", ByteBuffer.allocate(75_000)); // 100,000 letters A
    }

    @Test
    void tellsItsLength() {
        assertThat(body().contentLength()).isEqualTo(3);
    }

    @Test
    void isEitherWithdrawnOrHandedOverHoweverCloseTheRace() throws Exception {
        ExecutorService racers = Executors.newFixedThreadPool(2);
        try {
            CyclicBarrier start = new CyclicBarrier(2);
            for (int round = 0; round < 5_000; round++) {
                SingleUseBody body = body();
                Wire wire = new Wire();
                Future<Boolean> withdrawn = racers.submit(() -> {
                    start.await();
                    return body.withdraw();
                });
                Future<?> subscribed = racers.submit(() -> {
                    start.await();
                    body.subscribe(wire);
                    return null;
                });
                boolean neverLeaves = withdrawn.get(10, TimeUnit.SECONDS);
                subscribed.get(10, TimeUnit.SECONDS);
                assertThat(wire.received).isEqualTo(neverLeaves ? 0 : 3);
            }
        } finally {
            racers.shutdownNow();
        }
    }

    @Test
    void reachesNoServerASecondTime() throws Exception {
        try (ScriptedServer server = new ScriptedServer().on("/", Replies.json(200, "{}"))) {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest repeated = HttpRequest.newBuilder(server.url().resolve("/"))
                    .version(HttpClient.Version.HTTP_1_1)
                    .timeout(Duration.ofSeconds(10))
                    .POST(body())
                    .build();

            client.send(repeated, BodyHandlers.discarding());

            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> client.send(repeated, BodyHandlers.discarding()));
            assertThat(server.requests()).hasSize(1);
        }
    }

    /** What {@code java.net.http} is to a body: somebody who asks for all of it. */
    private static final class Wire implements Flow.Subscriber<ByteBuffer> {
        private int received;
        private Throwable failure;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer bytes) {
            received += bytes.remaining();
        }

        @Override
        public void onError(Throwable failure) {
            this.failure = failure;
        }

        @Override
        public void onComplete() {
            // the bytes were all
        }
    }
}
