package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.SettableClock;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A process of its own that sends for one organization until the daily limit stops it, and again for each instant it reads
 * from its input; after each it prints how many messages were accepted.
 */
final class SendingNode {
    private static final int THREADS = 64;

    /** So many threads make each other wait for long, where there are few cores. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private SendingNode() {}

    public static void main(String[] args) throws Exception {
        OrganizationId organization = OrganizationId.of(args[2]);
        SettableClock clock = SettableClock.at(Instant.EPOCH);
        BufferedReader instants = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (PostgresTenantStore store = PostgresTenantStore.builder(
                                JdbcSettings.builder(args[0], args[1], "").build())
                        .tokenKeys(Keys.ONE)
                        .clock(clock)
                        .build();
                UltraMessageInstanceManager node = UltraMessageInstanceManager.builder(store)
                        .allowedHosts(AllowedHosts.anyIncludingLocal())
                        .deadline(PATIENCE)
                        .build()) {
            System.out.println("ready");
            for (String instant = instants.readLine(); instant != null; instant = instants.readLine()) {
                clock.set(Instant.parse(instant));
                List<Future<Integer>> counts = new ArrayList<>();
                for (int i = 0; i < THREADS; i++) {
                    counts.add(threads.submit(() -> sendUntilExhausted(node, organization)));
                }
                int accepted = 0;
                for (Future<Integer> count : counts) {
                    accepted += count.get();
                }
                System.out.println(accepted);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static int sendUntilExhausted(UltraMessageInstanceManager node, OrganizationId organization) {
        int accepted = 0;
        while (true) {
            SendResult result = node.sendMessage(organization, "+15550001111", "You are next.");
            if (result.isAccepted()) {
                accepted++;
            } else if (result instanceof SendResult.Rejected rejected
                    && rejected.reason() == RejectionReason.QUOTA_EXCEEDED) {
                return accepted;
            } else {
                throw new IllegalStateException(result.toString());
            }
        }
    }
}
