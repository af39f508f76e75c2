package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** The batched drain by hand: threads that lock some rows, skipping others' locks, post them one after the other, and delete them. */
final class BareContender implements Contender {
    private static final int AT_A_TIME = 100;

    private final Opened opened = new Opened();
    private final BareQueue queue;
    private final Posting posting;
    private final ExecutorService threads;
    private final int count;
    private final List<Future<?>> draining = new ArrayList<>();

    BareContender(TenantDatabase database, URI stub, int threads) throws SQLException {
        this(database, new Posting(stub), threads);
    }

    /** What was not sent, by all that this knows, stays for the next who takes some. */
    BareContender(TenantDatabase database, Posting posting, int threads) throws SQLException {
        this.queue = new BareQueue(opened.add(database.barePool()));
        this.posting = opened.add(posting);
        this.threads = Executors.newFixedThreadPool(threads);
        this.count = threads;
        opened.add(this.threads::shutdownNow);
    }

    @Override
    public String name() {
        return "FOR UPDATE SKIP LOCKED by hand";
    }

    @Override
    public void enqueue(int organizations, int ofEach) throws SQLException {
        for (int organization = 1; organization <= organizations; organization++) {
            int first = (organization - 1) * ofEach;
            queue.insertAll(
                    organization,
                    IntStream.range(first, first + ofEach)
                            .mapToObj(Texts::numbered)
                            .toArray(String[]::new));
        }
    }

    @Override
    public void start() {
        for (int i = 0; i < count; i++) {
            draining.add(threads.submit(this::drain));
        }
    }

    /** Nothing is added meanwhile, so what a thread finds locked is another one's. */
    private Void drain() throws Exception {
        int done;
        do {
            done = queue.drain(AT_A_TIME, posting::post);
        } while (done > 0);
        return null;
    }

    @Override
    public String unfinished() {
        return BareQueue.COUNT;
    }

    @Override
    public void stop() throws Exception {
        for (Future<?> drained : draining) {
            drained.get();
        }
        draining.clear();
    }

    @Override
    public long takeLostReplies() {
        return posting.takeLost();
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }
}
