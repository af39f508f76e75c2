package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.benchmarks.TenantsNode.Kind;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.OutboxSettings;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * How long it takes, in a process that sends for many tenants, until one's messages have its new token. To the library it is told by
 * another node, and the process is asked for a message of that tenant again and again until the stub sees the new one. A
 * client is told in the process itself, by whoever has found out.
 */
final class TokenChanges {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final double KILO = 1_000;

    private final TenantDatabase database;
    private final StubJournal journal;
    private final int count;
    private final Table table;
    private int next = 1;

    TokenChanges(TenantDatabase database, StubJournal journal, SystemPlan plan) {
        this.database = database;
        this.journal = journal;
        this.count = plan.samples();
        this.table = Table.of(
                "One tenant's token changes, of " + plan.tenants() + " tenants",
                "by way of",
                "tenants",
                "changes",
                "until the first message with it, p50 ms",
                "longest ms",
                "kB allocated for the new client",
                "who hears of it");
    }

    /** @param others the first of so many that are not changed; they are the last ones */
    void byLibrary(TenantsProcess process, int tenants, int others) throws Exception {
        long[] nanos = new long[count];
        try (Node changing = Node.open(database, OutboxSettings.defaults())) {
            process.send(others, tenants); // so that they are known
            long known = statementsFor(process, others, tenants);
            nanos[0] = changed(changing, process, 0);
            long after = statementsFor(process, others, tenants);
            for (int i = 1; i < count; i++) {
                nanos[i] = changed(changing, process, i % Math.min(Organizations.COUNT, tenants));
            }
            row(Kind.LIBRARY, tenants, "", "every process, by PostgreSQL's notice", nanos);
            table.remark(String.format(
                    "The next messages of %,d other tenants took %,d statements in their names just before the first change and %,d"
                            + " just after it.",
                    tenants - others, known, after));
        }
    }

    private long statementsFor(TenantsProcess process, int from, int to) throws Exception {
        long before = IdleTenants.asTenants(database);
        process.send(from, to);
        return IdleTenants.asTenants(database) - before;
    }

    private long changed(Node changing, TenantsProcess process, int tenant) throws Exception {
        int number = next++;
        ConfigUpdate update = changing.administration(Actor.member(TenantDatabase.ADMIN))
                .update(
                        OrganizationId.of(tenant + 1L),
                        ConfigDraft.builder().token(token(number)).build(),
                        Verification.SAVE_UNTESTED);
        if (!update.isSaved()) {
            throw new IllegalStateException("not saved");
        }
        long committedMicros = Journal.micros(Instant.now());
        return (arrived(process, tenant, number) - committedMicros) * 1_000;
    }

    private long arrived(TenantsProcess process, int tenant, int number) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            process.send(tenant, tenant + 1);
            for (Arrival arrival : journal.take()) {
                if (arrival.number() == number) {
                    return arrival.micros();
                }
            }
        }
        throw new IllegalStateException("no message had the new token within " + PATIENCE);
    }

    void byClient(Kind kind, TenantsProcess process, int tenants) throws Exception {
        long[] nanos = new long[count];
        double[] bytes = new double[count];
        for (int i = 0; i < count; i++) {
            double[] cost = process.change(i % tenants, token(next++));
            nanos[i] = (long) (cost[0] * 1e6);
            bytes[i] = cost[1];
        }
        journal.take();
        row(
                kind,
                tenants,
                Interval.ofMedian(bytes).median() / KILO,
                "this process; to tell the others is the host's task",
                nanos);
    }

    private void row(Kind kind, int tenants, Object kilobytes, String whoHears, long... nanos) {
        table.row(
                kind.title(),
                tenants,
                count,
                Latency.of(nanos).medianNanos() / 1e6,
                Latency.longest(nanos) / 1e6,
                kilobytes,
                whoHears);
    }

    /** One that the stub's journal takes for a message's number: what has another token is not in it. */
    private static String token(int number) {
        return "fake-t0ken-" + Journal.BEFORE_NUMBER + number;
    }

    Table table() throws IOException, InterruptedException {
        journal.take(); // what others find is theirs
        return table.remark(
                "The library's time begins when Administration has returned on another node, and ends with the message at the stub; there is"
                        + " no client to be made, and less than 0 is a message that was quicker than the return. A client's begins when its"
                        + " process knows the token, however it came to know, and ends with the reply. The JDK's client knows no token: it"
                        + " is in each request.");
    }
}
