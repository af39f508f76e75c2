package io.smartqueue.ultramsg.jdbi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A PgBouncer in transaction mode in front of a database, if this machine has the program. */
final class PgBouncer implements AutoCloseable {
    private final Process process;
    private final int port;
    private final String database;

    private PgBouncer(Process process, int port, String database) {
        this.process = process;
        this.port = port;
        this.database = database;
    }

    static PgBouncer before(TestDatabase database, String login) throws IOException, InterruptedException {
        Program program = Program.named("pgbouncer", "pgbouncer");
        Path folder = Files.createTempDirectory("pgbouncer");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port = freePort();
        Path logins = Files.writeString(folder.resolve("logins.txt"), "\"" + login + "\" \"\"\n");
        Path settings =
                Files.writeString(folder.resolve("pgbouncer.ini"), """
                [databases]
                * = host=localhost port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = transaction
                default_pool_size = 3
                ignore_startup_parameters = extra_float_digits
                """.formatted(database.port(), port, logins));
        List<String> command = new ArrayList<>(List.of(program.path().toString(), "--quiet"));
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("--user", "nobody")); // it refuses to serve as root
        }
        command.add(settings.toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log.txt").toFile())
                .start();
        awaitPort(process, port, folder.resolve("log.txt"));
        return new PgBouncer(process, port, database.name());
    }

    /** PgBouncer before 1.21 cannot keep prepared statements apart, so the driver must not prepare on the server. */
    JdbcSettings settings(String login) {
        return JdbcSettings.builder(
                        "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?prepareThreshold=0", login, "")
                .build();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static void awaitPort(Process process, int port, Path log) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
                return;
            } catch (IOException notYet) {
                Thread.onSpinWait();
            }
        }
        throw new IllegalStateException("PgBouncer did not start: " + Files.readString(log));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
