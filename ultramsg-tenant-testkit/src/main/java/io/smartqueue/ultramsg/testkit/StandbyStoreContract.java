package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What every {@link StandbyStore} promises, as tests, and what its {@link OrganizationStore} promises beside it. A store's own
 * test class extends this one.
 *
 * <p>Each test method needs organizations of its own; {@link #newOrganization()} makes them.
 */
public abstract class StandbyStoreContract {
    private static final AuditNote NOTE = AuditNote.by(Actor.operator("contract"));
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Recipient NUMBER = Recipient.parse("+15550001111");
    private static final Recipient CHAT = Recipient.parse("15550001111@c.us");
    private static final Recipient GROUP = Recipient.parse("120363000000001111@g.us");

    /** For the subclasses. */
    protected StandbyStoreContract() {}

    /**
     * Returns the store under test.
     *
     * @return the store
     */
    protected abstract StandbyStore store();

    /**
     * Returns the configuration beside it, with which it shares instances out.
     *
     * @return the store of organizations
     */
    protected abstract OrganizationStore organizations();

    /**
     * Adds an organization without any configuration, as a host's own code would.
     *
     * @return its id, in the canonical spelling
     */
    protected abstract OrganizationId newOrganization();

    /**
     * Adds an organization that has an instance id, as a host's own code would: in any form, and whoever else has it.
     *
     * @param instanceId what to store
     * @return its id, in the canonical spelling
     */
    protected abstract OrganizationId newOrganization(String instanceId);

    /**
     * Removes an organization, as a host's own code would.
     *
     * @param organization one that {@link #newOrganization()} returned
     */
    protected abstract void remove(OrganizationId organization);

    /**
     * Returns an id that could be an organization's and is not.
     *
     * @return an id that the store does not hold
     */
    protected abstract OrganizationId missingOrganization();

    @Test
    void findsNoStandbysWhereThereAreNone() {
        assertThat(store().find(newOrganization())).isEmpty();
    }

    @Test
    void findsStandbysInTheOrderInWhichTheyAreTried() {
        OrganizationId organization = newOrganization();
        StandbyInstance first = standby(newInstance() + "9");
        StandbyInstance second = standby(newInstance() + "1");
        StandbyInstance third = standby(newInstance() + "5");

        assertThat(store().replace(organization, List.of(first, second, third), NOTE))
                .isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(store().find(organization)).containsExactly(first, second, third);

        store().replace(organization, List.of(third, first, second), NOTE);
        assertThat(store().find(organization)).as("in another order").containsExactly(third, first, second);
    }

    @Test
    void keepsAllOfAStandby() {
        OrganizationId organization = newOrganization();
        StandbyInstance whole = StandbyInstance.of(new InstanceCredentials(
                        newInstance(),
                        AccessToken.of("fake-t0ken-of-a-standby"),
                        URI.create("https://gateway.example.com:8443")))
                .businessNumber(PhoneNumber.parse("+15550002222"));
        List<StandbyInstance> standbys = new ArrayList<>();
        for (InstanceStatus status : InstanceStatus.values()) {
            standbys.add(standby(newInstance()).status(status));
        }
        standbys.add(whole);

        store().replace(organization, standbys, NOTE);

        List<StandbyInstance> found = store().find(organization);
        assertThat(found).isEqualTo(standbys);
        assertThat(found.get(found.size() - 1).credentials().token().reveal()).isEqualTo("fake-t0ken-of-a-standby");
    }

    @Test
    void replacesStandbysAllAtOnce() {
        OrganizationId organization = newOrganization();
        StandbyInstance going = standby(newInstance());
        StandbyInstance staying = standby(newInstance());
        StandbyInstance coming = standby(newInstance());
        store().replace(organization, List.of(going, staying), NOTE);

        assertThat(store().replace(organization, List.of(coming, staying.status(InstanceStatus.SUSPENDED)), NOTE))
                .isEqualTo(UpdateOutcome.WRITTEN);

        assertThat(store().find(organization)).containsExactly(coming, staying.status(InstanceStatus.SUSPENDED));
    }

    @Test
    void takesNoStandbysForAnAnswer() {
        OrganizationId organization = newOrganization();
        StandbyInstance standby = standby(newInstance());
        store().replace(organization, List.of(standby), NOTE);

        assertThat(store().replace(organization, List.of(), NOTE)).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(store().find(organization)).isEmpty();
        assertThat(store().replace(organization, List.of(), NOTE)).as("again").isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(store().replace(newOrganization(), List.of(standby), NOTE))
                .as("what became free")
                .isEqualTo(UpdateOutcome.WRITTEN);
    }

    @Test
    void makesAnOrganizationOneThatHasTheInstance() {
        OrganizationId organization = newOrganization();
        OrganizationId gone = newOrganization();
        InstanceId instance = newInstance();
        InstanceId left = newInstance();

        store().replace(organization, List.of(standby(instance)), NOTE);
        store().replace(gone, List.of(standby(left)), NOTE);
        remove(gone);

        assertThat(organizations().holders(instance)).containsExactly(organization);
        assertThat(organizations().holders(left)).isEmpty();
    }

    @Test
    void knowsNothingOfAnOrganizationThatDoesNotExist() {
        for (OrganizationId nobody : List.of(
                missingOrganization(), OrganizationId.of("' or 1=1 --"), OrganizationId.of("no such key at all"))) {
            InstanceId instance = newInstance();

            assertThat(store().find(nobody)).isEmpty();
            assertThat(store().replace(nobody, List.of(standby(instance)), NOTE))
                    .isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
            assertThat(store().replace(nobody, List.of(), NOTE)).isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
            assertThat(store().find(nobody)).isEmpty();
            assertThat(store().replace(newOrganization(), List.of(standby(instance)), NOTE))
                    .as("nobody has it")
                    .isEqualTo(UpdateOutcome.WRITTEN);

            store().remember(nobody, NUMBER, instance);
            assertThat(store().lastUsed(nobody, NUMBER)).isEmpty();
            store().forget(nobody, NUMBER);
        }
    }

    @Test
    void showsNothingOfAnOrganizationThatIsNoMore() {
        OrganizationId organization = newOrganization();
        StandbyInstance standby = standby(newInstance());
        store().replace(organization, List.of(standby), NOTE);
        store().remember(organization, NUMBER, standby.credentials().instance());

        remove(organization);

        assertThat(store().find(organization)).isEmpty();
        assertThat(store().lastUsed(organization, NUMBER)).isEmpty();
        assertThat(store().replace(organization, List.of(standby), NOTE)).isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
    }

    @Test
    void leavesInstancesOfAnOrganizationThatIsNoMoreToOthers() {
        OrganizationId gone = newOrganization();
        InstanceId one = newInstance();
        InstanceId other = newInstance();
        store().replace(gone, List.of(standby(one), standby(other)), NOTE);

        remove(gone);

        assertThat(store().replace(newOrganization(), List.of(standby(one)), NOTE))
                .isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(organizations().update(newOrganization(), own(other), NOTE).outcome())
                .isEqualTo(UpdateOutcome.WRITTEN);
    }

    @Test
    void keepsOrganizationsApart() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        StandbyInstance mine = standby(newInstance());
        StandbyInstance theirs = standby(newInstance());
        store().replace(one, List.of(mine), NOTE);
        store().replace(other, List.of(theirs), NOTE);

        store().replace(one, List.of(), NOTE);

        assertThat(store().find(one)).isEmpty();
        assertThat(store().find(other)).containsExactly(theirs);
    }

    @Test
    void recordsWhatIsChangedByWhom() {
        OrganizationId organization = newOrganization();
        InstanceId one = newInstance();
        InstanceId other = newInstance();
        StandbyInstance standby = standby(one, "a-fake-t0ken-of-b3f9");
        long version = version(organization);

        store().replace(organization, List.of(standby), NOTE);
        store().replace(organization, List.of(standby(other, "short"), standby), NOTE);
        store().replace(organization, List.of(), NOTE.action(ConfigAction.DELETED));

        String first = one + " ****b3f9";
        String both = other + " ****, " + first;
        assertThat(history(organization))
                .extracting(AuditEntry::changes)
                .containsExactly(
                        List.of(new FieldChange(ConfigField.STANDBYS, both, null)),
                        List.of(new FieldChange(ConfigField.STANDBYS, first, both)),
                        List.of(new FieldChange(ConfigField.STANDBYS, null, first)));
        assertThat(history(organization))
                .extracting(AuditEntry::note)
                .containsExactly(NOTE.action(ConfigAction.DELETED), NOTE, NOTE);
        assertThat(history(organization)).extracting(AuditEntry::version).containsOnly(version);
        assertThat(version(organization)).isEqualTo(version);
    }

    @Test
    void recordsAChangeOfWhatTheRecordDoesNotShow() {
        OrganizationId organization = newOrganization();
        InstanceId instance = newInstance();
        StandbyInstance standby = standby(instance, "short");
        List<StandbyInstance> changes = List.of(
                standby,
                standby.status(InstanceStatus.SUSPENDED),
                standby.businessNumber(PhoneNumber.parse("+15550002222")),
                standby(instance, "other"));

        changes.forEach(change -> store().replace(organization, List.of(change), NOTE));

        assertThat(history(organization)).hasSize(changes.size());
    }

    @Test
    void recordsNothingWhereNothingIsChanged() {
        OrganizationId organization = newOrganization();
        List<StandbyInstance> standbys = List.of(standby(newInstance()), standby(newInstance()));
        store().replace(organization, List.of(), NOTE);
        assertThat(history(organization)).isEmpty();
        store().replace(organization, standbys, NOTE);

        store().replace(organization, standbys, NOTE);
        store().replace(organization, standbys, NOTE.finding("connected"));
        assertThat(store().replace(organization, List.of(standby(heldBySomebody())), NOTE))
                .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        assertThatThrownBy(() -> store().replace(organization, List.of(standbys.get(0), standbys.get(0)), NOTE))
                .isInstanceOf(IllegalArgumentException.class);
        store().replace(missingOrganization(), standbys, NOTE);

        assertThat(history(organization)).hasSize(1);
        assertThat(history(missingOrganization())).isEmpty();
    }

    private InstanceId heldBySomebody() {
        InstanceId instance = newInstance();
        store().replace(newOrganization(), List.of(standby(instance)), NOTE);
        return instance;
    }

    @Test
    void recordsNothingForAnotherOrganization() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        store().replace(other, List.of(standby(newInstance())), NOTE);

        store().replace(one, List.of(standby(newInstance())), NOTE);

        assertThat(history(one)).hasSize(1);
        assertThat(history(other)).hasSize(1);
        assertThat(history(one)).doesNotContainAnyElementsOf(history(other));
    }

    private List<AuditEntry> history(OrganizationId organization) {
        return organizations().history(organization, Long.MAX_VALUE, 100);
    }

    private long version(OrganizationId organization) {
        return organizations()
                .findWithoutToken(organization)
                .orElseThrow()
                .version()
                .orElseThrow();
    }

    private static StandbyInstance standby(InstanceId instance, String token) {
        return StandbyInstance.of(
                new InstanceCredentials(instance, AccessToken.of(token), URI.create("https://api.ultramsg.com")));
    }

    @Test
    void refusesAnInstanceThatIsNamedTwice() {
        OrganizationId organization = newOrganization();
        StandbyInstance kept = standby(newInstance());
        store().replace(organization, List.of(kept), NOTE);
        InstanceId twice = newInstance();
        List<StandbyInstance> standbys =
                List.of(standby(twice), standby(newInstance()), standby(twice).status(InstanceStatus.SUSPENDED));

        assertThatThrownBy(() -> store().replace(organization, standbys, NOTE))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(store().find(organization)).containsExactly(kept);
    }

    @Test
    void refusesAnInstanceThatAnotherOrganizationHasInEveryFormInWhichItMayBeStored() {
        for (String form : List.of("%s", " %s\t", "instance%s", "\r\nINSTANCE%s ", "Instance%s")) {
            InstanceId instance = newInstance();
            newOrganization(form.formatted(instance.digits()));

            assertRefused(newOrganization(), instance);
        }
    }

    @Test
    void refusesAnInstanceThatIsAStandbyOfAnotherOrganizationWhateverItsStatusAndAddress() {
        InstanceId instance = newInstance();
        StandbyInstance elsewhere = StandbyInstance.of(new InstanceCredentials(
                        instance, AccessToken.of("another-t0ken"), URI.create("https://gateway.example.com")))
                .status(InstanceStatus.SUSPENDED);
        store().replace(newOrganization(), List.of(standby(newInstance()), elsewhere), NOTE);

        assertRefused(newOrganization(), instance);
    }

    @Test
    void refusesTheOrganizationsOwnInstance() {
        InstanceId instance = newInstance();

        assertRefused(newOrganization(" " + instance.digits()), instance);
    }

    /** Along with one that is free, in whatever order; nothing may be written. */
    private void assertRefused(OrganizationId organization, InstanceId instance) {
        StandbyInstance kept = standby(newInstance());
        store().replace(organization, List.of(kept), NOTE);
        StandbyInstance free = standby(newInstance());

        assertThat(store().replace(organization, List.of(free, standby(instance)), NOTE))
                .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        assertThat(store().replace(organization, List.of(standby(instance), free), NOTE))
                .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        assertThat(store().find(organization)).containsExactly(kept);
        assertThat(store().replace(newOrganization(), List.of(free), NOTE))
                .as("what was named beside it is nobody's")
                .isEqualTo(UpdateOutcome.WRITTEN);
    }

    @Test
    void tellsLikeInstancesApart() {
        InstanceId instance = newInstance();
        newOrganization(instance + "0");
        newOrganization("instance0" + instance.digits());
        newOrganization("instance" + instance); // not an instance id
        store().replace(newOrganization(), List.of(standby(InstanceId.parse("9" + instance.digits()))), NOTE);

        assertThat(store().replace(newOrganization(), List.of(standby(instance)), NOTE))
                .isEqualTo(UpdateOutcome.WRITTEN);
    }

    @Test
    void givesNoStandbyToAnotherOrganization() {
        InstanceId instance = newInstance();
        store().replace(newOrganization(), List.of(standby(newInstance()), standby(instance)), NOTE);
        OrganizationId late = newOrganization();

        for (String form : List.of("%s", " %s ", "instance%s", "INSTANCE%s")) {
            assertThat(organizations()
                            .update(
                                    late,
                                    ConfigDraft.builder()
                                            .instanceId(form.formatted(instance.digits()))
                                            .build(),
                                    NOTE)
                            .outcome())
                    .as(form)
                    .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        }

        assertThat(organizations().find(late).orElseThrow().instanceId()).isEmpty();
    }

    @Test
    void makesNoStandbyTheOrganizationsOwnInstanceBeforeItStandsByNoMore() {
        OrganizationId organization = newOrganization(newInstance().value());
        InstanceId standby = newInstance();
        store().replace(organization, List.of(standby(standby)), NOTE);

        assertThat(organizations().update(organization, own(standby), NOTE).outcome())
                .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);

        store().replace(organization, List.of(), NOTE);
        assertThat(organizations().update(organization, own(standby), NOTE).outcome())
                .isEqualTo(UpdateOutcome.WRITTEN);
    }

    @Test
    void letsAnOrganizationWithStandbysChangeWhateverElseItLikes() {
        InstanceId own = newInstance();
        OrganizationId organization = newOrganization(own.value());
        StandbyInstance standby = standby(newInstance());
        store().replace(organization, List.of(standby), NOTE);

        assertThat(organizations().update(organization, own(own), NOTE).outcome())
                .isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(organizations()
                        .update(organization, own(newInstance()), NOTE)
                        .outcome())
                .isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(organizations()
                        .update(
                                organization,
                                ConfigDraft.builder().dailyLimit(8).build(),
                                NOTE)
                        .outcome())
                .isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(store().find(organization)).containsExactly(standby);
    }

    @Test
    void takesAnOwnInstanceThatBecameFree() {
        InstanceId instance = newInstance();
        OrganizationId first = newOrganization(instance.value());

        organizations().update(first, own(newInstance()), NOTE);

        assertThat(store().replace(newOrganization(), List.of(standby(instance)), NOTE))
                .isEqualTo(UpdateOutcome.WRITTEN);
    }

    @Test
    void givesAnInstanceToOneOfManyThatAskAtTheSameMoment() throws Exception {
        int rivals = 4;
        ExecutorService threads = Executors.newFixedThreadPool(rivals);
        try {
            for (int round = 0; round < 10; round++) {
                InstanceId one = newInstance();
                InstanceId other = newInstance();
                CyclicBarrier start = new CyclicBarrier(rivals);
                List<Callable<UpdateOutcome>> claims = List.of(
                        claim(start, List.of(standby(one), standby(other))),
                        claim(start, List.of(standby(other), standby(one))),
                        claim(start, List.of(standby(one))),
                        claimAsOwn(start, one));

                List<UpdateOutcome> outcomes = new ArrayList<>();
                for (Future<UpdateOutcome> claim : threads.invokeAll(claims)) {
                    outcomes.add(claim.get());
                }

                assertThat(outcomes)
                        .containsExactlyInAnyOrder(
                                UpdateOutcome.WRITTEN,
                                UpdateOutcome.INSTANCE_IN_USE,
                                UpdateOutcome.INSTANCE_IN_USE,
                                UpdateOutcome.INSTANCE_IN_USE);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Callable<UpdateOutcome> claim(CyclicBarrier start, List<StandbyInstance> standbys) {
        OrganizationId organization = newOrganization();
        return () -> {
            start.await();
            return store().replace(organization, standbys, NOTE);
        };
    }

    private Callable<UpdateOutcome> claimAsOwn(CyclicBarrier start, InstanceId instance) {
        OrganizationId organization = newOrganization();
        return () -> {
            start.await();
            return organizations().update(organization, own(instance), NOTE).outcome();
        };
    }

    @Test
    void writesOneWholeListOfManyForOneOrganizationAtTheSameMoment() throws Exception {
        OrganizationId organization = newOrganization();
        List<StandbyInstance> some = List.of(standby(newInstance()), standby(newInstance()));
        List<StandbyInstance> others = List.of(standby(newInstance()), some.get(0), standby(newInstance()));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 10; round++) {
                CyclicBarrier start = new CyclicBarrier(2);
                List<Callable<UpdateOutcome>> changes = new ArrayList<>();
                for (List<StandbyInstance> standbys : List.of(some, others)) {
                    changes.add(() -> {
                        start.await();
                        return store().replace(organization, standbys, NOTE);
                    });
                }
                for (Future<UpdateOutcome> change : threads.invokeAll(changes)) {
                    assertThat(change.get()).isEqualTo(UpdateOutcome.WRITTEN);
                }

                assertThat(store().find(organization)).isIn(some, others);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void tellsListenersOfStandbysThatAreVisibleByThen() throws InterruptedException {
        OrganizationId organization = newOrganization();
        StandbyInstance standby = standby(newInstance());
        BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
        OrganizationStore.Subscription subscription = organizations()
                .onChange(listener(
                        organization, () -> seen.add(store().find(organization).size())));

        store().replace(organization, List.of(standby, standby(newInstance())), NOTE);
        boolean toldOfNew = hears(2, seen);
        store().replace(organization, List.of(standby), NOTE);
        boolean toldOfFewer = hears(1, seen);
        store().replace(organization, List.of(), NOTE);
        boolean toldOfNone = hears(0, seen);

        subscription.close();
        assertThat(toldOfNew).as("told of new ones").isTrue();
        assertThat(toldOfFewer).as("told of fewer").isTrue();
        assertThat(toldOfNone).as("told of none").isTrue();
    }

    /** A store may tell once too often, and one that has only begun to listen tells that anything may have changed. */
    private static boolean hears(int number, BlockingQueue<Integer> seen) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            Integer next = seen.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (next != null && next == number) {
                return true;
            }
        }
        return false;
    }

    private static OrganizationStore.ChangeListener listener(OrganizationId organization, Runnable told) {
        return new OrganizationStore.ChangeListener() {
            @Override
            public void changed(OrganizationId changed) {
                if (changed.equals(organization)) {
                    told.run();
                }
            }

            @Override
            public void anythingMayHaveChanged() {
                told.run();
            }
        };
    }

    @Test
    void remembersThroughWhichInstanceARecipientWasLastWrittenTo() {
        OrganizationId organization = newOrganization();
        InstanceId first = newInstance();
        InstanceId second = newInstance();
        assertThat(store().lastUsed(organization, NUMBER)).isEmpty();

        store().remember(organization, NUMBER, first);
        assertThat(store().lastUsed(organization, NUMBER)).contains(first);

        store().remember(organization, NUMBER, second);
        store().remember(organization, NUMBER, second);
        assertThat(store().lastUsed(organization, NUMBER)).contains(second);
    }

    @Test
    void knowsAPersonByNumberAndChatId() {
        OrganizationId organization = newOrganization();
        InstanceId byNumber = newInstance();
        InstanceId byChat = newInstance();

        store().remember(organization, NUMBER, byNumber);
        assertThat(store().lastUsed(organization, CHAT)).contains(byNumber);
        store().remember(organization, CHAT, byChat);
        assertThat(store().lastUsed(organization, NUMBER)).contains(byChat);
        store().forget(organization, CHAT);
        assertThat(store().lastUsed(organization, NUMBER)).isEmpty();
    }

    @Test
    void remembersRecipientsAndOrganizationsApart() {
        OrganizationId organization = newOrganization();
        OrganizationId other = newOrganization();
        InstanceId forPerson = newInstance();
        InstanceId forGroup = newInstance();
        InstanceId theirs = newInstance();
        store().remember(organization, NUMBER, forPerson);
        store().remember(organization, GROUP, forGroup);
        store().remember(other, NUMBER, theirs);

        assertThat(store().lastUsed(organization, NUMBER)).contains(forPerson);
        assertThat(store().lastUsed(organization, GROUP)).contains(forGroup);
        assertThat(store().lastUsed(other, NUMBER)).contains(theirs);
        assertThat(store().lastUsed(other, GROUP)).isEmpty();
    }

    @Test
    void forgetsARecipientOfOneOrganizationOnly() {
        OrganizationId organization = newOrganization();
        OrganizationId other = newOrganization();
        InstanceId instance = newInstance();
        store().remember(organization, NUMBER, instance);
        store().remember(organization, GROUP, instance);
        store().remember(other, NUMBER, instance);

        store().forget(organization, NUMBER);
        store().forget(organization, NUMBER);

        assertThat(store().lastUsed(organization, NUMBER)).isEmpty();
        assertThat(store().lastUsed(organization, GROUP)).contains(instance);
        assertThat(store().lastUsed(other, NUMBER)).contains(instance);
    }

    @Test
    void remembersOnWhenStandbysAreReplaced() {
        OrganizationId organization = newOrganization();
        StandbyInstance standby = standby(newInstance());
        store().replace(organization, List.of(standby), NOTE);
        store().remember(organization, NUMBER, standby.credentials().instance());

        store().replace(organization, List.of(), NOTE);

        assertThat(store().lastUsed(organization, NUMBER))
                .contains(standby.credentials().instance());
    }

    @Test
    void remembersOneOfManyInstancesThatARecipientIsWrittenToThroughAtTheSameMoment() throws Exception {
        OrganizationId organization = newOrganization();
        List<InstanceId> instances = List.of(newInstance(), newInstance(), newInstance(), newInstance());
        ExecutorService threads = Executors.newFixedThreadPool(instances.size());
        try {
            CyclicBarrier start = new CyclicBarrier(instances.size());
            List<Callable<Boolean>> messages = new ArrayList<>();
            for (InstanceId instance : instances) {
                messages.add(() -> {
                    start.await();
                    store().remember(organization, NUMBER, instance);
                    return true;
                });
            }
            for (Future<Boolean> message : threads.invokeAll(messages)) {
                message.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(store().lastUsed(organization, NUMBER).orElseThrow()).isIn(instances);
    }

    private static ConfigDraft own(InstanceId instance) {
        return ConfigDraft.builder().instanceId(instance.value()).build();
    }

    private static StandbyInstance standby(String instance) {
        return standby(InstanceId.parse(instance));
    }

    private static StandbyInstance standby(InstanceId instance) {
        return StandbyInstance.of(new InstanceCredentials(
                instance, AccessToken.of("fake-t0ken-" + instance), URI.create("https://api.ultramsg.com")));
    }

    /** One that no organization of the store has, however long it has been filled. */
    private static InstanceId newInstance() {
        return InstanceId.parse(
                "instance" + ThreadLocalRandom.current().nextLong(1_000_000_000_000L, 1_000_000_000_000_000_000L));
    }
}
