package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedOutbox;
import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.Media;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.outbox.OutboxStore.BatchSnapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

@Timeout(30)
class OutboxTest {
    private static final BatchId NEWS = BatchId.of("news");

    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager =
            UltraMessageInstanceManager.builder(store).build();
    private final Outbox outbox = manager.outbox();

    @AfterEach
    void close() {
        manager.close();
    }

    private static BatchSnapshot open(long queued, long accepted) {
        return new BatchSnapshot(new BatchCounts(queued, accepted, 0, 0, 0, 0), BatchState.OPEN);
    }

    private static Stream<BatchItem> items(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> BatchItem.of(TextMessage.of(Recipient.parse(Samples.NUMBER), "text " + i)));
    }

    @Test
    void enqueuesAMessageWithItsOptions() {
        EnqueueOptions options = EnqueueOptions.builder()
                .urgency(Urgency.URGENT)
                .idempotencyKey(IdempotencyKey.of("order-42/ready"))
                .orderingKey(OrderingKey.of("order-42"))
                .build();

        EnqueueResult result = outbox.enqueue(ACME, Samples.message(), options);

        NewWork work = store.outbox().enqueued().get(0).get(0);
        assertThat(result).isEqualTo(new EnqueueResult.Queued(work.reference()));
        assertThat(work.options()).isSameAs(options);
        assertThat(work.content()).isEqualTo(ContentHash.of(Samples.message()));
        assertThat(work.payload().message()).isEqualTo(Samples.message());
        assertThat(work.recipient()).isEqualTo(Samples.message().to());
        assertThat(work.batch()).isNull();
        assertThat(work.text()).isNull();
        assertThat(work.toString()).doesNotContain(Samples.TEXT).doesNotContain("12015550123");
    }

    @Test
    void keepsWithTheMessageThatItMayStartAConversation() {
        outbox.enqueue(ACME, Samples.message());
        outbox.enqueue(
                ACME,
                Samples.message(),
                EnqueueOptions.builder().startConversation().build());

        assertThat(store.outbox().enqueued())
                .extracting(work -> work.get(0).payload().mayStartConversation())
                .containsExactly(false, true);
    }

    @Test
    void keepsWordsOnlyIfTheHostWantsThemKept() {
        try (UltraMessageInstanceManager keeping =
                UltraMessageInstanceManager.builder(store).logTexts().build()) {
            keeping.outbox().enqueue(ACME, Samples.message());
        }

        assertThat(store.outbox().enqueued().get(0).get(0).text()).isEqualTo(Samples.TEXT);
    }

    @Test
    void enqueuesWithinATransactionOfTheHosts() {
        ScriptedOutbox transaction = new ScriptedOutbox();

        outbox.enqueue(transaction, ACME, Samples.message(), EnqueueOptions.defaults());

        assertThat(transaction.enqueued()).extracting(List::size).containsExactly(1);
        assertThat(store.outbox().enqueued()).isEmpty();
    }

    @Test
    void enqueuesABatchWithinATransactionOfTheHosts() {
        ScriptedOutbox transaction = new ScriptedOutbox();

        Batch batch = outbox.enqueueBatch(transaction, ACME, NEWS, items(1_001).iterator());

        assertThat(batch.id()).isEqualTo(NEWS);
        assertThat(transaction.enqueued()).extracting(List::size).containsExactly(1_000, 1);
        assertThat(store.outbox().enqueued()).isEmpty();
    }

    @Test
    void refusesABatchWithinATransactionForWhomThereIsNot() {
        ScriptedOutbox transaction = new ScriptedOutbox();
        transaction.refuse(new EnqueueResult.Refused(
                Reference.of("x"), RejectionReason.NOT_CONFIGURED, "there is no such organization"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> outbox.enqueueBatch(transaction, ACME, NEWS, items(1).iterator()))
                .withMessage("organization " + ACME + " does not exist");
    }

    @Test
    void cancelsAMessage() {
        Reference waiting = outbox.enqueue(ACME, Samples.message()).reference();

        assertThat(outbox.cancel(ACME, waiting)).isTrue();
        assertThat(outbox.cancel(ACME, Reference.of("another"))).isFalse();
    }

    @Test
    void cancelsWithinATransactionOfTheHosts() {
        ScriptedOutbox transaction = new ScriptedOutbox();
        Reference within = outbox.enqueue(transaction, ACME, Samples.message(), EnqueueOptions.defaults())
                .reference();
        Reference before = outbox.enqueue(ACME, Samples.message()).reference();

        assertThat(outbox.cancel(transaction, ACME, within)).isTrue();
        assertThat(outbox.cancel(transaction, ACME, before))
                .as("this one knows nothing of it")
                .isFalse();
    }

    @Test
    void readsABatchAThousandAtATimeAndClosesItsStream() {
        AtomicBoolean closed = new AtomicBoolean();
        AtomicInteger read = new AtomicInteger();
        Stream<BatchItem> items =
                items(2_500).peek(item -> read.incrementAndGet()).onClose(() -> closed.set(true));

        outbox.enqueueBatch(ACME, items);

        assertThat(store.outbox().enqueued()).extracting(List::size).containsExactly(1_000, 1_000, 500);
        assertThat(store.outbox().enqueued().stream()
                        .flatMap(List::stream)
                        .map(NewWork::batch)
                        .distinct())
                .hasSize(1)
                .doesNotContainNull();
        assertThat(store.outbox().enqueued().get(0).get(0).options().urgency()).isEqualTo(Urgency.BULK);
        assertThat(read).hasValue(2_500);
        assertThat(closed).isTrue();
    }

    @Test
    void readsFewLargeMessagesAtATime() {
        OutboundMessage large =
                ImageMessage.of(Recipient.parse(Samples.NUMBER), Media.of(new byte[Media.MAX_BYTES / 4]));

        outbox.enqueueBatch(ACME, Collections.nCopies(5, BatchItem.of(large)));

        assertThat(store.outbox().enqueued()).extracting(List::size).containsExactly(2, 2, 1);
    }

    @Test
    void addsNothingToACancelledBatchAndSaysSo() {
        store.outbox()
                .refuse(new EnqueueResult.Refused(Reference.of("x"), RejectionReason.CANCELLED, "it is cancelled"));

        assertThatIllegalStateException()
                .isThrownBy(() -> outbox.enqueueBatch(ACME, NEWS, items(2_500).iterator()))
                .withMessageContaining("news");
        assertThat(store.outbox().enqueued()).hasSize(1); // the rest is not even read
    }

    @Test
    void makesNoBatchForAnOrganizationThatDoesNotExist() {
        store.outbox().removeOrganization();

        assertThatIllegalArgumentException().isThrownBy(() -> outbox.enqueueBatch(ACME, items(1)));
    }

    @Test
    void waitsForABatchAndTellsHowFarItIs() throws InterruptedException {
        store.outbox().batchIs(open(3, 0), open(3, 0), open(1, 2), open(0, 3));
        Batch batch = outbox.batch(ACME, NEWS).orElseThrow();
        List<Long> told = new ArrayList<>();

        BatchProgress end = batch.await(
                Duration.ofSeconds(20), progress -> told.add(progress.counts().accepted()));

        assertThat(end.isDone()).isTrue();
        assertThat(end.fraction()).isEqualTo(1);
        assertThat(told).containsExactly(0L, 2L, 3L);
    }

    @Test
    void waitsForABatchNoLongerThanItWasTold() throws InterruptedException {
        store.outbox().batchIs(open(3, 1));

        BatchProgress progress = outbox.batch(ACME, NEWS).orElseThrow().await(Duration.ofMillis(50));

        assertThat(progress.isDone()).isFalse();
        assertThat(progress.fraction()).isEqualTo(0.25);
    }

    @Test
    void goesOnWaitingWhileTheStoreCannotAnswer() throws InterruptedException {
        store.outbox().batchIs(open(2, 1), open(2, 1), open(0, 3));
        Batch batch = outbox.batch(ACME, NEWS).orElseThrow();

        store.outbox().failToFind(StorageException.unavailable("it is restarted", null), 1);
        assertThat(batch.await(Duration.ofSeconds(20)).isDone()).isTrue();
    }

    @Test
    void endsTheWaitWhenTheStoreWillNeverAnswer() {
        store.outbox().batchIs(open(2, 1));
        Batch batch = outbox.batch(ACME, NEWS).orElseThrow();

        store.outbox().failToFind(StorageException.misconfigured("no such table", null), 1);
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> batch.await(Duration.ofSeconds(20)));
    }

    @Test
    void endsTheWaitWithWhatTheListenerThrows() {
        store.outbox().batchIs(open(3, 1));
        Batch batch = outbox.batch(ACME, NEWS).orElseThrow();

        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> batch.await(Duration.ofSeconds(20), progress -> {
                    throw new ArithmeticException();
                }));
    }

    @Test
    void listsItemsPageByPage() {
        store.outbox().batchIs(open(3, 1));

        try (Stream<OutboxItem> items = outbox.batch(ACME, NEWS).orElseThrow().items()) {
            assertThat(items.map(OutboxItem::position))
                    .hasSize(2_500)
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void tellsTheLaneThatItIsResumed() {
        outbox.pause(ACME);
        assertThat(store.lanes().changes()).isEmpty();

        outbox.resume(ACME);
        assertThat(store.lanes().changes()).containsExactly(ACME);
    }

    @Test
    void sendsOnlyWhereItIsStartedAndUntilItIsStoppedOrItsManagerIsClosed() {
        assertThat(store.lanes().isStarted()).isFalse();

        outbox.start();
        outbox.start();
        assertThat(store.lanes().isStarted()).isTrue();
        outbox.stop();
        outbox.stop();
        assertThat(store.lanes().isStarted()).isFalse();

        outbox.start();
        manager.close();
        assertThat(store.lanes().isStarted()).isFalse();
        assertThat(store.organizations().listeners()).isZero();
    }

    @Test
    void tellsLanesOfChangesWhileItIsStarted() throws InterruptedException {
        outbox.start();

        store.organizations()
                .put(
                        ACME,
                        Samples.draft(URI.create("https://api.ultramsg.com")).toBuilder()
                                .status(InstanceStatus.ACTIVE)
                                .build());

        assertThat(store.lanes().changes().poll(10, TimeUnit.SECONDS)).isEqualTo(ACME);
    }

    @Test
    void refusesNullsByName() {
        assertThatNullPointerException()
                .isThrownBy(() -> outbox.enqueue(null, Samples.message()))
                .withMessage("organization");
        assertThatNullPointerException()
                .isThrownBy(() -> outbox.enqueue(ACME, null))
                .withMessage("message");
        assertThatNullPointerException()
                .isThrownBy(() -> outbox.enqueue(ACME, Samples.message(), null))
                .withMessage("options");
        assertThatNullPointerException()
                .isThrownBy(() -> outbox.cancel(new ScriptedOutbox(), null, Reference.of("x")))
                .withMessage("organization");
        assertThatNullPointerException()
                .isThrownBy(() -> outbox.cancel(new ScriptedOutbox(), ACME, null))
                .withMessage("reference");
        assertThatNullPointerException().isThrownBy(() -> outbox.backlog(null)).withMessage("organization");
        assertThatNullPointerException()
                .isThrownBy(() -> outbox.find(null, List.of()))
                .withMessage("organization");
    }

    @Test
    void refusesOptionsThatContradictEachOther() {
        Instant noon = Instant.parse("2026-11-26T12:00:00Z");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        EnqueueOptions.builder().notBefore(noon).expiresAt(noon).build())
                .withMessageContaining("expiresAt")
                .withMessageContaining("notBefore");
        assertThatIllegalArgumentException().isThrownBy(() -> OrderingKey.of("a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> BatchId.of(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new Pace(0, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> Pace.oneEvery(Duration.ofDays(2)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutboxSettings.builder().mostAtUltraMsg(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutboxSettings.builder().lanesAtATime(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UltraMessageInstanceManager.builder(store).retention(Duration.ofHours(23)));
    }
}
