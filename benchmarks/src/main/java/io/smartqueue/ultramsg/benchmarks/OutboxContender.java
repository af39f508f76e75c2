package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.sql.SQLException;

/** Ours: a batch for each organization, and their lanes. */
final class OutboxContender implements Contender {
    /** It would be half a minute before they are looked for. */
    private static final String FORGET_UNKNOWN = """
            with forgotten as (delete from ultramsg_messages where state = 'unknown' returning reference)
            select count(*) from forgotten""";

    private final TenantDatabase database;
    private final Node node;

    OutboxContender(TenantDatabase database, int threads) {
        this.database = database;
        this.node = Node.open(database, Node.unpaced(threads));
    }

    @Override
    public String name() {
        return "outbox";
    }

    @Override
    public void enqueue(int organizations, int ofEach) {
        for (int organization = 1; organization <= organizations; organization++) {
            node.enqueueBatch(organization, (organization - 1) * ofEach, ofEach);
        }
    }

    @Override
    public void start() {
        node.outbox().start();
    }

    @Override
    public String unfinished() {
        return Node.UNFINISHED;
    }

    @Override
    public void stop() {
        node.outbox().stop();
    }

    @Override
    public long takeLostReplies() throws SQLException {
        return database.number(FORGET_UNKNOWN);
    }

    @Override
    public void close() throws IOException {
        node.close();
    }
}
