package io.smartqueue.app;

import io.smartqueue.ultramsg.testkit.StubInstance;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** A deployment: the program itself, set up by its environment, and told to end. */
@ExtendWith(RunningDemo.class)
@Execution(ExecutionMode.CONCURRENT)
class ShutdownIT {
    private static final String PUBLIC_URL = "http://queue.example.com";
    private static final Pattern PORT = LaunchedProgram.port(PUBLIC_URL);
    private static final int ENDED_BY_SIGTERM = 128 + 15;

    private @Nullable Process process;

    @AfterEach
    void end() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    @Test
    void answersWhatItHasBegunWhenItIsToldToEnd(Demo demo) throws Exception {
        Jdbi.create(demo.settings().databaseUrl()).useHandle(handle -> handle.execute("CREATE DATABASE told_to_end"));
        String database = demo.settings().databaseUrl().replace("/postgres?", "/told_to_end?");
        StubInstance instance = RunningDemo.newInstance(demo.ultraMsg(), "79002");
        Process running = launch(demo, database);
        URI site = URI.create("http://localhost:" + port(running));
        Demo.addPeople(Jdbi.create(database));
        Browserless anna = Browserless.at(site).signedInAs("anna");
        connect(anna, demo, instance);
        instance.repliesAfter(Duration.ofSeconds(1));
        long before = instance.requestCount();

        CompletableFuture<HttpResponse<String>> sending = CompletableFuture.supplyAsync(() -> send(anna));
        while (instance.requestCount() == before && !sending.isDone()) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
        running.destroy(); // SIGTERM

        assertThat(sending.get(20, TimeUnit.SECONDS).body()).contains("\"outcome\":\"accepted\"");
        assertThat(running.waitFor(20, TimeUnit.SECONDS)).as("has ended").isTrue();
        assertThat(running.exitValue()).isEqualTo(ENDED_BY_SIGTERM);
    }

    private Process launch(Demo demo, String database) throws IOException {
        ProcessBuilder program = LaunchedProgram.of(demo, database, PUBLIC_URL, "defaultLogLevel=warn")
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Process launched = program.start();
        process = launched;
        return launched;
    }

    private static int port(Process running) throws IOException {
        BufferedReader output = running.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher port = PORT.matcher(line);
            if (port.matches()) {
                return Integer.parseInt(port.group(1));
            }
        }
        throw new IllegalStateException("the program has ended before it began");
    }

    private static void connect(Browserless anna, Demo demo, StubInstance instance) throws Exception {
        Map<String, String> details = Map.of(
                "instance_id",
                instance.id(),
                "token",
                "fake-t0ken-79002",
                "base_url",
                demo.ultraMsg().baseUrl().toString(),
                "version",
                "0");
        assertThat(anna.submit("/organizations/" + Demo.BAKERY + "/details", details)
                        .statusCode())
                .as("details saved")
                .isBetween(300, 399);
    }

    private static HttpResponse<String> send(Browserless anna) {
        try {
            return anna.postJson(
                    "/api/notifications/whatsapp-direct",
                    "{\"organizationId\": \"" + Demo.BAKERY
                            + "\", \"phone\": \"+4930901821\", \"message\": \"Hello\"}");
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
