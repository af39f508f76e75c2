package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One in a hundred replies is lost, and still each message is known to have been accepted, and arrives once.
 *
 * <p>The system property {@code ultramsg.sends} says how many messages there are.
 */
@ExtendWith(UltraMsgExtension.class)
class LostRepliesTest {
    private static final int SENDS = Integer.getInteger("ultramsg.sends", 4_000);
    private static final int ORGANIZATIONS = 20;
    private static final int SENDS_PER_LOSS = 100;

    private final InMemoryTenantStore store = InMemoryTenantStore.create();

    @Test
    @Timeout(3600)
    void areFoundAndNothingIsSentTwice(UltraMsgServer server) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(ORGANIZATIONS);
        try (UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .build()) {
            List<StubInstance> instances = new ArrayList<>();
            List<Future<Integer>> accepted = new ArrayList<>();
            for (int i = 1; i <= ORGANIZATIONS; i++) {
                StubInstance instance = server.addInstance("instance" + i, "fake-t0ken");
                OrganizationId organization = OrganizationId.of("org-" + i);
                store.add(organization, config(instance, server));
                instances.add(instance);
                accepted.add(callers.submit(() -> sendAll(manager, organization, instance)));
            }

            for (Future<Integer> count : accepted) {
                assertThat(count.get()).isEqualTo(SENDS / ORGANIZATIONS);
            }
            assertThat(instances)
                    .allSatisfy(instance -> assertThat(instance.receivedMessages())
                            .extracting(ReceivedMessage::body)
                            .hasSize(SENDS / ORGANIZATIONS)
                            .doesNotHaveDuplicates());
        } finally {
            callers.shutdownNow();
        }
    }

    private static ConfigDraft config(StubInstance instance, UltraMsgServer server) {
        return ConfigDraft.builder()
                .instanceId(instance.id())
                .token("fake-t0ken")
                .baseUrl(server.baseUrl().toString())
                .status(InstanceStatus.ACTIVE)
                .dailyLimit(SENDS)
                .build();
    }

    private static int sendAll(
            UltraMessageInstanceManager manager, OrganizationId organization, StubInstance instance) {
        int accepted = 0;
        for (int i = 0; i < SENDS / ORGANIZATIONS; i++) {
            if (i % SENDS_PER_LOSS == 50) {
                instance.losesReplyAfterAccepting(1);
            }
            SendResult result = manager.sendMessage(organization, "+15550001111", "Number " + i);
            accepted += result.isAccepted() ? 1 : 0;
        }
        return accepted;
    }
}
