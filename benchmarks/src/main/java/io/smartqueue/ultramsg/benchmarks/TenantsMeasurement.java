package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.TenantsNode.Kind;

import java.net.URI;
import java.util.List;
import java.util.Map;

/** What many tenants with credentials of their own cost a process: idle, when some have sent, and when all have. */
final class TenantsMeasurement {
    private static final String HEAP = "3g";

    private TenantsMeasurement() {}

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        int tenants = plan.tenants();
        URI stub = servers.stub().address();
        TenantDatabase database = servers.database();
        database.addOrganizations(tenants);
        database.sendTo(stub);
        int some = Math.max(1, tenants / 100);
        Table table = Table.of(
                "A process that sends for " + tenants + " tenants",
                "by way of",
                "s until it could send",
                "ms to the first message",
                "MB of heap, idle",
                "threads, idle",
                "sockets, idle",
                "MB, " + some + " have sent",
                "sockets then",
                "MB, all have sent",
                "threads then",
                "sockets then ");
        for (Kind kind : Kind.values()) {
            table.row(row(kind, tenants, some, stub, database));
        }
        return List.of(table.remark(
                "Heap after a collection, of a JVM of its own with -XX:+UseSerialGC. All credentials are different, and all"
                        + " tenants' messages go to one host. The library reads a tenant's credentials from PostgreSQL when they are"
                        + " needed, by a pool of " + (TenantDatabase.POOL_SIZE + 1) + " connections."));
    }

    private static Object[] row(Kind kind, int tenants, int some, URI stub, TenantDatabase database) throws Exception {
        Map<String, String> environment =
                Map.of(OutboxNode.URL, database.servingUrl(), OutboxNode.TOKEN_KEYS, database.tokenKeys());
        long began = System.nanoTime();
        try (JvmProcess process = JvmProcess.start(
                TenantsNode.class.getName(),
                HEAP,
                environment,
                kind.name(),
                String.valueOf(tenants),
                stub.toString())) {
            process.answer();
            double opened = (System.nanoTime() - began) / 1e9;
            double heap = process.heapMegabytes();
            double threads = process.threads();
            double sockets = process.sockets();
            double first = Double.parseDouble(process.ask("1"));
            process.ask(String.valueOf(some));
            double heapOfSome = process.heapMegabytes();
            double socketsOfSome = process.sockets();
            process.ask(String.valueOf(tenants));
            return new Object[] {
                kind.title(),
                opened,
                first,
                heap,
                threads,
                sockets,
                heapOfSome,
                socketsOfSome,
                process.heapMegabytes(),
                process.threads(),
                process.sockets()
            };
        }
    }
}
