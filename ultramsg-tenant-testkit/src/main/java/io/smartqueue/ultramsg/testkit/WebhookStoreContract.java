package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.EventKey;
import io.smartqueue.ultramsg.webhook.WebhookStore;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake.Done;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake.First;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake.NoOrganization;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake.Running;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link WebhookStore} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method needs a store without events, since old ones are deleted of all organizations; {@link #newOrganization} makes
 * organizations.
 */
public abstract class WebhookStoreContract {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final EventKey EVENT = key(1);
    private static final EventKey OTHER_EVENT = key(2);

    private final SettableClock clock = SettableClock.at(NOON);

    /** For the subclasses. */
    protected WebhookStoreContract() {}

    /**
     * Returns the clock that the store under test must go by; at first, noon of 23 November 2026 in UTC.
     *
     * @return one clock for each instance of the test class
     */
    protected final SettableClock clock() {
        return clock;
    }

    /**
     * Returns the store under test.
     *
     * @return the store, going by {@link #clock}
     */
    protected abstract WebhookStore store();

    /**
     * Adds an organization, as a host's own code would.
     *
     * @return its id
     */
    protected abstract OrganizationId newOrganization();

    /**
     * Returns an id that could be an organization's and is not.
     *
     * @return an id that the store does not hold
     */
    protected abstract OrganizationId missingOrganization();

    @Test
    void handsAnEventOutOnceAndRemembersThatItWasHandled() {
        OrganizationId organization = newOrganization();

        assertThat(begin(organization, EVENT)).isInstanceOf(First.class);
        assertThat(begin(organization, EVENT)).isEqualTo(new Running());

        store().finish(organization, EVENT);
        assertThat(begin(organization, EVENT)).isEqualTo(new Done());
    }

    @Test
    void knowsNoOrganizationThatDoesNotExist() {
        for (OrganizationId missing : List.of(missingOrganization(), OrganizationId.of("' or 1=1 --"))) {
            assertThat(begin(missing, EVENT)).isEqualTo(new NoOrganization());

            store().finish(missing, EVENT);
            store().release(missing, EVENT, 1);
            assertThat(begin(missing, EVENT)).isEqualTo(new NoOrganization());
        }
    }

    @Test
    void keepsOrganizationsApart() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        long claim = first(one, EVENT).claim();

        assertThat(begin(other, EVENT)).isInstanceOf(First.class);
        store().finish(other, EVENT);
        assertThat(begin(one, EVENT)).as("is still being handled").isEqualTo(new Running());

        store().release(one, EVENT, claim);
        assertThat(begin(other, EVENT)).as("was handled").isEqualTo(new Done());
    }

    @Test
    void keepsEventsApart() {
        OrganizationId organization = newOrganization();
        first(organization, EVENT);
        store().finish(organization, EVENT);

        assertThat(begin(organization, OTHER_EVENT)).isInstanceOf(First.class);
    }

    @Test
    void handsAnEventOutAgainThatCouldNotBeHandled() {
        OrganizationId organization = newOrganization();
        First failed = first(organization, EVENT);

        store().release(organization, EVENT, failed.claim());

        First again = first(organization, EVENT);
        assertThat(again.claim()).isNotEqualTo(failed.claim());
        store().finish(organization, EVENT);
        assertThat(begin(organization, EVENT)).isEqualTo(new Done());
    }

    @Test
    void handsAnEventOutAgainWhenItsLeaseHasLapsed() {
        OrganizationId organization = newOrganization();
        First crashed = first(organization, EVENT);

        clock.advance(LEASE.minus(MOMENT));
        assertThat(begin(organization, EVENT)).isEqualTo(new Running());

        clock.advance(MOMENT.multipliedBy(2));
        First taker = first(organization, EVENT);
        assertThat(taker.claim()).isNotEqualTo(crashed.claim());
        assertThat(begin(organization, EVENT)).as("now it is the taker's").isEqualTo(new Running());
    }

    /** Each may have a lease of its own: a node that is being replaced by one with other settings. */
    @Test
    void goesByTheLeaseOfTheOneWhoHasBegun() {
        OrganizationId organization = newOrganization();
        store().begin(organization, EVENT, LEASE.multipliedBy(3));

        clock.advance(LEASE.multipliedBy(2));
        assertThat(store().begin(organization, EVENT, MOMENT)).isEqualTo(new Running());

        clock.advance(LEASE.plus(MOMENT));
        assertThat(store().begin(organization, EVENT, MOMENT)).isInstanceOf(First.class);
    }

    @Test
    void leavesAnEventToItsTakerWhateverTheLateOneReleases() {
        OrganizationId organization = newOrganization();
        First late = first(organization, EVENT);
        clock.advance(LEASE.plus(MOMENT));
        First taker = first(organization, EVENT);

        store().release(organization, EVENT, late.claim());
        assertThat(begin(organization, EVENT)).isEqualTo(new Running());

        store().release(organization, EVENT, taker.claim());
        assertThat(begin(organization, EVENT)).isInstanceOf(First.class);
    }

    @Test
    void believesTheLateOneThatItWasHandled() {
        OrganizationId organization = newOrganization();
        first(organization, EVENT);
        clock.advance(LEASE.plus(MOMENT));
        First taker = first(organization, EVENT);

        store().finish(organization, EVENT);
        assertThat(begin(organization, EVENT)).isEqualTo(new Done());

        store().release(organization, EVENT, taker.claim());
        assertThat(begin(organization, EVENT))
                .as("the taker failed at what was done")
                .isEqualTo(new Done());
    }

    @Test
    void keepsWhatWasHandledHoweverLongAgoAndHoweverOftenItIsSaid() {
        OrganizationId organization = newOrganization();
        First first = first(organization, EVENT);
        store().finish(organization, EVENT);
        store().finish(organization, EVENT);
        store().release(organization, EVENT, first.claim());

        clock.advance(Duration.ofDays(30));

        assertThat(begin(organization, EVENT)).isEqualTo(new Done());
    }

    @Test
    void letsGoOfNothingThatNobodyHasBegun() {
        OrganizationId organization = newOrganization();

        store().release(organization, EVENT, 1);

        assertThat(begin(organization, EVENT)).isInstanceOf(First.class);
    }

    @Test
    void forgetsWhatWasBegunLongAgoHandledOrNotOfAllOrganizations() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        first(one, EVENT);
        store().finish(one, EVENT);
        first(other, EVENT);
        clock.advance(Duration.ofDays(2));
        first(one, OTHER_EVENT);
        store().finish(one, OTHER_EVENT);
        clock.advance(Duration.ofDays(1));

        assertThat(store().purge(Duration.ofDays(3).plus(MOMENT))).isZero();
        assertThat(store().purge(Duration.ofDays(2))).isEqualTo(2);

        assertThat(begin(one, EVENT)).isInstanceOf(First.class);
        assertThat(begin(other, EVENT)).isInstanceOf(First.class);
        assertThat(begin(one, OTHER_EVENT)).isEqualTo(new Done());
    }

    /** From when on it counts, for one that was begun anew. */
    @Test
    void remembersWhenAnEventWasBegunLast() {
        OrganizationId organization = newOrganization();
        first(organization, EVENT);
        clock.advance(Duration.ofDays(2));
        first(organization, EVENT);
        store().finish(organization, EVENT);

        assertThat(store().purge(Duration.ofDays(1))).isZero();
        assertThat(begin(organization, EVENT)).isEqualTo(new Done());
    }

    @Test
    void forgetsAllOnRequest() {
        OrganizationId organization = newOrganization();
        first(organization, EVENT);

        assertThat(store().purge(Duration.ZERO)).isEqualTo(1);
        assertThat(store().purge(Duration.ZERO)).isZero();
    }

    @Test
    void refusesLeasesAndAgesThatAreNone() {
        OrganizationId organization = newOrganization();

        assertThatIllegalArgumentException().isThrownBy(() -> store().begin(organization, EVENT, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> store().begin(organization, EVENT, MOMENT.negated()));
        assertThatIllegalArgumentException().isThrownBy(() -> store().purge(MOMENT.negated()));
    }

    @Test
    void handsAnEventOutToOneOfManyAtOnce() throws Exception {
        OrganizationId organization = newOrganization();
        for (int event = 10; event < 30; event++) {
            EventKey key = key(event);

            List<Intake> intakes = atOnce(() -> begin(organization, key));

            assertThat(intakes).filteredOn(First.class::isInstance).hasSize(1);
            assertThat(intakes).filteredOn(Running.class::isInstance).hasSize(THREADS - 1);
        }
    }

    @Test
    void handsALapsedEventOutToOneOfManyAtOnce() throws Exception {
        OrganizationId organization = newOrganization();
        for (int event = 10; event < 20; event++) {
            EventKey key = key(event);
            first(organization, key);
            clock.advance(LEASE.plus(MOMENT));

            assertThat(atOnce(() -> begin(organization, key)))
                    .filteredOn(First.class::isInstance)
                    .hasSize(1);
        }
    }

    /** As with two nodes behind one address, to which an event comes many times while it is being handled. */
    @Test
    void hasAnEventHandledOnceWhenItComesOftenAtOnce() throws Exception {
        OrganizationId organization = newOrganization();
        for (int event = 10; event < 20; event++) {
            EventKey key = key(event);

            List<Integer> handled = atOnce(() -> {
                int here = 0;
                for (int copy = 0; copy < 20; copy++) {
                    if (begin(organization, key) instanceof First) {
                        here++;
                        store().finish(organization, key);
                    }
                }
                return here;
            });

            assertThat(handled.stream().mapToInt(Integer::intValue).sum()).isEqualTo(1);
            assertThat(begin(organization, key)).isEqualTo(new Done());
        }
    }

    private static <T> List<T> atOnce(Callable<T> call) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        CyclicBarrier start = new CyclicBarrier(THREADS);
        try {
            List<Future<T>> calls = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                calls.add(pool.submit(() -> {
                    start.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    return call.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : calls) {
                results.add(result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private Intake begin(OrganizationId organization, EventKey key) {
        return store().begin(organization, key, LEASE);
    }

    private First first(OrganizationId organization, EventKey key) {
        Intake intake = begin(organization, key);
        assertThat(intake).isInstanceOf(First.class);
        return (First) intake;
    }

    private static EventKey key(int number) {
        return new EventKey(String.format("%064x", number));
    }
}
