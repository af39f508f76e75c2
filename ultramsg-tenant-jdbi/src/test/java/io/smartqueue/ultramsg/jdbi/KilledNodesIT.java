package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.ReceivedMessage;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two processes that send the same messages under the same keys, both killed in the middle, again and again: each message
 * arrives once in the end.
 *
 * <p>The system property {@code ultramsg.kills} says how often, and {@code ultramsg.seed} at which moments.
 */
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class KilledNodesIT {
    private static final int ROUNDS = Integer.getInteger("ultramsg.kills", 20) / 2;
    private static final int MOST_IN_A_ROUND = 40;
    private static final int MESSAGES = ROUNDS * MOST_IN_A_ROUND;
    private static final int MOST_LEFT_ALONE = 5;

    private final Duration untilTomorrow = Duration.between(
            Instant.now(), LocalDate.now(ZoneOffset.UTC).plusDays(1).atStartOfDay(ZoneOffset.UTC));
    private final Random random = new Random(Long.getLong("ultramsg.seed", System.nanoTime()));

    @Test
    @Timeout(3600)
    void loseNothingAndSendNothingTwice(@TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg)
            throws Exception {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken");
        OrganizationId organization =
                OrganizationId.of(database.organization("daily_message_limit = 1000000, ultramsg_token = 'fake-t0ken',"
                        + " ultramsg_base_url = '" + ultraMsg.baseUrl() + "'"));

        for (int round = 0; round < ROUNDS; round++) {
            List<Process> nodes = List.of(start(database, organization, round), start(database, organization, round));
            int enough = instance.receivedMessages().size() + random.nextInt(MOST_IN_A_ROUND);
            while (instance.receivedMessages().size() < enough && nodes.stream().allMatch(Process::isAlive)) {
                Thread.onSpinWait();
            }
            nodes.forEach(Process::destroyForcibly); // SIGKILL
            for (Process node : nodes) {
                node.waitFor();
            }
        }
        int accepted = 0;
        for (int round = ROUNDS; accepted < MESSAGES && round < ROUNDS + MOST_LEFT_ALONE; round++) {
            Process node = start(database, organization, round); // one that is busy may leave some unknown to the next
            accepted =
                    Integer.parseInt(new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        }

        assertThat(accepted).as("accepted in the end").isEqualTo(MESSAGES);
        assertThat(instance.receivedMessages())
                .extracting(ReceivedMessage::body)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, MESSAGES)
                        .mapToObj(i -> "Number " + i)
                        .toList());
        assertThat(database.query(
                        "SELECT state, count(*) FROM ultramsg_messages WHERE state <> 'rejected' GROUP BY state"))
                .containsExactly(List.of("accepted", Integer.toString(MESSAGES)));
        assertThat(database.query("SELECT messages_sent_today FROM organizations"))
                .as("places taken in the day")
                .containsExactly(List.of(Integer.toString(MESSAGES)));
    }

    /** Each round is a minute later than the one before, so that all leases of the killed are over, on one and the same day. */
    private Process start(TestDatabase database, OrganizationId organization, int round)
            throws IOException, SQLException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KeyedNode.class.getName(),
                        database.jdbcUrl(),
                        database.servingLogin(),
                        organization.value(),
                        Integer.toString(MESSAGES),
                        Long.toString(untilTomorrow.plusMinutes(round).toSeconds()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
