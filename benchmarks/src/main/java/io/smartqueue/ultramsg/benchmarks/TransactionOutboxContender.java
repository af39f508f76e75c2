package io.smartqueue.ultramsg.benchmarks;

import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Persistor;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The library transaction-outbox: a row for each call of a method, which posts a message. It would call at once after the commit; here
 * it does not while nobody is to send, as if the process had been restarted since, and its flush finds what is there.
 */
final class TransactionOutboxContender implements Contender {
    /** What transaction-outbox takes by default. */
    private static final Duration RETRY_AFTER = Duration.ofMinutes(2);

    private static final long FLUSH_PAUSE_MILLIS = 10;

    private static final String COUNT = "select count(*) from bare.txno_outbox";
    private static final String LET_TIME_PASS =
            "update bare.txno_outbox set nextattempttime = nextattempttime - interval '1 day'";

    private final Opened opened = new Opened();
    private final TenantDatabase database;
    private final Posting posting;
    private final TransactionManager transactions;
    private final TransactionOutbox outbox;
    private final ExecutorService threads;
    private volatile boolean sending;
    private @Nullable Thread flushing;

    TransactionOutboxContender(TenantDatabase database, URI stub, int threads) {
        this(database, new Posting(stub), threads, RETRY_AFTER);
    }

    /** One whose calls are made again after a pause when they have failed, a few times. */
    TransactionOutboxContender(TenantDatabase database, Posting posting, int threads, Duration retryAfter) {
        this.database = database;
        this.transactions = TransactionManager.fromDataSource(opened.add(database.barePool()));
        this.posting = opened.add(posting);
        Sender sender = new PostingSender(posting);
        this.threads = Executors.newFixedThreadPool(threads);
        opened.add(this.threads::shutdownNow);
        this.outbox = TransactionOutbox.builder()
                .transactionManager(transactions)
                .persistor(Persistor.forDialect(Dialect.POSTGRESQL_9))
                .attemptFrequency(retryAfter)
                .instantiator(Instantiator.using(type -> sender))
                .submitter((entry, processing) -> {
                    if (sending) {
                        this.threads.execute(() -> processing.accept(entry));
                    }
                })
                .build();
    }

    @Override
    public String name() {
        return "transaction-outbox";
    }

    /** Its flush leaves alone for two minutes what could still be called after its commit. */
    @Override
    public void enqueue(int organizations, int ofEach) throws SQLException {
        for (int organization = 1; organization <= organizations; organization++) {
            int ofOrganization = organization;
            int first = (organization - 1) * ofEach;
            transactions.inTransaction(() -> {
                for (int number = first; number < first + ofEach; number++) {
                    outbox.schedule(Sender.class).send(ofOrganization, Texts.numbered(number));
                }
            });
        }
        database.execute(LET_TIME_PASS);
    }

    @Override
    public void start() {
        sending = true;
        Thread starting = new Thread(this::flush, "flush");
        flushing = starting;
        starting.start();
    }

    private void flush() {
        try {
            while (sending) {
                if (!outbox.flush()) {
                    Thread.sleep(FLUSH_PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String unfinished() {
        return COUNT;
    }

    @Override
    public void stop() throws InterruptedException {
        sending = false;
        if (flushing != null) {
            flushing.join();
            flushing = null;
        }
    }

    @Override
    public long takeLostReplies() {
        return posting.takeLost();
    }

    @Override
    public void close() throws IOException {
        opened.close();
    }

    /** What is called later. */
    interface Sender {
        void send(int organization, String text);
    }

    /** What it comes to. A class with a name, since the library finds its method by reflection. */
    static final class PostingSender implements Sender {
        private final Posting posting;

        PostingSender(Posting posting) {
            this.posting = posting;
        }

        @Override
        public void send(int organization, String text) {
            posting.postOrFail(organization, text);
        }
    }
}
