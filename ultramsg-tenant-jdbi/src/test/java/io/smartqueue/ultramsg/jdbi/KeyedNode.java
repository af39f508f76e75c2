package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A process of its own that sends numbered messages for organizations in turn, each under a key of its own, whether somebody has
 * sent them before or not, and prints how many were accepted.
 *
 * <p>Arguments: JDBC URL, login, organizations with commas between, the first number, the one after the last, by how many
 * seconds the store's clock is ahead.
 */
final class KeyedNode {
    private static final int THREADS = 8;

    private KeyedNode() {}

    public static void main(String[] args) throws Exception {
        List<OrganizationId> organizations =
                Stream.of(args[2].split(",")).map(OrganizationId::of).toList();
        AtomicInteger next = new AtomicInteger(Integer.parseInt(args[3]));
        int end = Integer.parseInt(args[4]);
        Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(Long.parseLong(args[5])));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (PostgresTenantStore store = PostgresTenantStore.builder(
                                JdbcSettings.builder(args[0], args[1], "").build())
                        .tokenKeys(Keys.ONE)
                        .clock(ahead)
                        .build();
                UltraMessageInstanceManager node = UltraMessageInstanceManager.builder(store)
                        .allowedHosts(AllowedHosts.anyIncludingLocal())
                        .readBackWindow(Duration.ofSeconds(3))
                        .build()) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                counts.add(threads.submit(() -> sendAll(node, organizations, next, end)));
            }
            int accepted = 0;
            for (Future<Integer> each : counts) {
                accepted += each.get();
            }
            System.out.println(accepted);
        } finally {
            threads.shutdownNow();
        }
    }

    private static int sendAll(
            UltraMessageInstanceManager node, List<OrganizationId> organizations, AtomicInteger next, int end) {
        int accepted = 0;
        for (int number = next.getAndIncrement(); number < end; number = next.getAndIncrement()) {
            SendResult result = node.send(
                    organizations.get(number % organizations.size()),
                    TextMessage.of(Recipient.parse("+15550001111"), "Number " + number),
                    SendOptions.builder()
                            .idempotencyKey(IdempotencyKey.of("number/" + number))
                            .repeatWhenAbsent()
                            .build());
            if (result.isAccepted()) {
                accepted++;
            } else {
                System.err.println("Number " + number + ": " + result);
            }
        }
        return accepted;
    }
}
