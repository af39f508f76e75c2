package io.smartqueue.app;

import io.smartqueue.ultramsg.testkit.ReceivedMessage;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes in processes of their own, of which the one that sends is killed. It waits more than it computes, beside the other tests. */
@ExtendWith(RunningDemo.class)
@Execution(ExecutionMode.CONCURRENT)
class KilledNodeIT {
    /** With the called one no more than may be at UltraMsg at a time: without a webhook these nodes hear of none that has left. */
    private static final int RECIPIENTS = 90;

    private static final String CALLED = "+4915100300001";
    private static final Pattern ADDRESS = Pattern.compile("node at (\\S+)");
    private static final Pattern SENT =
            Pattern.compile("whatsapp_send_seconds_count\\{outcome=\"accepted\"[^}]*} ([0-9.]+)");
    private static final Pattern PERCENT = Pattern.compile("id=\"batch-percent\">(\\d+)");

    /** A node and where it is. */
    private record Running(Process process, Browserless anna) {
        double sent() throws Exception {
            Matcher sent = SENT.matcher(anna.get("/metrics").body());
            return sent.find() ? Double.parseDouble(sent.group(1)) : 0;
        }
    }

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void endsABatchAndACallOnTheOtherNodeAndSendsNothingTwice(Demo demo) throws Exception {
        Jdbi server = Jdbi.create(demo.settings().databaseUrl());
        server.useHandle(handle -> handle.execute("CREATE DATABASE killed_node"));
        String database = demo.settings().databaseUrl().replace("/postgres?", "/killed_node?");
        StubInstance instance = RunningDemo.newInstance(demo.ultraMsg(), "79001");
        URI first = address(launch(demo, database));
        URI second = address(launch(demo, database));
        Demo.addPeople(Jdbi.create(database));
        List<Running> nodes = List.of(
                new Running(processes.get(0), Browserless.at(first).signedInAs("anna")),
                new Running(processes.get(1), Browserless.at(second).signedInAs("anna")));
        connect(nodes.get(0).anna(), demo, instance);

        String batch = start(nodes.get(0).anna());
        await("messages are under way", () -> nodes.get(0).sent() + nodes.get(1).sent() > 10);
        Running victim = sender(nodes);
        Running survivor = victim == nodes.get(0) ? nodes.get(1) : nodes.get(0);
        assertThat(call(victim.anna()).body()).contains("\"outcome\":\"queued\"");
        victim.process().destroyForcibly().waitFor(); // SIGKILL
        int before = instance.receivedMessages().size();
        await("the batch is at its end", () -> percent(survivor.anna(), batch) == 100);
        await("the board knows what was sent", () -> board(survivor).contains("your turn: taken by UltraMsg"));

        assertThat(before).as("sent when one was killed").isBetween(1, RECIPIENTS - 1);
        assertThat(instance.receivedMessages().stream().map(ReceivedMessage::to).toList())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(recipients(), Stream.of(CALLED)).toList());
        assertThat(board(survivor)).contains("data-ticket=\"K-1\"", "data-state=\"called\"");
        assertThat(survivor.anna().get(batch).body()).contains("data-state=\"done\"");
        assertThat(survivor.sent()).isPositive();
    }

    /** Calls a customer, which is written down before the answer. */
    private static HttpResponse<String> call(Browserless anna) throws Exception {
        return anna.postJson(
                "/api/notifications/whatsapp",
                "{\"organizationId\": \"" + Demo.BAKERY + "\", \"phone\": \"" + CALLED
                        + "\", \"notificationType\": \"your_turn\", \"ticketNumber\": \"K-1\", \"departmentName\": \"Counter\"}");
    }

    private static String board(Running node) throws Exception {
        return node.anna().get("/organizations/" + Demo.BAKERY + "/board").body();
    }

    private static Stream<String> recipients() {
        return IntStream.range(0, RECIPIENTS).mapToObj(i -> "+4915100" + (200_000 + i));
    }

    private static void connect(Browserless anna, Demo demo, StubInstance instance) throws Exception {
        Map<String, String> details = Map.of(
                "instance_id", instance.id(),
                "token", "fake-t0ken-79001",
                "base_url", demo.ultraMsg().baseUrl().toString(),
                "business_number", "+493079001000",
                "daily_limit", "10000",
                "version", "0");
        assertThat(anna.submit("/organizations/" + Demo.BAKERY + "/details", details)
                        .statusCode())
                .as("details saved")
                .isBetween(300, 399);
    }

    /** Returns the path of the batch's page. */
    private static String start(Browserless anna) throws Exception {
        Map<String, String> form = Map.of(
                "title", "To all",
                "message", "Hello",
                "recipients", recipients().collect(Collectors.joining("\n")));
        return anna.submit("/organizations/" + Demo.BAKERY + "/batches", form)
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    private static int percent(Browserless anna, String batch) throws Exception {
        Matcher percent = PERCENT.matcher(anna.get(batch).body());
        assertThat(percent.find()).isTrue();
        return Integer.parseInt(percent.group(1));
    }

    private Process launch(Demo demo, String database) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeProcess.class.getName(),
                        database,
                        demo.settings().tokenKeys(),
                        demo.settings().webhookKeys())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }

    private static URI address(Process node) throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher address = ADDRESS.matcher(line);
            if (address.matches()) {
                return URI.create(address.group(1));
            }
        }
        throw new IllegalStateException("a node has ended before it began");
    }

    /** They take turns: the one whose count has risen while somebody looks. */
    private static Running sender(List<Running> nodes) throws Exception {
        double first = nodes.get(0).sent();
        double second = nodes.get(1).sent();
        while (true) {
            if (nodes.get(0).sent() > first) {
                return nodes.get(0);
            }
            if (nodes.get(1).sent() > second) {
                return nodes.get(1);
            }
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plus(Duration.ofMinutes(2));
        while (!condition.call()) {
            assertThat(Instant.now()).as(what).isBefore(end);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }
}
