package io.smartqueue.ultramsg.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.BatchItem;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.Outbox;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Pace;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** A node of a host, with a pool, a store and a manager of its own. Its outbox sends nothing before it is started. */
final class Node implements AutoCloseable {
    /** Of what the library keeps, what waits or is being sent; not that of which the reply was lost. */
    static final String UNFINISHED = """
            select count(*) from ultramsg_messages
            where ready is not null or due_at is not null and state in ('queued', 'running')""";

    /** No instance is ever asked how much waits there: where throughput is measured, this is about the database. */
    private static final int ANY_NUMBER = 1_000_000_000;

    private static final int ENQUEUERS = 4;

    private static final Recipient RECIPIENT = Recipient.parse(Texts.RECIPIENT);

    private final Opened opened = new Opened();
    private final UltraMessageInstanceManager manager;

    private Node(HikariDataSource pool, String tokenKeys, OutboxSettings settings) {
        opened.add(pool);
        PostgresTenantStore store = opened.add(
                PostgresTenantStore.builder(pool).tokenKeys(tokenKeys).build());
        this.manager = opened.add(UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .withoutHealthChecks()
                .outbox(settings)
                .build());
    }

    static Node open(TenantDatabase database, OutboxSettings settings) {
        return new Node(database.servingPool(), database.tokenKeys(), settings);
    }

    static Node open(HikariDataSource pool, String tokenKeys, OutboxSettings settings) {
        return new Node(pool, tokenKeys, settings);
    }

    /** As fast as it goes, from so many threads. */
    static OutboxSettings unpaced(int threads) {
        return OutboxSettings.builder()
                .pace(new Pace(100, Duration.ZERO))
                .mostAtUltraMsg(ANY_NUMBER)
                .lanesAtATime(threads)
                .build();
    }

    Outbox outbox() {
        return manager.outbox();
    }

    Administration administration(Actor actor) {
        return manager.administration(actor);
    }

    /** Sends at once. A lost reply counts as one, as it does for {@link Posting}. */
    void send(int organization, int number) {
        SendResult result = manager.send(OrganizationId.of(organization), text(number), SendOptions.defaults());
        if (!(result instanceof SendResult.Unknown)) {
            result.orThrow();
        }
    }

    void enqueue(int organization, int number, EnqueueOptions options) {
        EnqueueResult result = outbox().enqueue(OrganizationId.of(organization), text(number), options);
        if (!(result instanceof EnqueueResult.Queued)) {
            throw new IllegalStateException("not queued");
        }
    }

    /** Enqueues so many messages of an organization as one batch. */
    void enqueueBatch(int organization, int firstNumber, int count) {
        outbox().enqueueBatch(
                        OrganizationId.of(organization),
                        IntStream.range(firstNumber, firstNumber + count)
                                .mapToObj(number -> BatchItem.of(text(number))));
    }

    /** Enqueues a batch of so many messages for each of the organizations from 1 on, numbered from 0 on. */
    void enqueueBatches(int organizations, int ofEach) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(ENQUEUERS);
        try {
            List<Future<?>> enqueued = new ArrayList<>();
            for (int organization = 1; organization <= organizations; organization++) {
                int each = organization;
                enqueued.add(threads.submit(() -> enqueueBatch(each, (each - 1) * ofEach, ofEach)));
            }
            for (Future<?> future : enqueued) {
                future.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    static TextMessage text(int number) {
        return TextMessage.of(RECIPIENT, Texts.numbered(number));
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }
}
