package io.smartqueue.ultramsg.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.benchmarks.TenantsNode.Kind;
import io.smartqueue.ultramsg.benchmarks.TenantsProcess.Ended;
import io.smartqueue.ultramsg.benchmarks.TenantsProcess.Held;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * What many tenants with credentials of their own cost a process: idle, when some have sent, and when all have; and what it takes to give one of
 * them another token. Clients that so many cannot be had of are tried with half as many, and so on.
 */
final class TenantsMeasurement {
    private static final int FEW = 10;

    private final TenantDatabase database;
    private final StubProcess stub;
    private final int tenants;
    private final int some;
    private final Table held;
    private final Table ratios;
    private final TokenChanges changes;
    private final IdleTenants idle;

    private TenantsMeasurement(TenantDatabase database, StubProcess stub, SystemPlan plan) {
        this.database = database;
        this.stub = stub;
        this.tenants = plan.tenants();
        this.some = Math.max(1, tenants / 100);
        this.held = TenantsTurn.table(tenants, some);
        this.ratios = TenantsTurn.ratios(some);
        this.changes = new TokenChanges(database, stub.journal(), plan);
        this.idle = new IdleTenants(database, plan);
    }

    /** On a server of its own, which counts statements. */
    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        try (TenantDatabase database = TenantDatabase.startCounting()) {
            addTenants(database, plan.tenants());
            database.sendTo(servers.stub().address());
            return new TenantsMeasurement(database, servers.stub(), plan).measure();
        }
    }

    private static void addTenants(TenantDatabase database, int tenants) throws Exception {
        database.addOrganizations(tenants);
        database.execute(
                "delete from organizations where id > " + tenants,
                "update organizations set ultramsg_token = 'fake-t0ken-' || lpad(id::text, 10, '0')");
        try (HikariDataSource pool = database.servingPool();
                PostgresTenantStore store = database.store(pool)) {
            store.resealTokens();
        }
        database.execute("vacuum analyze organizations");
    }

    private List<Table> measure() throws Exception {
        TenantsTurn library = turn(Kind.LIBRARY, tenants);
        held.row(library.row());
        for (Kind kind : Kind.values()) {
            if (kind != Kind.LIBRARY) {
                beside(library, kind);
            }
        }
        few();
        long files =
                ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
        held.remark(String.format(
                        "Heap after a collection, of a JVM of its own with -XX:+UseSerialGC and 3 GB. A process may have %,d files"
                                + " open here: a socket is one, and a client of the JDK has two more before it sends.",
                        files))
                .remark(
                        "All credentials are different, and all tenants' messages go to one host, from 8 threads. The library reads a"
                                + " tenant's credentials from PostgreSQL when they are needed, by a pool of "
                                + (TenantDatabase.POOL_SIZE + 1)
                                + " connections, and takes a place in its daily limit there.");
        ratios.remark(
                "Aims are for a client for each tenant that is all its own. To share connections among them is what Twilio's SDK does"
                        + " allow, and what it has to be told.");
        return List.of(held, ratios, changes.table(), idle.table());
    }

    private void beside(TenantsTurn library, Kind kind) throws Exception {
        for (int count = tenants; count > 0; count /= 2) {
            TenantsTurn turn = turn(kind, count);
            held.row(turn.row());
            if (turn.isComplete()) {
                if (library.isComplete()) {
                    ratios.row(turn.beside(library));
                }
                return;
            }
        }
    }

    private TenantsTurn turn(Kind kind, int count) throws Exception {
        List<Double> times = new ArrayList<>();
        List<Held> states = new ArrayList<>();
        try (TenantsProcess process = TenantsProcess.start(kind, count, stub.address(), database)) {
            times.add(process.secondsToOpen());
            states.add(process.held());
            if (kind == Kind.LIBRARY) {
                idle.watch(count, "none has sent yet", process);
            }
            times.add(process.send(0, 1));
            int first = Math.min(some, count);
            process.send(0, first);
            states.add(process.held());
            times.add(process.send(0, count) / 1e3);
            states.add(process.held());
            if (kind == Kind.LIBRARY) {
                idle.watchAfter(1L + first + count, count, "all have sent", process);
                changes.byLibrary(process, count, count - first);
            } else {
                changes.byClient(kind, process, count);
            }
            return new TenantsTurn(kind, count, times, states, "");
        } catch (Ended | IOException e) {
            return new TenantsTurn(kind, count, times, states, String.valueOf(e.getMessage()));
        }
    }

    private void few() throws Exception {
        database.execute("delete from organizations where id > " + FEW, "vacuum analyze organizations");
        try (TenantsProcess process = TenantsProcess.start(Kind.LIBRARY, FEW, stub.address(), database)) {
            idle.watch(FEW, "none has sent yet", process);
        }
    }
}
