package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** 64 threads in each of 4 processes, one organization, one limit. */
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class QuotaAcrossProcessesIT {
    private static final int PROCESSES = 4;
    private static final int LIMIT = 1000;

    @Test
    @Timeout(300)
    void acceptsExactlyTheLimitAndExactlyTheLimitAgainAfterTheOrganizationsMidnight(
            @TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg) throws Exception {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken");
        OrganizationId organization = OrganizationId.of(database.organization("daily_message_limit = " + LIMIT
                + ", ultramsg_token = 'fake-t0ken', ultramsg_base_url = '" + ultraMsg.baseUrl() + "'"
                + ", instance_settings = '{\"time_zone\": \"Asia/Kolkata\"}'"));
        List<Node> nodes = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                nodes.add(Node.start(database, organization));
            }
            for (Node node : nodes) {
                assertThat(node.reads()).isEqualTo("ready");
            }

            assertThat(accepted(nodes, "2026-11-23T18:29:59Z")).isEqualTo(LIMIT);
            assertThat(instance).receivedMessages(LIMIT);

            assertThat(accepted(nodes, "2026-11-23T18:30:00Z")).isEqualTo(LIMIT);
            assertThat(instance).receivedMessages(2 * LIMIT);
        } finally {
            nodes.forEach(Node::stop);
        }
    }

    private static int accepted(List<Node> nodes, String instant) throws IOException {
        nodes.forEach(node -> node.write(instant));
        int accepted = 0;
        for (Node node : nodes) {
            accepted += Integer.parseInt(node.reads());
        }
        return accepted;
    }

    /** A {@link SendingNode} as seen from here. */
    private record Node(Process process, BufferedReader output, PrintWriter input) {
        static Node start(TestDatabase database, OrganizationId organization) throws IOException, SQLException {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SendingNode.class.getName(),
                            database.jdbcUrl(),
                            database.servingLogin(),
                            organization.value())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new Node(
                    process,
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                    new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8));
        }

        String reads() throws IOException {
            return output.readLine();
        }

        void write(String line) {
            input.println(line);
        }

        void stop() {
            process.destroyForcibly();
        }
    }
}
