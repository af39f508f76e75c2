package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaDecision;
import io.smartqueue.ultramsg.quota.QuotaDecision.Exhausted;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import io.smartqueue.ultramsg.quota.Reservation;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link QuotaStore} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method needs organizations of its own; {@link #newOrganization} makes them.
 */
public abstract class QuotaStoreContract {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final SettableClock clock = SettableClock.at(NOON);

    /** For the subclasses. */
    protected QuotaStoreContract() {}

    /**
     * Returns the clock that the store under test must count days by; at first, noon of 23 November 2026 in UTC.
     *
     * @return one clock for each instance of the test class
     */
    protected final SettableClock clock() {
        return clock;
    }

    /**
     * Returns the store under test.
     *
     * @return the store, counting by {@link #clock}
     */
    protected abstract QuotaStore store();

    /**
     * Adds an organization, as a host's own code would.
     *
     * @param config names at most a daily limit and a time zone
     * @return its id
     */
    protected abstract OrganizationId newOrganization(ConfigDraft config);

    /**
     * Changes an organization's daily limit or time zone.
     *
     * @param organization whose
     * @param change what to change
     */
    protected abstract void change(OrganizationId organization, ConfigDraft change);

    /**
     * Returns an id that could be an organization's and is not.
     *
     * @return an id that the store does not hold
     */
    protected abstract OrganizationId missingOrganization();

    @Test
    void grantsUntilTheLimitAndNoMore() {
        OrganizationId organization = newOrganization(limit(2));

        assertThat(remaining(organization)).isEqualTo(1);
        assertThat(remaining(organization)).isZero();
        assertThat(store().reserve(organization)).isEqualTo(new Exhausted(2, Instant.parse("2026-11-24T00:00:00Z")));
    }

    @Test
    void takesAThousandForALimitThatIsNotSet() {
        OrganizationId organization = newOrganization(ConfigDraft.builder().build());

        assertThat(remaining(organization)).isEqualTo(999);
    }

    @Test
    void grantsNothingForALimitOfZero() {
        OrganizationId organization = newOrganization(limit(0));

        assertThat(store().reserve(organization)).isInstanceOf(Exhausted.class);
        assertThat(usage(organization).used()).isZero();
    }

    @Test
    void knowsNoOrganizationThatDoesNotExist() {
        assertThat(store().reserve(missingOrganization())).isInstanceOf(QuotaDecision.NoOrganization.class);
        assertThat(store().usage(missingOrganization())).isEmpty();
        assertThat(store().reserve(OrganizationId.of("' or 1=1 --"))).isInstanceOf(QuotaDecision.NoOrganization.class);
    }

    @Test
    void countsOrganizationsApart() {
        OrganizationId one = newOrganization(limit(1));
        OrganizationId other = newOrganization(limit(1));

        store().reserve(one);

        assertThat(store().reserve(one)).isInstanceOf(Exhausted.class);
        assertThat(store().reserve(other)).isInstanceOf(Reserved.class);
    }

    @Test
    void givesAReservationBack() {
        OrganizationId organization = newOrganization(limit(1));
        Reservation reservation = reserved(organization).reservation();

        store().refund(reservation);

        assertThat(usage(organization).used()).isZero();
        assertThat(store().reserve(organization)).isInstanceOf(Reserved.class);
    }

    @Test
    void neverCountsBelowZero() {
        OrganizationId organization = newOrganization(limit(1));
        Reservation reservation = reserved(organization).reservation();

        store().refund(reservation);
        store().refund(reservation);

        assertThat(usage(organization).used()).isZero();
    }

    @Test
    void startsAnewAtTheOrganizationsOwnMidnight() {
        OrganizationId kolkata = newOrganization(
                ConfigDraft.builder().dailyLimit(1).timeZone("Asia/Kolkata").build());
        Reserved first = reserved(kolkata);
        assertThat(first.reservation().day()).isEqualTo(LocalDate.of(2026, 11, 23));
        assertThat(first.resetsAt()).isEqualTo("2026-11-23T18:30:00Z");

        clock.set(Instant.parse("2026-11-23T18:29:59.999Z"));
        assertThat(store().reserve(kolkata)).isInstanceOf(Exhausted.class);

        clock.set(Instant.parse("2026-11-23T18:30:00Z"));
        Reserved next = reserved(kolkata);
        assertThat(next.reservation().day()).isEqualTo(LocalDate.of(2026, 11, 24));
        assertThat(next.resetsAt()).isEqualTo("2026-11-24T18:30:00Z");
    }

    @Test
    void resetsWhenTheDayEndsAlsoWhenTheClocksChange() {
        // 25 October 2026 has 25 hours in Berlin
        clock.set(Instant.parse("2026-10-25T08:00:00Z"));
        OrganizationId berlin = newOrganization(
                ConfigDraft.builder().dailyLimit(5).timeZone("Europe/Berlin").build());

        assertThat(reserved(berlin).resetsAt()).isEqualTo("2026-10-25T23:00:00Z");
    }

    @Test
    void givesNothingBackAcrossMidnight() {
        OrganizationId organization = newOrganization(limit(1));
        Reservation yesterdays = reserved(organization).reservation();
        clock.advance(Duration.ofDays(1));
        reserved(organization);

        store().refund(yesterdays);

        assertThat(usage(organization).used()).isEqualTo(1);
        assertThat(store().reserve(organization)).isInstanceOf(Exhausted.class);
    }

    @Test
    void followsALimitThatIsRaisedOrLoweredDuringTheDay() {
        OrganizationId organization = newOrganization(limit(2));
        store().reserve(organization);
        store().reserve(organization);

        change(organization, limit(3));
        assertThat(store().reserve(organization)).isInstanceOf(Reserved.class);

        change(organization, limit(1));
        assertThat(store().reserve(organization)).isInstanceOf(Exhausted.class);
        assertThat(usage(organization)).isEqualTo(new QuotaUsage(3, 1, Instant.parse("2026-11-24T00:00:00Z")));
        assertThat(usage(organization).remaining()).isZero();
    }

    @Test
    void neverGoesBackToADayThatIsOver() {
        OrganizationId organization = newOrganization(limit(2));
        clock.set(Instant.parse("2026-11-24T00:00:01Z"));
        store().reserve(organization);

        clock.set(Instant.parse("2026-11-23T23:59:59Z"));
        Reserved late = reserved(organization);

        assertThat(late.reservation().day()).isEqualTo(LocalDate.of(2026, 11, 24));
        assertThat(late.remaining()).isZero();
        assertThat(late.resetsAt()).isEqualTo("2026-11-25T00:00:00Z");
    }

    @Test
    void recoversFromAClockThatWasFarAhead() {
        OrganizationId organization = newOrganization(limit(2));
        clock.set(Instant.parse("2031-01-01T12:00:00Z"));
        store().reserve(organization);

        clock.set(NOON);
        Reserved now = reserved(organization);

        assertThat(now.reservation().day()).isEqualTo(LocalDate.of(2026, 11, 23));
        assertThat(now.remaining()).as("what was counted stays counted").isZero();
        clock.advance(Duration.ofDays(1));
        assertThat(remaining(organization)).isEqualTo(1);
    }

    @Test
    void looksWithoutCounting() {
        OrganizationId organization = newOrganization(limit(2));

        assertThat(usage(organization)).isEqualTo(new QuotaUsage(0, 2, Instant.parse("2026-11-24T00:00:00Z")));
        assertThat(usage(organization).used()).isZero();
    }

    @Test
    void neverGrantsMoreThanTheLimitToManyAtOnce() throws InterruptedException, ExecutionException {
        OrganizationId organization = newOrganization(limit(50));

        assertThat(grantedToManyAtOnce(organization)).isEqualTo(50);

        clock.advance(Duration.ofDays(1));
        assertThat(grantedToManyAtOnce(organization)).as("across midnight").isEqualTo(50);
    }

    private int grantedToManyAtOnce(OrganizationId organization) throws InterruptedException, ExecutionException {
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                counts.add(pool.submit(() -> {
                    int granted = 0;
                    for (int attempt = 0; attempt < 20; attempt++) {
                        granted += store().reserve(organization) instanceof Reserved ? 1 : 0;
                    }
                    return granted;
                }));
            }
            int granted = 0;
            for (Future<Integer> count : counts) {
                granted += count.get();
            }
            return granted;
        } finally {
            pool.shutdown();
        }
    }

    private Reserved reserved(OrganizationId organization) {
        QuotaDecision decision = store().reserve(organization);
        assertThat(decision).isInstanceOf(Reserved.class);
        return (Reserved) decision;
    }

    private int remaining(OrganizationId organization) {
        return reserved(organization).remaining();
    }

    private QuotaUsage usage(OrganizationId organization) {
        return store().usage(organization).orElseThrow();
    }

    private static ConfigDraft limit(int messages) {
        return ConfigDraft.builder().dailyLimit(messages).build();
    }
}
