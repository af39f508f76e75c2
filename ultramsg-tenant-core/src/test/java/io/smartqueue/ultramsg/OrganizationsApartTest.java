package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.fixtures.ScriptedServer.Script;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * One instance in trouble, with more callers than there is room for: it gets so many connections and no more, and all others
 * send through the same manager at once. What that does to their time is measured in the benchmarks.
 */
@Timeout(120)
class OrganizationsApartTest {
    private static final int ROOM = 32;
    private static final int WAITING = 256;
    private static final int CALLERS = 3 * ROOM;
    /** More at once than one instance has room for: they share nothing that is as small as that. */
    private static final int OTHERS = ROOM + 8;

    /** Nobody who waits for room gives up, whatever the machine does meanwhile. */
    private static final SendOptions PATIENTLY =
            SendOptions.builder().deadline(Duration.ofMinutes(3)).build();

    private static final SendOptions BRIEFLY =
            SendOptions.builder().deadline(Samples.BRIEFLY.multipliedBy(3)).build();

    private enum Trouble {
        DEAD(Replies.silence(), result -> !result.isAccepted()),
        TRICKLING(Replies.trickle(), result -> !result.isAccepted()),
        THROTTLING(
                Replies.json(429, "{\"error\":\"slow down\"}", "Retry-After: 1000"),
                result -> result instanceof Rejected),
        CROWDED(Replies.json(200, Samples.SENT), SendResult::isAccepted);

        private final Script reply;
        private final Predicate<SendResult> isExpected;

        Trouble(Script reply, Predicate<SendResult> isExpected) {
            this.reply = reply;
            this.isExpected = isExpected;
        }
    }

    private final ScriptedServer troubled = new ScriptedServer();
    private final ScriptedServer server = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .readBackWindow(Duration.ZERO)
            .build();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final CountDownLatch roomIsTaken = new CountDownLatch(ROOM);
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();

    @BeforeEach
    void configure() {
        store.organizations().put(Samples.ACME, Samples.draft(troubled.url()));
        for (int i = 0; i < OTHERS; i++) {
            store.organizations()
                    .put(
                            other(i),
                            Samples.draft(server.url()).toBuilder()
                                    .instanceId("instance" + i)
                                    .build());
        }
    }

