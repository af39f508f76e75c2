package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.NewWork;
import io.smartqueue.ultramsg.outbox.NextTurn;
import io.smartqueue.ultramsg.outbox.NextTurn.Reason;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.outbox.Payload;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class InMemoryLaneSchedulerTest extends LaneSchedulerContract {
    private final InMemoryTenantStore store = InMemoryTenantStore.withClock(clock());
    private final LaneScheduler anotherNode = store.lanesOfAnotherNode();

    @Override
    protected OutboxStore store() {
        return store.outbox();
    }

    @Override
    protected LaneScheduler lanes() {
        return store.lanes();
    }

    @Override
    protected LaneScheduler lanesOfAnotherNode() {
        return anotherNode;
    }

    @Override
    protected OrganizationId newOrganization() {
        OrganizationId organization = OrganizationId.of(UUID.randomUUID());
        store.add(organization, ConfigDraft.builder().dailyLimit(1_000).build());
        return organization;
    }

    @Test
    void goesByTheClockOfTheSystemToo() throws InterruptedException {
        InMemoryTenantStore onSystemTime = InMemoryTenantStore.create();
        OrganizationId acme = OrganizationId.of("acme");
        onSystemTime.add(acme, ConfigDraft.builder().build());
        TextMessage message = TextMessage.of(Recipient.parse("+15550001111"), "Your table is ready.");
        CountDownLatch turns = new CountDownLatch(2);

        LaneScheduler.Running running = onSystemTime
                .lanes()
                .start(
                        (organization, memory, isEnding) -> {
                            turns.countDown();
                            return Optional.of(new NextTurn(Duration.ofMillis(20), Reason.PACE, memory));
                        },
                        1);
        try {
            onSystemTime
                    .outbox()
                    .enqueue(
                            acme,
                            List.of(new NewWork(
                                    Reference.of("one"),
                                    null,
                                    ContentHash.of(message),
                                    message.to(),
                                    Payload.of(message),
                                    null,
                                    EnqueueOptions.defaults())));

            assertThat(turns.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            running.close();
        }
    }
}
