package io.smartqueue.ultramsg.internal.event;

import io.smartqueue.ultramsg.event.CircuitChanged;
import io.smartqueue.ultramsg.event.CircuitState;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.organization.InstanceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class ListenersTest {
    private final List<InstanceId> heard = new ArrayList<>(); // by one thread, read when that has ended

    private static CircuitChanged event(int number) {
        return new CircuitChanged(Samples.ACME, InstanceId.parse(Integer.toString(1000 + number)), CircuitState.OPEN);
    }

    private static UltraMessageListener listener(Consumer<CircuitChanged> hears) {
        return new UltraMessageListener() {
            @Override
            public void circuitChanged(CircuitChanged event) {
                hears.accept(event);
            }
        };
    }

    private void tell(int times, UltraMessageListener... listeners) {
        try (Listeners all = new Listeners(List.of(listeners))) {
            for (int i = 0; i < times; i++) {
                all.circuitChanged(event(i));
            }
        }
    }

    @Test
    void tellsEverythingInOrderOnAThreadOfItsOwnBeforeItCloses() {
        AtomicReference<Thread> thread = new AtomicReference<>();

        tell(
                100,
                listener(event -> heard.add(event.instance())),
                listener(event -> thread.set(Thread.currentThread())));

        assertThat(heard).hasSize(100).isSortedAccordingTo((a, b) -> a.digits().compareTo(b.digits()));
        assertThat(Objects.requireNonNull(thread.get()).getName()).isEqualTo("ultramsg-listeners");
        assertThat(thread.get().isDaemon()).isTrue();
    }

    @Test
    void goesOnWhenAListenerThrowsAndReportsItOnce() {
        try (CapturedLog log = new CapturedLog()) {
            tell(
                    3,
                    listener(event -> {
                        throw new IllegalStateException("the host's mistake");
                    }),
                    listener(event -> heard.add(event.instance())));

            assertThat(heard).hasSize(3);
            assertThat(log.text().lines().filter(line -> line.contains("WARN"))).hasSize(1);
            assertThat(log.text()).contains("ListenersTest", "the host's mistake");
        }
    }

    @Test
    void keepsNobodyWaitingForAListenerThatHangsAndSaysHowMuchItMissed() {
        CountDownLatch end = new CountDownLatch(1);
        try (CapturedLog log = new CapturedLog()) {
            try (Listeners all = new Listeners(List.of(listener(event -> {
                heard.add(event.instance());
                awaitUninterruptibly(end);
            })))) {
                for (int i = 0; i < Listeners.MOST_WAITING + 8; i++) { // one is with the listener
                    all.circuitChanged(event(i));
                }
                end.countDown();
            }

            assertThat(heard).hasSizeBetween(Listeners.MOST_WAITING, Listeners.MOST_WAITING + 1);
            assertThat(log.text()).containsPattern("Listeners have missed [78] events");
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void needsNoThreadForNobody() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (Listeners nobody = new Listeners(List.of())) {
            nobody.circuitChanged(event(1));

            assertThat(nobody.isAnyone()).isFalse();
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread))
                    .extracting(Thread::getName)
                    .doesNotContain("ultramsg-listeners");
        }
    }
}
