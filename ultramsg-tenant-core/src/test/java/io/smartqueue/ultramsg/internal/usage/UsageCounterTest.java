package io.smartqueue.ultramsg.internal.usage;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.event.RiskFound;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.internal.config.CacheLimits;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.message.DeliveryChange;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Backlog;
import io.smartqueue.ultramsg.usage.RiskAction;
import io.smartqueue.ultramsg.usage.RiskRule;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class UsageCounterTest {
    private static final URI SERVER = URI.create("https://localhost");
    private static final OrganizationId OTHER = OrganizationId.of("other");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 26);
    private static final KnownConfig KNOWN = new KnownConfig.Unusable(List.of());

    private static final Reference REFERENCE = Reference.of("a-message");
    private static final InstanceId INSTANCE = InstanceId.parse("1150");
    private static final SendResult ACCEPTED = new Accepted(REFERENCE, new QueueId("7"), INSTANCE, null, null);
    private static final SendResult UNKNOWN = new Unknown(REFERENCE, INSTANCE, "no reply");

    private final InMemoryStore store = new InMemoryStore();
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-26T12:00:00Z"));
    private final ConfigCache configs = new ConfigCache(
            store.organizations(),
            store.standbys(),
            ConfigValidator.of(AllowedHosts.anyIncludingLocal()),
            new CacheLimits(10, Duration.ofMinutes(1)),
            Ticker.systemTicker());
    private final List<RiskFound> risks = new CopyOnWriteArrayList<>();
    private final List<UsageCounter> counters = new ArrayList<>();
    private final UsageCounter counter = counter(1_000);

    private UsageCounter counter(int mostWaiting, RiskRule... rules) {
        UltraMessageListener listener = new UltraMessageListener() {
            @Override
            public void riskFound(RiskFound event) {
                risks.add(event);
            }
        };
        RiskWatch watch =
                new RiskWatch(List.of(rules), store.usage(), store.organizations(), store.outbox(), configs, listener);
        UsageCounter made =
                new UsageCounter(store.usage(), configs, store.organizations()::canonical, watch, clock, mostWaiting);
        counters.add(made);
        return made;
    }

    @BeforeEach
    void configure() {
        store.organizations().put(ACME, Samples.draft(SERVER));
        store.organizations()
                .put(OTHER, Samples.draft(SERVER).toBuilder().instanceId("2260").build());
    }

    @AfterEach
    void close() {
        counters.forEach(UsageCounter::close);
        configs.close();
    }

    private static SendResult rejected(RejectionReason reason) {
        return new Rejected(REFERENCE, reason, "for a test", null);
    }

    private void count(OrganizationId organization) {
        counter.attempted(organization, KNOWN, MessageKind.TEXT, ACCEPTED, 40);
    }

    private UsageCounts written(OrganizationId organization) {
        return store.usage().find(organization, DAY, DAY).stream()
                .map(UsageDay::counts)
                .findFirst()
                .orElse(UsageCounts.NONE);
    }

    private static DeliveryChange change(DeliveryState before, DeliveryState now) {
        return new DeliveryChange(REFERENCE, before, now);
    }

    @Test
    void countsWhatEachMessageCameTo() {
        counter.attempted(ACME, KNOWN, MessageKind.TEXT, ACCEPTED, 40);
        counter.attempted(ACME, KNOWN, MessageKind.IMAGE, UNKNOWN, 15_000);
        counter.attempted(ACME, KNOWN, MessageKind.TEXT, rejected(RejectionReason.QUOTA_EXCEEDED), 1);
        counter.attempted(ACME, KNOWN, null, rejected(RejectionReason.INVALID_RECIPIENT), 1);
        counter.attempted(ACME, KNOWN, MessageKind.TEXT, ACCEPTED, -1);
        counter.foundLater(ACME);
        counter.received(ACME);
        counter.outsideConversation(ACME);

        counter.flush();

        UsageCounts day = written(ACME);
        assertThat(day.count(UsageMeasure.ATTEMPTED)).isEqualTo(5);
        assertThat(day.count(UsageMeasure.ACCEPTED)).isEqualTo(2);
        assertThat(day.count(UsageMeasure.UNKNOWN)).isEqualTo(1);
        assertThat(day.count(UsageMeasure.REJECTED)).isEqualTo(2);
        assertThat(day.rejectedBy())
                .hasSize(2)
                .containsEntry(RejectionReason.QUOTA_EXCEEDED, 1L)
                .containsEntry(RejectionReason.INVALID_RECIPIENT, 1L);
        assertThat(day.kinds()).hasSize(2).containsEntry(MessageKind.TEXT, 3L).containsEntry(MessageKind.IMAGE, 1L);
        assertThat(day.count(UsageMeasure.FOUND_LATER)).isEqualTo(1);
        assertThat(day.count(UsageMeasure.RECEIVED)).isEqualTo(1);
        assertThat(day.count(UsageMeasure.OUTSIDE_CONVERSATION)).isEqualTo(1);
        assertThat(day.latencies().count()).as("of what was sent alone").isEqualTo(2);
        assertThat(day.latencies().percentile(50)).isEqualTo(Duration.ofMillis(40));
    }

    @Test
    void countsEachStepOfAMessageOnceWhateverStepsAreReported() {
        counter.changed(ACME, change(DeliveryState.QUEUED, DeliveryState.SENT));
        counter.changed(ACME, change(DeliveryState.SENT, DeliveryState.ON_SERVER));
        counter.changed(ACME, change(DeliveryState.ON_SERVER, DeliveryState.DELIVERED));
        counter.changed(ACME, change(DeliveryState.DELIVERED, DeliveryState.READ));
        counter.changed(ACME, change(DeliveryState.READ, DeliveryState.PLAYED));
        counter.changed(ACME, change(DeliveryState.QUEUED, DeliveryState.READ));
        counter.changed(ACME, change(DeliveryState.QUEUED, DeliveryState.UNSENT));
        counter.changed(ACME, change(DeliveryState.UNSENT, DeliveryState.EXPIRED));
        counter.changed(ACME, change(DeliveryState.EXPIRED, DeliveryState.DELIVERED)); // it was resent

        counter.flush();

        UsageCounts day = written(ACME);
        assertThat(day.count(UsageMeasure.SENT)).isEqualTo(3);
        assertThat(day.count(UsageMeasure.DELIVERED)).isEqualTo(3);
        assertThat(day.count(UsageMeasure.READ)).isEqualTo(2);
        assertThat(day.count(UsageMeasure.FAILED)).isEqualTo(1);
        assertThat(day.failedBy()).hasSize(1).containsEntry(DeliveryState.UNSENT, 1L);
    }

    @Test
    void countsByTheDayOfTheOrganizationsTimeZone() {
        store.organizations()
                .put(
                        ACME,
                        Samples.draft(SERVER).toBuilder()
                                .timeZone("Pacific/Auckland")
                                .build());
        counter.received(ACME); // 13 hours ahead
        counter.received(OTHER); // of no zone: UTC
        clock.advance(Duration.ofHours(11));
        counter.received(ACME);
        clock.advance(Duration.ofHours(1));
        counter.received(OTHER);

        counter.flush();

        LocalDate next = DAY.plusDays(1);
        assertThat(store.usage().find(ACME, DAY, next.plusDays(1)))
                .singleElement()
                .satisfies(day -> {
                    assertThat(day.day()).isEqualTo(next);
                    assertThat(day.counts().count(UsageMeasure.RECEIVED)).isEqualTo(2);
                });
        assertThat(store.usage().find(OTHER, DAY, next))
                .extracting(UsageDay::day)
                .containsExactly(DAY, next);
    }

    @Test
    void followsAnOrganizationToAnotherTimeZone() {
        counter.received(ACME);
        store.organizations()
                .put(
                        ACME,
                        Samples.draft(SERVER).toBuilder()
                                .timeZone("Pacific/Auckland")
                                .build());
        counter.received(ACME);

        counter.flush();

        assertThat(store.usage().find(ACME, DAY, DAY.plusDays(1)))
                .extracting(day -> day.counts().count(UsageMeasure.RECEIVED))
                .containsExactly(1L, 1L);
    }

    @Test
    void countsNothingOfWhomThereIsNot() {
        OrganizationId nobody = OrganizationId.of("nobody");
        counter.attempted(nobody, new KnownConfig.Missing(), MessageKind.TEXT, ACCEPTED, 1);
        counter.received(nobody);

        counter.flush();

        assertThat(store.usage().calls()).isZero();
        assertThat(counter.today(nobody)).isEmpty();
    }

    @Test
    void knowsAnOrganizationByEverySpellingOfItsId() {
        OrganizationId upper = OrganizationId.of(ACME.value().toUpperCase(Locale.ROOT));
        count(upper);
        count(ACME);

        assertThat(counter.today(upper).orElseThrow().counts().count(UsageMeasure.ACCEPTED))
                .isEqualTo(2);
        counter.flush();

        assertThat(written(ACME).count(UsageMeasure.ACCEPTED)).isEqualTo(2);
        assertThat(store.usage().calls())
                .as("once for each organization and day")
                .isEqualTo(1);
    }

    @Test
    void losesNothingOfManyWhoCountWhileOthersWriteAndAsk() throws Exception {
        int each = 20_000;
        CountDownLatch start = new CountDownLatch(1);
        AtomicBoolean counting = new AtomicBoolean(true);
        ExecutorService crowd = Executors.newFixedThreadPool(6);
        try {
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                senders.add(crowd.submit(() -> {
                    start.await();
                    for (int n = 0; n < each; n++) {
                        count(ACME);
                    }
                    return null;
                }));
            }
            Future<?> flushing = crowd.submit(() -> {
                while (counting.get()) {
                    counter.flush();
                }
            });
            Future<?> asking = crowd.submit(() -> {
                long last = 0;
                while (counting.get()) {
                    long now = counter.today(ACME).orElseThrow().counts().count(UsageMeasure.ACCEPTED);
                    assertThat(now).as("nothing is counted twice or not at all").isGreaterThanOrEqualTo(last);
                    last = now;
                }
            });
            start.countDown();
            for (Future<?> sender : senders) {
                sender.get(50, TimeUnit.SECONDS);
            }
            counting.set(false);
            flushing.get(50, TimeUnit.SECONDS);
            asking.get(50, TimeUnit.SECONDS);
        } finally {
            crowd.shutdownNow();
        }
        counter.flush();

        assertThat(written(ACME).count(UsageMeasure.ACCEPTED)).isEqualTo(4L * each);
        assertThat(written(ACME).kinds()).containsEntry(MessageKind.TEXT, 4L * each);
        assertThat(written(ACME).latencies().count()).isEqualTo(4L * each);
    }

    @Test
    void tellsOfTodayWhatIsNotWrittenYet() {
        count(ACME);
        counter.flush();
        count(ACME);

        assertThat(counter.today(ACME)).contains(UsageDay.of(DAY, written(ACME).plus(written(ACME))));
        assertThat(written(ACME).count(UsageMeasure.ACCEPTED)).isEqualTo(1);
    }

    @Nested
    class InTrouble {
        @Test
        void keepsWhatTheStoreDoesNotTakeAndAddsToIt() {
            store.usage().fail();
            count(ACME);
            try (CapturedLog log = new CapturedLog()) {
                counter.flush();
                count(ACME);
                counter.flush();

                assertThat(log.text()).containsOnlyOnce("Usage cannot be written down for organization acme");
            }
            store.usage().work();
            assertThat(counter.today(ACME).orElseThrow().counts().count(UsageMeasure.ACCEPTED))
                    .isEqualTo(2);

            counter.flush();
            counter.flush();

            assertThat(written(ACME).count(UsageMeasure.ACCEPTED)).isEqualTo(2);
        }

        @Test
        void isNotHeldUpByOneOrganization() {
            store.usage().failFor(ACME);
            count(ACME);
            count(OTHER);

            counter.flush();
            counter.flush();

            assertThat(written(OTHER).count(UsageMeasure.ACCEPTED)).isEqualTo(1);
            store.usage().work();
            counter.flush();
            assertThat(written(ACME).count(UsageMeasure.ACCEPTED)).isEqualTo(1);
        }

        @Test
        void leavesAStoreAloneThatTakesNothing() {
            store.usage().fail();
            for (int i = 0; i < 50; i++) {
                count(OrganizationId.of("organization-" + i));
            }

            counter.flush();

            assertThat(store.usage().calls()).isEqualTo(5);
            store.usage().work();
            counter.flush();
            assertThat(store.usage().calls()).isEqualTo(55);
        }

        @Test
        void letsThoseComeFirstWhoHaveNotFailed() {
            for (int i = 0; i < 7; i++) {
                OrganizationId organization = OrganizationId.of("organization-" + i);
                store.usage().failFor(organization);
                count(organization);
            }
            counter.flush();
            count(ACME);
            counter.flush();
            counter.flush();

            assertThat(written(ACME).count(UsageMeasure.ACCEPTED)).isEqualTo(1);
        }

        @Test
        void losesNothingUntilTheBoundAndSaysWhatItLosesBeyond() {
            UsageCounter small = counter(3);
            store.usage().fail();
            for (int i = 0; i < 5; i++) {
                for (int n = 0; n < 10; n++) {
                    small.attempted(OrganizationId.of("organization-" + i), KNOWN, MessageKind.TEXT, ACCEPTED, 1);
                }
            }
            try (CapturedLog log = new CapturedLog()) {
                small.flush();

                assertThat(log.text()).contains("What was counted is lost of 2 days of organizations");
            }
            store.usage().work();
            small.flush();

            long kept = 0;
            for (int i = 0; i < 5; i++) {
                kept += written(OrganizationId.of("organization-" + i)).count(UsageMeasure.ACCEPTED);
            }
            assertThat(kept).isEqualTo(30);
        }

        /** Nobody can know whether it was added, and what was counted is not to be lost. */
        @Test
        void writesAgainWhatTheStoreMayHaveTaken() {
            store.usage().loseAnswers();
            count(ACME);
            counter.flush();
            store.usage().work();
            counter.flush();

            assertThat(written(ACME).count(UsageMeasure.ACCEPTED)).isEqualTo(2);
        }
    }

    @Test
    void writesDownWhatThereIsWhenItIsClosed() {
        count(ACME);
        count(OTHER);

        counter.close();

        assertThat(written(ACME).count(UsageMeasure.ACCEPTED)).isEqualTo(1);
        assertThat(written(OTHER).count(UsageMeasure.ACCEPTED)).isEqualTo(1);
    }

    @Test
    void saysWhatIsLostWhenItIsClosed() {
        store.usage().fail();
        count(ACME);
        try (CapturedLog log = new CapturedLog()) {
            counter.close();

            assertThat(log.text()).contains("What was counted last is lost of 1 days of organizations");
        }
    }

    @Nested
    class Rules {
        private static final Duration PACE = Duration.ofSeconds(30);

        private void report(UsageCounter counter, int sent, int failed) {
            for (int i = 0; i < sent; i++) {
                counter.changed(ACME, change(DeliveryState.QUEUED, DeliveryState.SENT));
            }
            for (int i = 0; i < failed; i++) {
                counter.changed(ACME, change(DeliveryState.QUEUED, DeliveryState.INVALID));
            }
            counter.flush();
        }

        private List<AuditEntry> history() {
            return store.organizations().history(ACME, Long.MAX_VALUE, 10);
        }

        @Test
        void doNothingUnlessThereAreAny() {
            report(counter, 0, 100);

            assertThat(risks).isEmpty();
            assertThat(store.outbox().flows()).isEmpty();
            assertThat(history()).isEmpty();
        }

        @Test
        void tellOnceADayWhatAllNodesHaveSeen() {
            RiskRule rule = RiskRule.notice(0.2, 50);
            UsageCounter one = counter(10, rule);
            UsageCounter another = counter(10, rule);

            report(one, 36, 6);
            assertThat(risks).as("too few to mean anything").isEmpty();
            report(another, 4, 4);
            report(one, 0, 10);
            report(another, 0, 10);

            assertThat(risks).hasSize(1);
            RiskFound found = risks.get(0);
            assertThat(found.organization()).isEqualTo(ACME);
            assertThat(found.rule()).isEqualTo(rule);
            assertThat(found.day().counts().fatesKnown()).isEqualTo(50);
            assertThat(found.day().counts().count(UsageMeasure.FAILED)).isEqualTo(10);
            assertThat(one.today(ACME).orElseThrow().riskActions()).containsExactly(RiskAction.NOTICE);

            clock.advance(Duration.ofDays(1));
            report(one, 0, 50);
            assertThat(risks).as("another day").hasSize(2);
        }

        @Test
        void slowAnOrganizationDownInTheNameOfTheRule() {
            UsageCounter strict = counter(10, RiskRule.slow(0.5, 10, PACE));

            report(strict, 5, 5);

            assertThat(store.organizations().stored(ACME).pace()).contains(PACE.toString());
            assertThat(history()).singleElement().satisfies(entry -> {
                assertThat(entry.note().actor().name()).isEqualTo("ultramsg-risk-rule");
                assertThat(entry.changes())
                        .singleElement()
                        .extracting(FieldChange::field)
                        .isEqualTo(ConfigField.PACE);
            });
            assertThat(risks).hasSize(1);
            assertThat(store.outbox().flows()).isEmpty();
        }

        @Test
        void overruleNobodyWhoTakesItBack() {
            UsageCounter strict = counter(10, RiskRule.slow(0.5, 10, PACE));
            report(strict, 5, 5);
            store.organizations()
                    .put(ACME, Samples.draft(SERVER).toBuilder().pace("2").build());

            report(strict, 0, 50);

            assertThat(store.organizations().stored(ACME).pace()).contains("2");
            assertThat(risks).hasSize(1);
        }

        @Test
        void leaveAPaceThatIsSlowerAsItIs() {
            store.organizations()
                    .put(ACME, Samples.draft(SERVER).toBuilder().pace("60").build());
            UsageCounter strict = counter(10, RiskRule.slow(0.5, 10, PACE));

            report(strict, 5, 5);

            assertThat(store.organizations().stored(ACME).pace()).contains("60");
            assertThat(history()).isEmpty();
            assertThat(risks).as("it is told all the same").hasSize(1);
        }

        @Test
        void pauseTheOutboxOnTopOfWhatWasDoneBefore() {
            UsageCounter strict = counter(10, RiskRule.slow(0.1, 10, PACE), RiskRule.pause(0.3, 10));

            report(strict, 9, 1);
            assertThat(store.outbox().flows()).isEmpty();
            report(strict, 0, 4);

            assertThat(store.outbox().flows()).containsExactly(Backlog.Flow.PAUSED);
            assertThat(risks)
                    .extracting(found -> found.rule().action())
                    .containsExactly(RiskAction.SLOW, RiskAction.PAUSE);
            assertThat(strict.today(ACME).orElseThrow().riskActions())
                    .containsExactlyInAnyOrder(RiskAction.SLOW, RiskAction.PAUSE);
        }

        @Test
        void tryAgainWhatCouldNotBeDoneWhenMoreFails() {
            UsageCounter strict = counter(10, RiskRule.slow(0.5, 10, PACE));
            for (int i = 0; i < 10; i++) {
                strict.changed(ACME, change(DeliveryState.QUEUED, DeliveryState.UNSENT));
            }
            store.organizations().onLoad(read -> {
                throw StorageException.unavailable("the store is switched off", null);
            });
            try (CapturedLog log = new CapturedLog()) {
                strict.flush();

                assertThat(log.text()).contains("WARN", "Many messages of organization acme fail");
            }
            assertThat(risks).isEmpty();
            store.organizations().onLoad(UnaryOperator.identity());

            report(strict, 0, 1);

            assertThat(store.organizations().stored(ACME).pace()).contains(PACE.toString());
            assertThat(risks).hasSize(1);
        }
    }
}
