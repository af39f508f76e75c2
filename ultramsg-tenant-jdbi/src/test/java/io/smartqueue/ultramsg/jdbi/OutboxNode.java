package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Pace;

import java.time.Duration;

/**
 * A process of its own that sends what waits in the outbox until its input ends.
 *
 * <p>Arguments: JDBC URL, login, milliseconds from one sign of life to the next, messages in a turn, milliseconds from turn to turn.
 */
final class OutboxNode {
    private OutboxNode() {}

    public static void main(String[] args) throws Exception {
        Pace pace = new Pace(Integer.parseInt(args[3]), Duration.ofMillis(Long.parseLong(args[4])));
        try (PostgresTenantStore store = PostgresTenantStore.builder(
                                JdbcSettings.builder(args[0], args[1], "").build())
                        .tokenKeys(Keys.ONE)
                        .laneHeartbeat(Duration.ofMillis(Long.parseLong(args[2])))
                        .build();
                UltraMessageInstanceManager node = UltraMessageInstanceManager.builder(store)
                        .allowedHosts(AllowedHosts.anyIncludingLocal())
                        .readBackWindow(Duration.ofSeconds(1))
                        .withoutHealthChecks()
                        .outbox(OutboxSettings.builder()
                                .pace(pace)
                                .mostAtUltraMsg(1_000_000)
                                .build())
                        .build()) {
            node.outbox().start();
            System.out.println("started");
            while (System.in.read() >= 0) {
                // until whoever has started this process closes its input, or is no more
            }
        }
    }
}
