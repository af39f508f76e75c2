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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two processes that send the same messages under the same keys, both killed in the middle, again and again: each message
 * arrives once in the end, and the days of the organizations count as many as there are.
 *
 * <p>The system property {@code ultramsg.kills} says how often, {@code ultramsg.messages} among how many messages, and
 * {@code ultramsg.seed} at which moments.
 */
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class KilledNodesIT {
    private static final int ROUNDS = Integer.getInteger("ultramsg.kills", 20) / 2;
    private static final int MESSAGES = Integer.getInteger("ultramsg.messages", 400);
    private static final int MESSAGES_IN_A_ROUND = MESSAGES / ROUNDS;
    /** Several, or the nodes would wait for one row of the database, and a look for a message pass by all others. */
    private static final int ORGANIZATIONS = 10;

    private static final int MOST_LEFT_ALONE = 5;
    private static final int MOST_NANOS_APART = 20_000_000;

    private final Duration untilTomorrow = Duration.between(
            Instant.now(), LocalDate.now(ZoneOffset.UTC).plusDays(1).atStartOfDay(ZoneOffset.UTC));
    private final Random random = new Random(Long.getLong("ultramsg.seed", System.nanoTime()));
    private final List<OrganizationId> organizations = new ArrayList<>();
    private final List<StubInstance> instances = new ArrayList<>();

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void loseNothingAndSendNothingTwice(@TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg)
            throws Exception {
        for (int i = 1; i <= ORGANIZATIONS; i++) {
            instances.add(ultraMsg.addInstance("instance" + i, "fake-t0ken"));
            organizations.add(OrganizationId.of(database.organization("ultramsg_instance_id = 'instance" + i
                    + "', ultramsg_token = 'fake-t0ken', daily_message_limit = 1000000, ultramsg_base_url = '"
                    + ultraMsg.baseUrl() + "'")));
        }

        for (int round = 0; round < ROUNDS; round++) {
            int first = Math.max(0, received().size() - 2 * MESSAGES_IN_A_ROUND); // what was under way, and more
            List<Process> nodes = List.of(start(database, round, first), start(database, round, first));
            long enough = requests() + random.nextInt(2 * MESSAGES_IN_A_ROUND);
            while (requests() < enough && nodes.stream().allMatch(Process::isAlive)) {
                LockSupport.parkNanos(1_000_000); // the nodes need this core
            }
            for (Process node : nodes) {
                pass(random.nextInt(MOST_NANOS_APART)); // no step of theirs is the one at which they are killed
                node.destroyForcibly(); // SIGKILL
            }
            for (Process node : nodes) {
                node.waitFor();
            }
        }
        int accepted = 0;
        for (int round = ROUNDS; accepted < MESSAGES && round < ROUNDS + MOST_LEFT_ALONE; round++) {
            Process node = start(database, round, 0); // one that is busy may leave some unknown to the next
            accepted =
                    Integer.parseInt(new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        }

        assertThat(accepted).as("accepted in the end").isEqualTo(MESSAGES);
        assertThat(received())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, MESSAGES)
                        .mapToObj(i -> "Number " + i)
                        .toList());
        assertThat(database.query(
                        "SELECT state, count(*) FROM ultramsg_messages WHERE state <> 'rejected' GROUP BY state"))
                .containsExactly(List.of("accepted", Integer.toString(MESSAGES)));
        assertThat(database.query("SELECT id, messages_sent_today FROM organizations"))
                .as("places taken in the day of each")
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, ORGANIZATIONS)
                        .mapToObj(i -> List.of(
                                organizations.get(i).value(),
                                Integer.toString(
                                        instances.get(i).receivedMessages().size())))
                        .toList());
    }

    private List<String> received() {
        return instances.stream()
                .flatMap(instance -> instance.receivedMessages().stream())
                .map(ReceivedMessage::body)
                .toList();
    }

    private long requests() {
        return instances.stream().mapToLong(StubInstance::requestCount).sum();
    }

    private static void pass(long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }

    /** Each round is a minute later than the one before, so that all leases of the killed are over, on one and the same day. */
    private Process start(TestDatabase database, int round, int first) throws IOException, SQLException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KeyedNode.class.getName(),
                        database.jdbcUrl(),
                        database.servingLogin(),
                        organizations.stream().map(OrganizationId::value).collect(Collectors.joining(",")),
                        Integer.toString(first),
                        Integer.toString(MESSAGES),
                        Long.toString(untilTomorrow.plusMinutes(round).toSeconds()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
