package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.sql.SQLException;

/**
 * CPU time by who used it; in seconds until it is divided.
 *
 * @param client this process
 * @param database PostgreSQL, all of its processes
 * @param stub the stub
 */
record Cpu(double client, double database, double stub) {
    private static final double MICROS = 1e6;

    static Cpu now(TenantDatabase database, StubProcess stub) throws SQLException, IOException {
        return new Cpu(
                Consumption.now().cpuNanos() / 1e9, ProcessCpu.seconds(database.pid()), ProcessCpu.seconds(stub.pid()));
    }

    Cpu since(Cpu before) {
        return new Cpu(client - before.client, database - before.database, stub - before.stub);
    }

    /** Microseconds for each of so many. */
    Cpu per(double count) {
        return new Cpu(client * MICROS / count, database * MICROS / count, stub * MICROS / count);
    }

    /** How many cores were busy over so many seconds. */
    Cpu over(double seconds) {
        return new Cpu(client / seconds, database / seconds, stub / seconds);
    }

    double sum() {
        return client + database + stub;
    }
}