    @AfterEach
    void close() {
        end.countDown();
        troubled.close();
        callers.shutdownNow();
        manager.close();
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void sendWhileOnesInstanceIsInTrouble(Trouble trouble) throws Exception {
        troubled.on("messages/chat", connection -> {
            connection.request();
            mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            roomIsTaken.countDown();
            await(end);
            underWay.decrementAndGet(); // before the caller can know, and let the next one in
            trouble.reply.play(connection);
        });
        List<Future<SendResult>> ofTheTroubled = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            ofTheTroubled.add(callers.submit(() -> manager.send(Samples.ACME, Samples.message(), PATIENTLY)));
        }
        roomIsTaken.await();

        assertOthersSend();
        assertThat(manager.send(Samples.ACME, Samples.message(), BRIEFLY))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.BULKHEAD_FULL));
        assertThat(troubled.connections()).as("connections so far").isEqualTo(ROOM);

        end.countDown();
        assertOthersSend();
        if (trouble == Trouble.DEAD || trouble == Trouble.TRICKLING) {
            assertThat(troubled.connections()).as("connections so far").isEqualTo(ROOM);
            troubled.close(); // or the callers would wait for their deadlines
        }
        for (Future<SendResult> call : ofTheTroubled) {
            assertThat(call.get()).matches(trouble.isExpected);
        }
        assertThat(mostUnderWay).as("most under way at once").hasValue(ROOM);
    }

    /** A host has so many threads, and all organizations' messages are sent by them. */
    @Test
    void leaveThreadsToOthersSoonAfterAnInstanceHasGoneSilent() throws Exception {
        troubled.on("messages/chat", Replies.silence());
        SendOptions options =
                SendOptions.builder().deadline(Samples.BRIEFLY.multipliedBy(20)).build();
        int stuck = 0;
        SendResult turnedAway = null;

        while (turnedAway == null) {
            Future<SendResult> sent = callers.submit(() -> manager.send(Samples.ACME, Samples.message(), options));
            turnedAway = endOrNull(sent);
            stuck++;
            assertThat(stuck).as("threads that wait for the silent instance").isLessThan(ROOM);
        }

        assertThat(turnedAway).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectionReason.BULKHEAD_FULL);
            assertThat(rejected.detail()).contains("has not answered");
        });
        assertOthersSend();
        troubled.close(); // or the callers would wait for their deadlines
    }

    /** Nobody can know yet that it is silent. */
    @Test
    void leaveThreadsOfASmallPoolToOthersWhenAllOfThemMeetADeadInstanceAtOnce() throws Exception {
        troubled.on("messages/chat", Replies.silence());
        int most = 8;
        ExecutorService pool = Executors.newFixedThreadPool(2 * most);
        try (UltraMessageInstanceManager careful = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .readBackWindow(Duration.ZERO)
                .callersPerInstance(most)
                .build()) {
            server.on("messages/chat", Replies.json(200, Samples.SENT));
            List<Future<SendResult>> ofTheTroubled = new ArrayList<>();
            for (int i = 0; i < 2 * most; i++) {
                ofTheTroubled.add(pool.submit(() -> careful.send(Samples.ACME, Samples.message(), PATIENTLY)));
            }

            SendResult others = pool.submit(() -> careful.send(other(0), Samples.message(), PATIENTLY))
                    .get();

            assertThat(others.isAccepted()).isTrue();
            assertThat(ofTheTroubled.stream().filter(Future::isDone)).hasSizeGreaterThanOrEqualTo(most);
            troubled.close(); // or the callers would wait for their deadlines
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void areToldHowManyCallersAnInstanceMayHold() {
        UltraMessageInstanceManager.Builder builder = UltraMessageInstanceManager.builder(store);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.callersPerInstance(7))
                .withMessageContaining("callersPerInstance")
                .withMessageContaining("8 to 10000");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.callersPerInstance(10_001));
    }

    private static @Nullable SendResult endOrNull(Future<SendResult> sent) throws Exception {
        try {
            return sent.get(Samples.BRIEFLY.toMillis() / 4, TimeUnit.MILLISECONDS);
        } catch (TimeoutException stuck) {
            return null;
        }
    }

    @Test
    void spendNothingOnWhatAnInstanceHasNoRoomFor() throws Exception {
        troubled.on("messages/chat", Replies.silence());
        List<CompletableFuture<SendResult>> crowd = new ArrayList<>();
        for (int i = 0; i < ROOM + WAITING + 1; i++) {
            crowd.add(CompletableFuture.supplyAsync(
                    () -> manager.send(Samples.ACME, Samples.message(), PATIENTLY), callers));
        }
        CompletableFuture.anyOf(crowd.toArray(CompletableFuture[]::new))
                .get(); // the one for whom there was no room to wait
        int before = store.quotas().reservations();

        assertThat(manager.send(Samples.ACME, Samples.message(), PATIENTLY))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.BULKHEAD_FULL));

        assertThat(store.quotas().reservations()).isEqualTo(before);
    }

    /** All of them at the same moment: nobody gets a reply before the last one has asked. */
    private void assertOthersSend() throws Exception {
        CountDownLatch asked = new CountDownLatch(OTHERS);
        server.on("messages/chat", connection -> {
            connection.request();
            asked.countDown();
            await(asked);
            Replies.json(200, Samples.SENT).play(connection);
        });
        List<Future<SendResult>> sends = new ArrayList<>();
        for (int i = 0; i < OTHERS; i++) {
            OrganizationId organization = other(i);
            sends.add(callers.submit(() -> manager.send(organization, Samples.message(), PATIENTLY)));
        }
        for (Future<SendResult> send : sends) {
            assertThat(send.get().isAccepted()).isTrue();
        }
    }

    private static OrganizationId other(int number) {
        return OrganizationId.of("other-" + number);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
