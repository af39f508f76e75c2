package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.usage.Latencies;
import io.smartqueue.ultramsg.usage.RiskAction;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.usage.UsageRank;
import io.smartqueue.ultramsg.usage.UsageStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link UsageStore} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method uses organizations of its own, so that a store may be shared; but days of November 2026 and before must be
 * nobody else's.
 */
public abstract class UsageStoreContract {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 25);
    private static final LocalDate NEXT = DAY.plusDays(1);

    private final SettableClock clock = SettableClock.at(NOON);

    /** For the subclasses. */
    protected UsageStoreContract() {}

    /**
     * Returns the clock that the store under test must have; at first, noon of 26 November 2026 in UTC.
     *
     * @return one clock for each instance of the test class
     */
    protected final SettableClock clock() {
        return clock;
    }

    /**
     * Returns the store under test.
     *
     * @return the store
     */
    protected abstract UsageStore store();

    /**
     * Adds an organization, as a host's own code would.
     *
     * @return its id
     */
    protected abstract OrganizationId newOrganization();

    /**
     * Removes an organization, as a host's own code would.
     *
     * @param organization which
     */
    protected abstract void remove(OrganizationId organization);

    /**
     * Returns an id that could be an organization's and is not.
     *
     * @return an id that the store does not hold
     */
    protected abstract OrganizationId missingOrganization();

    private static Latencies latencies(long... millis) {
        Latencies.Recorder recorder = Latencies.recorder();
        for (long each : millis) {
            recorder.recordMillis(each);
        }
        return recorder.latencies();
    }

    private static UsageCounts counts(UsageMeasure measure, long count) {
        return UsageCounts.builder().count(measure, count).build();
    }

    /** Something of everything. */
    private static UsageCounts full() {
        UsageCounts.Builder full = UsageCounts.builder();
        for (UsageMeasure measure : UsageMeasure.values()) {
            full.count(measure, 100L + measure.ordinal());
        }
        for (RejectionReason reason : RejectionReason.values()) {
            full.rejectedBy(reason, 200L + reason.ordinal());
        }
        for (MessageKind kind : MessageKind.values()) {
            full.kind(kind, 300L + kind.ordinal());
        }
        return full.failedBy(DeliveryState.INVALID, 1)
                .failedBy(DeliveryState.UNSENT, 2)
                .failedBy(DeliveryState.EXPIRED, 3)
                .latencies(latencies(0, 250, 251, 1_000, 60_000))
                .build();
    }

    private List<UsageDay> find(OrganizationId organization) {
        return store().find(organization, DAY.minusYears(1), NEXT);
    }

    @Test
    void findsNothingBeforeAnythingWasAdded() {
        OrganizationId organization = newOrganization();

        assertThat(find(organization)).isEmpty();
        assertThat(store().noteRisk(organization, DAY, RiskAction.NOTICE)).isFalse();
        assertThat(find(organization)).isEmpty();
    }

    @Test
    void keepsEverythingThatIsCounted() {
        OrganizationId organization = newOrganization();

        assertThat(store().add(organization, DAY, full())).contains(UsageDay.of(DAY, full()));
        assertThat(find(organization)).containsExactly(UsageDay.of(DAY, full()));
    }

    @Test
    void addsToWhatIsThere() {
        OrganizationId organization = newOrganization();
        UsageCounts more = UsageCounts.builder()
                .count(UsageMeasure.REJECTED, 2)
                .rejectedBy(RejectionReason.RATE_LIMITED, 2)
                .latencies(latencies(5, 5))
                .build();

        store().add(organization, DAY, counts(UsageMeasure.RECEIVED, 7));
        store().add(organization, DAY, more);

        UsageDay sum = UsageDay.of(DAY, full().plus(more).plus(counts(UsageMeasure.RECEIVED, 7)));
        assertThat(store().add(organization, DAY, full())).contains(sum);
        assertThat(find(organization)).containsExactly(sum);
        assertThat(sum.counts().latencies().count()).isEqualTo(7);
    }

    @Test
    void keepsNumbersBeyondFourBillion() {
        OrganizationId organization = newOrganization();
        UsageCounts many = UsageCounts.builder()
                .count(UsageMeasure.ATTEMPTED, 5_000_000_000L)
                .kind(MessageKind.TEXT, 5_000_000_000L)
                .build();

        store().add(organization, DAY, many);

        assertThat(store().add(organization, DAY, many)).contains(UsageDay.of(DAY, many.plus(many)));
    }

    @Test
    void findsDaysInTheirOrderFromTheFirstToTheLast() {
        OrganizationId organization = newOrganization();
        store().add(organization, NEXT, counts(UsageMeasure.ACCEPTED, 2));
        store().add(organization, DAY, counts(UsageMeasure.ACCEPTED, 1));
        store().add(organization, DAY.minusDays(1), counts(UsageMeasure.ACCEPTED, 3));

        assertThat(store().find(organization, DAY, NEXT))
                .extracting(UsageDay::day)
                .containsExactly(DAY, NEXT);
        assertThat(store().find(organization, DAY, DAY))
                .extracting(UsageDay::day)
                .containsExactly(DAY);
        assertThat(store().find(organization, NEXT, DAY)).isEmpty();
    }

    @Test
    void keepsOrganizationsApart() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        store().add(one, DAY, counts(UsageMeasure.ACCEPTED, 1));
        store().add(other, DAY, counts(UsageMeasure.ACCEPTED, 2));

        store().noteRisk(one, DAY, RiskAction.PAUSE);

        assertThat(find(other)).containsExactly(UsageDay.of(DAY, counts(UsageMeasure.ACCEPTED, 2)));
    }

    @Test
    void knowsNoOrganizationThatDoesNotExist() {
        OrganizationId missing = missingOrganization();

        assertThat(store().add(missing, DAY, full())).isEmpty();
        assertThat(find(missing)).isEmpty();
        assertThat(store().noteRisk(missing, DAY, RiskAction.NOTICE)).isFalse();
        assertThat(store().add(OrganizationId.of("' or 1=1 --"), DAY, full())).isEmpty();
    }

    @Test
    void showsNothingOfAnOrganizationThatIsGone() {
        OrganizationId organization = newOrganization();
        store().add(organization, DAY, full());

        remove(organization);

        assertThat(find(organization)).isEmpty();
        assertThat(store().add(organization, DAY, full())).isEmpty();
        assertThat(store().noteRisk(organization, DAY, RiskAction.NOTICE)).isFalse();
        assertThat(store().top(DAY, DAY, UsageMeasure.ACCEPTED, 1_000))
                .extracting(UsageRank::organization)
                .doesNotContain(organization);
    }

    @Test
    void losesNothingOfManyWhoAddAtOnce() throws Exception {
        OrganizationId organization = newOrganization();
        UsageCounts each = UsageCounts.builder()
                .count(UsageMeasure.ATTEMPTED, 1)
                .kind(MessageKind.TEXT, 1)
                .rejectedBy(RejectionReason.RATE_LIMITED, 1)
                .latencies(latencies(40))
                .build();
        ExecutorService crowd = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                all.add(crowd.submit(() -> store().add(organization, DAY, each)));
            }
            for (Future<?> one : all) {
                one.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            crowd.shutdownNow();
        }

        UsageCounts sum = find(organization).get(0).counts();
        assertThat(sum.count(UsageMeasure.ATTEMPTED)).isEqualTo(80);
        assertThat(sum.kinds()).containsEntry(MessageKind.TEXT, 80L);
        assertThat(sum.rejectedBy()).containsEntry(RejectionReason.RATE_LIMITED, 80L);
        assertThat(sum.latencies().count()).isEqualTo(80);
    }

    @Test
    void notesEachActionOnce() {
        OrganizationId organization = newOrganization();
        store().add(organization, DAY, full());
        store().add(organization, NEXT, full());

        assertThat(store().noteRisk(organization, DAY, RiskAction.SLOW)).isTrue();
        assertThat(store().noteRisk(organization, DAY, RiskAction.SLOW)).isFalse();
        assertThat(store().noteRisk(organization, DAY, RiskAction.PAUSE)).isTrue();
        assertThat(store().noteRisk(organization, NEXT, RiskAction.SLOW)).isTrue();

        assertThat(store().add(organization, DAY, full()).orElseThrow().riskActions())
                .containsExactlyInAnyOrder(RiskAction.SLOW, RiskAction.PAUSE);
        assertThat(find(organization)).extracting(UsageDay::riskActions).last().isEqualTo(Set.of(RiskAction.SLOW));
    }

    @ParameterizedTest
    @EnumSource(UsageMeasure.class)
    void findsWhoHasTheMostOfSomething(UsageMeasure measure) {
        OrganizationId less = newOrganization();
        OrganizationId most = newOrganization();
        OrganizationId none = newOrganization();
        store().add(less, DAY, counts(measure, 1_000_000_005));
        store().add(most, DAY, counts(measure, 1_000_000_001));
        store().add(most, NEXT, counts(measure, 1_000_000_002));
        store().add(none, DAY, counts(other(measure), 1_000_000_009));
        store().add(none, DAY.minusDays(1), counts(measure, 1_000_000_009));

        assertThat(store().top(DAY, NEXT, measure, 2))
                .containsExactly(new UsageRank(most, 2_000_000_003), new UsageRank(less, 1_000_000_005));
        assertThat(store().top(DAY, NEXT, measure, 1)).containsExactly(new UsageRank(most, 2_000_000_003));
        assertThat(store().top(DAY, NEXT, measure, 1_000))
                .extracting(UsageRank::organization)
                .doesNotContain(none);
        List.of(less, most, none).forEach(this::remove);
    }

    private static UsageMeasure other(UsageMeasure measure) {
        return measure == UsageMeasure.READ ? UsageMeasure.SENT : UsageMeasure.READ;
    }

    @Test
    void ranksEqualsByTheirIds() {
        List<OrganizationId> equals = new ArrayList<>(List.of(newOrganization(), newOrganization(), newOrganization()));
        LocalDate day = LocalDate.of(2026, 3, 1);
        equals.forEach(each -> store().add(each, day, counts(UsageMeasure.READ, 2_000_000_000)));

        List<OrganizationId> ranked = store().top(day, day, UsageMeasure.READ, 3).stream()
                .map(UsageRank::organization)
                .toList();

        assertThat(ranked)
                .containsExactlyInAnyOrderElementsOf(equals)
                .isSortedAccordingTo((a, b) -> a.value().compareTo(b.value()));
        equals.forEach(this::remove);
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> store().top(DAY, NEXT, UsageMeasure.READ, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> store().purge(Duration.ofNanos(-1)));
    }

    @Test
    void deletesWhatIsOldAndNothingElse() {
        OrganizationId organization = newOrganization();
        OrganizationId gone = newOrganization();
        LocalDate today = LocalDate.of(2026, 11, 26);
        store().add(organization, today.minusDays(400), full());
        store().add(organization, today.minusDays(399), full());
        store().add(organization, today.plusDays(1), full());
        store().add(gone, today.minusDays(500), full());
        remove(gone);

        assertThat(store().purge(Duration.ofDays(400))).isGreaterThanOrEqualTo(2);

        assertThat(store().find(organization, today.minusDays(500), today.plusDays(5)))
                .extracting(UsageDay::day)
                .containsExactly(today.minusDays(399), today.plusDays(1));
        assertThat(store().purge(Duration.ofDays(400))).isZero();
        clock.advance(Duration.ofDays(1));
        assertThat(store().purge(Duration.ofDays(400))).isEqualTo(1);
    }
}
