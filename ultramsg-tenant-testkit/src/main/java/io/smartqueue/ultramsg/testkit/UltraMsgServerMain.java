package io.smartqueue.ultramsg.testkit;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Runs an {@link UltraMsgServer} alone until it is interrupted.
 *
 * <pre>{@code
 * --port 9080 --https-port 9443 --instance instance1150 --token t0ken
 * }</pre>
 *
 * <p>Every option may be left out; {@code --instance} and {@code --token} come in pairs and may be repeated. Prints the
 * base URLs and the instances, never a token. {@code --state} names a file with instances and their switches; other
 * programs turn switches while it runs, under the path {@code /__ultramsg}; {@code --help} says how.
 */
public final class UltraMsgServerMain {

    private UltraMsgServerMain() {}

    /**
     * Serves until the JVM is told to stop or the thread is interrupted. Exits with status 2 if the command line is
     * malformed and with 1 if the server cannot start.
     *
     * @param arguments the command line; {@code --help} lists the options
     */
    public static void main(String[] arguments) {
        int status = run(List.of(arguments), System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        if (arguments.contains("--help")) {
            out.print(ServerOptions.USAGE);
            return 0;
        }
        try {
            serve(ServerOptions.parse(arguments), out);
            return 0;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.println("--help lists the options");
            return 2;
        } catch (IllegalStateException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private static void serve(ServerOptions options, PrintStream out) {
        try (UltraMsgServer server = UltraMsgServer.builder()
                .port(options.port())
                .httpsPort(options.httpsPort())
                .controlledByHttp()
                .start()) {
            options.instances()
                    .forEach(added -> server.addInstance(added.instance().value(), added.token()));
            if (options.state() != null) {
                StateFile.load(options.state(), server);
            }
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "close-ultramsg-stub"));
            out.println("UltraMsg stub at " + server.baseUrl() + " and " + server.httpsBaseUrl());
            server.ids().forEach(id -> out.println("  " + id));
            out.println("Serving until interrupted");
            out.flush();
            awaitInterrupt();
        }
    }

    private static void awaitInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
