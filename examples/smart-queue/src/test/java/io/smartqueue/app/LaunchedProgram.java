package io.smartqueue.app;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** The program itself in a process of its own, set up by its environment, on a port that is free. */
final class LaunchedProgram {
    private LaunchedProgram() {}

    /**
     * One that waits to be started; its output is the caller's to direct.
     *
     * @param logging what slf4j-simple is told, such as {@code defaultLogLevel=warn}
     */
    static ProcessBuilder of(Demo demo, String database, String publicUrl, String logging) {
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger." + logging,
                "-cp",
                System.getProperty("java.class.path"),
                SmartQueue.class.getName());
        program.environment()
                .putAll(Map.of(
                        "HOST",
                        "127.0.0.1",
                        "PORT",
                        "0",
                        "DATABASE_URL",
                        database,
                        "TOKEN_KEYS",
                        demo.settings().tokenKeys(),
                        "WEBHOOK_KEYS",
                        demo.settings().webhookKeys(),
                        "PUBLIC_URL",
                        publicUrl,
                        "ULTRAMSG",
                        "stub"));
        return program;
    }

    /** The line by which it tells its port. */
    static Pattern port(String publicUrl) {
        return Pattern.compile("Smart Queue is at " + Pattern.quote(publicUrl) + " and listens on port (\\d+)");
    }
}
