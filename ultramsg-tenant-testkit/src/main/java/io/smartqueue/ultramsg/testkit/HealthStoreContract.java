package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.health.HealthStore;
import io.smartqueue.ultramsg.health.HealthStore.DueCheck;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static io.smartqueue.ultramsg.connection.ConnectionFinding.CONNECTED;
import static io.smartqueue.ultramsg.connection.ConnectionFinding.INSTANCE_STOPPED;
import static io.smartqueue.ultramsg.connection.ConnectionFinding.WRONG_TOKEN;
import static io.smartqueue.ultramsg.organization.InstanceStatus.ACTIVE;
import static io.smartqueue.ultramsg.organization.InstanceStatus.ERROR;
import static io.smartqueue.ultramsg.organization.InstanceStatus.SUSPENDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link HealthStore} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method needs a store without organizations, since a watch is over all of them; {@link #newOrganization} makes them.
 */
public abstract class HealthStoreContract {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration NEXT = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final InstanceId INSTANCE = InstanceId.parse("instance1150");
    private static final InstanceId OTHER_INSTANCE = InstanceId.parse("instance2260");

    private final SettableClock clock = SettableClock.at(NOON);

    /** For the subclasses. */
    protected HealthStoreContract() {}

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
    protected abstract HealthStore store();

    /**
     * Returns the organizations beside it, whose instances are watched.
     *
     * @return the store of configuration
     */
    protected abstract OrganizationStore organizations();

    /**
     * Returns the standbys beside it, which are watched as well.
     *
     * @return the store of standbys
     */
    protected abstract StandbyStore standbys();

    /**
     * Adds an organization, as a host's own code would.
     *
     * @param config names at most an instance id, in whatever form, and a status
     * @return its id
     */
    protected abstract OrganizationId newOrganization(ConfigDraft config);

    /**
     * Removes an organization, as a host's own code would.
     *
     * @param organization one that {@link #newOrganization} returned
     */
    protected abstract void remove(OrganizationId organization);

    /**
     * Returns an id that could be an organization's and is not.
     *
     * @return an id that the store does not hold
     */
    protected abstract OrganizationId missingOrganization();

    @ParameterizedTest
    @EnumSource(InstanceStatus.class)
    void watchesInstancesThatAreActiveOrInError(InstanceStatus status) {
        OrganizationId organization = add(INSTANCE.value(), status);
        boolean isWatched = status == ACTIVE || status == ERROR;

        assertThat(store().enroll(Duration.ZERO)).isEqualTo(isWatched ? 1 : 0);
        assertThat(takeAll()).isEqualTo(isWatched ? List.of(firstCheck(organization)) : List.of());
    }

    @Test
    void watchesNothingThatIsNoInstance() {
        newOrganization(ConfigDraft.builder().status(ACTIVE).build());
        newOrganization(ConfigDraft.builder().instanceId(INSTANCE.value()).build());
        add("my phone", ACTIVE);
        add("instance", ACTIVE);
        add("instanceinstance1150", ACTIVE);
        add("1".repeat(21), ACTIVE);

        assertThat(store().enroll(Duration.ZERO)).isZero();
        assertThat(takeAll()).isEmpty();
    }

    @Test
    void watchesAnInstanceInWhateverFormItsIdIsStored() {
        List<DueCheck> checks = new ArrayList<>();
        for (String stored : List.of("1150", "Instance1150", " instance1150\t")) {
            checks.add(firstCheck(add(stored, ACTIVE)));
        }

        assertThat(store().enroll(Duration.ZERO)).isEqualTo(3);
        assertThat(takeAll()).containsExactlyInAnyOrderElementsOf(checks);
        for (DueCheck check : checks) {
            assertThat(store().record(wrongToken(check.organization()), NEXT, ERROR))
                    .isTrue();
            assertThat(store().find(check.organization())).hasSize(1);
        }
    }

    @Test
    void beginsToWatchOnceAndGoesOn() {
        OrganizationId organization = enrolled();
        takeAll();
        store().record(wrongToken(organization), NEXT, null);
        add(OTHER_INSTANCE.value(), ACTIVE);

        assertThat(store().enroll(Duration.ZERO)).as("the new one").isEqualTo(1);
        assertThat(store().enroll(Duration.ZERO)).isZero();

        assertThat(takeAll()).singleElement().extracting(DueCheck::instance).isEqualTo(OTHER_INSTANCE);
        assertThat(store().find(organization)).containsExactly(wrongToken(organization));
    }

    @Test
    void countsWhatTwoBeginToWatchAtTheSameMomentOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            add("instance" + i, ACTIVE);
        }

        int begun = atOnce(4, () -> store().enroll(Duration.ZERO)).stream()
                .mapToInt(Integer::intValue)
                .sum();

        assertThat(begun).isEqualTo(20);
        assertThat(takeAll()).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void spreadsTheFirstChecks() {
        Duration spread = Duration.ofMinutes(10);
        for (int i = 0; i < 40; i++) {
            add("instance" + i, ACTIVE);
        }

        store().enroll(spread);
        clock.advance(spread.dividedBy(2));
        int inTheFirstHalf = store().takeDue(40, Duration.ofDays(1)).size();
        clock.advance(spread.dividedBy(2));
        int inTheSecondHalf = store().takeDue(40, Duration.ofDays(1)).size();

        assertThat(inTheFirstHalf)
                .as("fails by chance once in ten million runs")
                .isBetween(4, 36);
        assertThat(inTheFirstHalf + inTheSecondHalf).isEqualTo(40);
    }

    @Test
    void endsToWatchAnInstanceWhoseStatusPeopleChangeAndForgetsIt() {
        OrganizationId organization = enrolled();
        store().record(wrongToken(organization), NEXT, null);

        change(organization, ConfigDraft.builder().status(SUSPENDED).build());
        assertThat(store().enroll(Duration.ZERO)).isZero();
        change(organization, ConfigDraft.builder().status(ACTIVE).build());

        assertThat(store().find(organization)).isEmpty();
        assertThat(store().enroll(Duration.ZERO)).isEqualTo(1);
        assertThat(takeAll()).containsExactly(firstCheck(organization));
    }

    @Test
    void watchesTheInstanceThatTookAnothersPlaceAnew() {
        OrganizationId organization = enrolled();
        store().record(wrongToken(organization), NEXT, null);

        change(organization, ConfigDraft.builder().instanceId("2260").build());
        assertThat(store().find(organization)).isEmpty();
        assertThat(store().enroll(Duration.ZERO)).isEqualTo(1);

        assertThat(takeAll()).containsExactly(new DueCheck(organization, OTHER_INSTANCE, null));
        assertThat(store().find(organization)).isEmpty();
    }

    @Test
    void forgetsAnOrganizationThatIsGone() {
        OrganizationId organization = enrolled();
        store().record(wrongToken(organization), NEXT, null);
        clock.advance(NEXT);

        remove(organization);

        assertThat(store().find(organization)).isEmpty();
        assertThat(takeAll()).isEmpty();
        assertThat(store().record(wrongToken(organization), NEXT, ERROR)).isFalse();
        assertThat(store().enroll(Duration.ZERO)).isZero();
        assertThat(takeAll()).isEmpty();
    }

    @Test
    void knowsNoOrganizationThatDoesNotExist() {
        for (OrganizationId nobody : List.of(missingOrganization(), OrganizationId.of("' or 1=1 --"))) {
            assertThat(store().find(nobody)).isEmpty();
            assertThat(store().record(wrongToken(nobody), NEXT, ERROR)).isFalse();
        }
    }

    @Test
    void takesAnInstanceAgainWhenTheLeaseIsOver() {
        DueCheck check = firstCheck(enrolled());

        for (int time = 0; time < 3; time++) {
            assertThat(takeAll()).containsExactly(check);
            clock.advance(LEASE.minusMillis(1));
            assertThat(takeAll()).isEmpty();
            clock.advance(Duration.ofMillis(1));
        }
    }

    @Test
    void takesAnInstanceAgainWhenTheLastCheckSaidSo() {
        OrganizationId organization = enrolled();
        InstanceHealth health = wrongToken(organization);

        for (Duration next : List.of(Duration.ofSeconds(1), NEXT)) { // before and after the lease is over
            takeAll();
            store().record(health, next, null);
            clock.advance(next.minusMillis(1));
            assertThat(takeAll()).isEmpty();
            clock.advance(Duration.ofMillis(1));
        }
        assertThat(takeAll()).containsExactly(new DueCheck(organization, INSTANCE, health));
    }

    @Test
    void takesThoseFirstThatAreDueTheLongestAndNoMoreThanAskedFor() {
        List<DueCheck> inOrder = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            inOrder.add(new DueCheck(add("instance" + (9 - i), ACTIVE), InstanceId.parse("instance" + (9 - i)), null));
            store().enroll(Duration.ZERO);
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(store().takeDue(1, LEASE)).isEqualTo(inOrder.subList(0, 1));
        clock.advance(Duration.ofSeconds(1));
        assertThat(store().takeDue(2, LEASE)).isEqualTo(inOrder.subList(1, 3));
        clock.advance(LEASE);
        assertThat(store().takeDue(3, LEASE))
                .as("the untouched ones before those that were taken")
                .containsExactly(inOrder.get(3), inOrder.get(4), inOrder.get(0));
    }

    @Test
    void neverGivesAnInstanceToTwoAtTheSameMoment() throws Exception {
        for (int i = 0; i < 40; i++) {
            add("instance" + i, ACTIVE);
        }
        store().enroll(Duration.ZERO);

        List<DueCheck> taken = atOnce(4, () -> store().takeDue(10, LEASE)).stream()
                .flatMap(List::stream)
                .toList();

        assertThat(taken).doesNotHaveDuplicates();
        List<DueCheck> left = takeAll();
        assertThat(taken.size() + left.size()).isEqualTo(40);
        assertThat(left).doesNotContainAnyElementsOf(taken);
    }

    @Test
    void takesNothingThatIsNotToBeWatchedByThen() {
        OrganizationId organization = enrolled();
        change(organization, ConfigDraft.builder().status(SUSPENDED).build());

        assertThat(takeAll()).isEmpty();

        change(organization, ConfigDraft.builder().status(ERROR).build());
        assertThat(takeAll()).containsExactly(firstCheck(organization));
    }

    @ParameterizedTest
    @EnumSource(ConnectionFinding.class)
    void keepsWhatWasFound(ConnectionFinding finding) {
        OrganizationId organization = enrolled();
        InstanceHealth health = new InstanceHealth(
                organization,
                INSTANCE,
                finding,
                Instant.parse("2026-11-20T09:08:07.123456Z"),
                Instant.parse("2026-11-23T12:00:00.654321Z"),
                4711);

        store().record(health, NEXT, null);
        clock.advance(NEXT);

        assertThat(store().find(organization)).containsExactly(health);
        assertThat(takeAll()).containsExactly(new DueCheck(organization, INSTANCE, health));
    }

    @Test
    void keepsTheLastCheckOnly() {
        OrganizationId organization = enrolled();
        InstanceHealth later = health(organization, INSTANCE_STOPPED);

        store().record(wrongToken(organization), NEXT, null);
        store().record(later, NEXT, null);

        assertThat(store().find(organization)).containsExactly(later);
    }

    @Test
    void findsNothingBeforeTheFirstCheck() {
        assertThat(store().find(enrolled())).isEmpty();
    }

    @Test
    void findsAnOrganizationsOwnOnly() {
        OrganizationId one = add(INSTANCE.value(), ACTIVE);
        OrganizationId other = add(INSTANCE.value(), ACTIVE); // which the host can do
        store().enroll(Duration.ZERO);

        store().record(wrongToken(one), NEXT, ERROR);

        assertThat(store().find(one)).containsExactly(wrongToken(one));
        assertThat(store().find(other)).isEmpty();
        assertThat(status(other)).isEqualTo(ACTIVE);
        assertThat(takeAll()).contains(firstCheck(other));
    }

    @Test
    void movesTheStatusBetweenActiveAndError() {
        OrganizationId organization = enrolled();

        assertThat(store().record(wrongToken(organization), NEXT, ERROR)).isTrue();
        assertThat(status(organization)).isEqualTo(ERROR);
        assertThat(store().record(wrongToken(organization), NEXT, ERROR)).isFalse();
        assertThat(store().record(health(organization, CONNECTED), NEXT, ACTIVE))
                .isTrue();
        assertThat(status(organization)).isEqualTo(ACTIVE);
        assertThat(store().record(health(organization, CONNECTED), NEXT, ACTIVE))
                .isFalse();
        assertThat(store().find(organization)).containsExactly(health(organization, CONNECTED));
    }

    @Test
    void leavesTheStatusIfTheCheckSaysNothing() {
        OrganizationId organization = enrolled();

        assertThat(store().record(wrongToken(organization), NEXT, null)).isFalse();

        assertThat(status(organization)).isEqualTo(ACTIVE);
        assertThat(store().find(organization)).containsExactly(wrongToken(organization));
    }

    @Test
    void changesNothingElseOfTheConfiguration() {
        OrganizationId organization = enrolled();
        change(
                organization,
                ConfigDraft.builder().dailyLimit(7).timeZone("Asia/Kolkata").build());

        store().record(wrongToken(organization), NEXT, ERROR);

        assertThat(organizations().find(organization)).hasValueSatisfying(config -> {
            assertThat(config.instanceId()).contains(INSTANCE.value());
            assertThat(config.dailyLimit()).contains(7);
            assertThat(config.timeZone()).contains("Asia/Kolkata");
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = InstanceStatus.class,
            names = {"INACTIVE", "SUSPENDED", "TESTING"})
    void leavesToPeopleWhatTheyDecidedWhileItWasAsked(InstanceStatus decision) {
        OrganizationId organization = enrolled();
        takeAll();
        change(organization, ConfigDraft.builder().status(decision).build());

        assertThat(store().record(wrongToken(organization), NEXT, ERROR)).isFalse();
        assertThat(status(organization)).isEqualTo(decision);
        assertThat(store().record(health(organization, CONNECTED), NEXT, ACTIVE))
                .isFalse();
        assertThat(status(organization)).isEqualTo(decision);

        change(organization, ConfigDraft.builder().status(ACTIVE).build());
        assertThat(store().find(organization)).as("nothing was written").isEmpty();
    }

    @Test
    void leavesTheInstanceAloneThatTookTheOnesPlaceThatWasAsked() {
        OrganizationId organization = enrolled();
        takeAll();
        change(
                organization,
                ConfigDraft.builder().instanceId(OTHER_INSTANCE.value()).build());

        assertThat(store().record(wrongToken(organization), NEXT, ERROR)).isFalse();

        assertThat(status(organization)).isEqualTo(ACTIVE);
        assertThat(store().find(organization)).isEmpty();
        change(organization, ConfigDraft.builder().instanceId("1150").build());
        assertThat(store().find(organization)).as("nothing was written").isEmpty();
    }

    @Test
    void doesNothingForAnInstanceThatIsNotWatchedYet() {
        OrganizationId organization = add(INSTANCE.value(), ACTIVE);

        assertThat(store().record(wrongToken(organization), NEXT, ERROR)).isFalse();

        assertThat(status(organization)).isEqualTo(ACTIVE);
        assertThat(store().find(organization)).isEmpty();
        assertThat(takeAll()).isEmpty();
    }

    @Test
    void watchesStandbysWhateverTheOrganizationsOwnInstanceIs() {
        OrganizationId organization = add(INSTANCE.value(), SUSPENDED);
        replaceStandbys(organization, standby(3, ACTIVE), standby(4, SUSPENDED), standby(5, ERROR));

        assertThat(store().enroll(Duration.ZERO)).isEqualTo(2);
        assertThat(takeAll())
                .extracting(DueCheck::instance)
                .containsExactlyInAnyOrder(InstanceId.parse("3"), InstanceId.parse("5"));
    }

    @Test
    void movesTheStatusOfTheStandbyThatWasAsked() {
        OrganizationId organization = add(INSTANCE.value(), ACTIVE);
        replaceStandbys(organization, standby(3, ACTIVE), standby(4, ACTIVE));
        store().enroll(Duration.ZERO);

        assertThat(store().record(health(organization, 3, WRONG_TOKEN), NEXT, ERROR))
                .isTrue();
        assertThat(store().record(health(organization, 3, WRONG_TOKEN), NEXT, ERROR))
                .isFalse();

        assertThat(status(organization)).isEqualTo(ACTIVE);
        assertThat(standbys().find(organization)).containsExactly(standby(3, ERROR), standby(4, ACTIVE));
        assertThat(store().record(health(organization, 3, CONNECTED), NEXT, ACTIVE))
                .isTrue();
        assertThat(standbys().find(organization)).containsExactly(standby(3, ACTIVE), standby(4, ACTIVE));
    }

    @Test
    void leavesStandbysToPeopleToo() {
        OrganizationId organization = add(INSTANCE.value(), ACTIVE);
        replaceStandbys(organization, standby(3, ACTIVE), standby(4, ACTIVE));
        store().enroll(Duration.ZERO);
        takeAll();
        replaceStandbys(organization, standby(3, SUSPENDED));

        assertThat(store().record(health(organization, 3, WRONG_TOKEN), NEXT, ERROR))
                .isFalse();
        assertThat(store().record(health(organization, 4, WRONG_TOKEN), NEXT, ERROR))
                .isFalse();

        assertThat(standbys().find(organization)).containsExactly(standby(3, SUSPENDED));
        assertThat(store().find(organization)).isEmpty();
        clock.advance(LEASE);
        assertThat(takeAll()).containsExactly(firstCheck(organization));
    }

    @Test
    void goesOnWithAStandbyThatIsReplacedByItself() {
        OrganizationId organization = add(INSTANCE.value(), SUSPENDED);
        replaceStandbys(organization, standby(3, ACTIVE));
        store().enroll(Duration.ZERO);
        store().record(health(organization, 3, CONNECTED), NEXT, null);

        replaceStandbys(organization, standby(4, ACTIVE), standby(3, ACTIVE));

        assertThat(store().enroll(Duration.ZERO)).isEqualTo(1);
        assertThat(store().find(organization)).containsExactly(health(organization, 3, CONNECTED));
    }

    @Test
    void findsInstancesInTheOrderOfTheirIds() {
        OrganizationId organization = add("2", ACTIVE);
        replaceStandbys(organization, standby(3, ACTIVE), standby(4, ACTIVE), standby(1, ERROR));
        store().enroll(Duration.ZERO);

        for (int instance : List.of(2, 3, 1)) {
            store().record(health(organization, instance, CONNECTED), NEXT, null);
        }

        assertThat(store().find(organization))
                .containsExactly(
                        health(organization, 1, CONNECTED),
                        health(organization, 2, CONNECTED),
                        health(organization, 3, CONNECTED));
    }

    @Test
    void tellsListenersOfAStatusThatMoves() throws InterruptedException {
        OrganizationId organization = enrolled();
        BlockingQueue<InstanceStatus> seen = new LinkedBlockingQueue<>();
        OrganizationStore.Subscription subscription = organizations().onChange(new OrganizationStore.ChangeListener() {
            @Override
            public void changed(OrganizationId changed) {
                if (changed.equals(organization)) {
                    seen.add(status(organization));
                }
            }

            @Override
            public void anythingMayHaveChanged() {
                seen.add(status(organization));
            }
        });

        store().record(wrongToken(organization), NEXT, ERROR);

        InstanceStatus told = seen.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        while (told == ACTIVE) { // it had only begun to listen
            told = seen.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
        subscription.close();
        assertThat(told).as("what the listener found").isEqualTo(ERROR);
    }

    @Test
    void refusesWhatIsOutOfRange() {
        InstanceHealth health = wrongToken(enrolled());

        assertThatIllegalArgumentException().isThrownBy(() -> store().enroll(Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> store().takeDue(0, LEASE));
        assertThatIllegalArgumentException().isThrownBy(() -> store().takeDue(1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> store().takeDue(1, Duration.ofNanos(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> store().record(health, Duration.ZERO, null));
        assertThatIllegalArgumentException().isThrownBy(() -> store().record(health, Duration.ofNanos(-1), null));
        for (InstanceStatus status : InstanceStatus.values()) {
            if (status != ACTIVE && status != ERROR) {
                assertThatIllegalArgumentException().isThrownBy(() -> store().record(health, NEXT, status));
            }
        }
        assertThat(store().find(health.organization())).isEmpty();
    }

    private static <R> List<R> atOnce(int callers, Callable<R> call) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(callers);
        CyclicBarrier start = new CyclicBarrier(callers);
        try {
            List<Future<R>> futures = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                futures.add(pool.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            List<R> results = new ArrayList<>();
            for (Future<R> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdown();
        }
    }

    private OrganizationId add(String instanceId, InstanceStatus status) {
        return newOrganization(
                ConfigDraft.builder().instanceId(instanceId).status(status).build());
    }

    /** An active organization with {@link #INSTANCE}, which is watched and due. */
    private OrganizationId enrolled() {
        OrganizationId organization = add(INSTANCE.value(), ACTIVE);
        store().enroll(Duration.ZERO);
        return organization;
    }

    private void change(OrganizationId organization, ConfigDraft change) {
        organizations().update(organization, change, AuditNote.by(Actor.operator("contract")));
    }

    private InstanceStatus status(OrganizationId organization) {
        return organizations()
                .find(organization)
                .flatMap(ConfigDraft::status)
                .flatMap(InstanceStatus::find)
                .orElseThrow();
    }

    private List<DueCheck> takeAll() {
        return store().takeDue(1000, LEASE);
    }

    private static DueCheck firstCheck(OrganizationId organization) {
        return new DueCheck(organization, INSTANCE, null);
    }

    private static InstanceHealth wrongToken(OrganizationId organization) {
        return health(organization, WRONG_TOKEN);
    }

    private static InstanceHealth health(OrganizationId organization, ConnectionFinding finding) {
        return new InstanceHealth(organization, INSTANCE, finding, NOON.minusSeconds(60), NOON, 3);
    }

    private static InstanceHealth health(OrganizationId organization, int instance, ConnectionFinding finding) {
        return new InstanceHealth(
                organization, InstanceId.parse(Integer.toString(instance)), finding, NOON.minusSeconds(60), NOON, 3);
    }

    private void replaceStandbys(OrganizationId organization, StandbyInstance... replacement) {
        assertThat(standbys().replace(organization, List.of(replacement), AuditNote.by(Actor.operator("a test"))))
                .isEqualTo(UpdateOutcome.WRITTEN);
    }

    private static StandbyInstance standby(int instance, InstanceStatus status) {
        return StandbyInstance.of(new InstanceCredentials(
                        InstanceId.parse(Integer.toString(instance)),
                        AccessToken.of("not-a-real-token"),
                        URI.create("https://api.ultramsg.com")))
                .status(status);
    }
}
