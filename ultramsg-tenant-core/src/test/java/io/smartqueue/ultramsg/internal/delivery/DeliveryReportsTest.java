package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.event.DeliveryChanged;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.DeliveryChange;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.organization.InstanceId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(30)
class DeliveryReportsTest {
    private static final InstanceId INSTANCE = InstanceId.parse("1150");
    private static final Reference ONE = Reference.of("one");
    private static final Instant NOW = Instant.parse("2026-11-26T09:00:00Z");

    private final InMemoryStore store = new InMemoryStore();
    private final BlockingQueue<DeliveryChanged> told = new LinkedBlockingQueue<>();
    private final List<DeliveryChange> counted = new ArrayList<>();
    private final Listeners listeners = new Listeners(List.of(new UltraMessageListener() {
        @Override
        public void deliveryChanged(DeliveryChanged event) {
            told.add(event);
        }
    }));
    private final DeliveryReports reports = new DeliveryReports(
            store.messages(),
            listeners,
            (organization, change) -> counted.add(change),
            owner -> List.of(),
            new MovableClock(NOW));

    @AfterEach
    void close() {
        listeners.close();
    }

    private void isAccepted(Reference reference) {
        store.organizations().put(ACME, Samples.draft(URI.create("https://api.ultramsg.com")));
        store.messages()
                .claim(
                        ACME,
                        new NewEntry(
                                null,
                                ContentHash.of(Samples.message()),
                                Samples.message().to(),
                                reference,
                                INSTANCE,
                                null),
                        Duration.ofMinutes(1));
        store.messages().settle(ACME, new Accepted(reference, new QueueId("7"), INSTANCE, null, null), 1);
    }

    private static DeliveryReport read(Instant at) {
        return new DeliveryReport(ONE, null, INSTANCE, DeliveryState.READ, at);
    }

    @Test
    void tellsAndCountsWhatHasChangedOnce() throws InterruptedException {
        isAccepted(ONE);

        assertThat(reports.apply(ACME, List.of(read(NOW), read(NOW)))).hasSize(1);
        assertThat(reports.apply(ACME, List.of(read(NOW)))).isEmpty();

        assertThat(told.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new DeliveryChanged(ACME, ONE, DeliveryState.QUEUED, DeliveryState.READ));
        listeners.close();
        assertThat(told).isEmpty();
        assertThat(counted).containsExactly(new DeliveryChange(ONE, DeliveryState.QUEUED, DeliveryState.READ));
    }

    @Test
    void takesTimesThatMakeNoSenseForNow() {
        isAccepted(ONE);
        for (Instant never : List.of(Instant.MIN, Instant.MAX, NOW.plusSeconds(1), NOW.minus(Duration.ofDays(366)))) {
            reports.apply(ACME, List.of(read(never)));
        }
        reports.apply(ACME, List.of(read(NOW.minusSeconds(5))));

        assertThat(store.messages().reported())
                .extracting(DeliveryReport::at)
                .containsExactly(NOW, NOW, NOW, NOW, NOW.minusSeconds(5));
    }

    @Test
    void takesAnyNumberOfReports() {
        isAccepted(ONE);

        assertThat(reports.apply(ACME, Collections.nCopies(2_500, read(NOW)))).hasSize(1);
        assertThat(reports.apply(ACME, List.of())).isEmpty();
    }

    @Test
    void throwsWhatTheLogThrowsAndTellsNothing() {
        isAccepted(ONE);
        store.messages().fail();

        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> reports.apply(ACME, List.of(read(NOW))));

        assertThat(counted).isEmpty();
    }
}
