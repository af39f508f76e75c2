package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ChangeOrigin;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.LastTest;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * What every {@link OrganizationStore} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method needs organizations of its own; {@link #newOrganization} makes them.
 */
public abstract class OrganizationStoreContract {
    private static final AuditNote NOTE = AuditNote.by(Actor.operator("contract"));
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** For the subclasses. */
    protected OrganizationStoreContract() {}

    /**
     * Returns the store under test.
     *
     * @return the store
     */
    protected abstract OrganizationStore store();

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
     * Returns an id that could be an organization's and is not.
     *
     * @return an id that the store does not hold
     */
    protected abstract OrganizationId missingOrganization();

    @Test
    void findsAnOrganizationThatHasNoConfigurationYet() {
        OrganizationId organization = newOrganization();

        ConfigDraft found = store().find(organization).orElseThrow();

        assertThat(found.instanceId()).isEmpty();
        assertThat(found.token()).isEmpty();
    }

    @Test
    void findsNothingForAnOrganizationThatDoesNotExist() {
        assertThat(store().find(missingOrganization())).isEmpty();
    }

    @Test
    void findsNothingForIdsThatCannotBeKeys() {
        assertThat(store().find(OrganizationId.of("' or 1=1 --"))).isEmpty();
        assertThat(store().find(OrganizationId.of("no such key at all"))).isEmpty();
    }

    @Test
    void keepsEveryField() {
        OrganizationId organization = newOrganization();
        String instance = newInstance();

        UpdateOutcome updated = update(organization, whole(instance));

        ConfigDraft found = store().find(organization).orElseThrow();
        assertThat(updated).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(found.instanceId()).contains(instance);
        assertThat(found.token()).contains(AccessToken.of("fake-t0ken"));
        assertThat(found.baseUrl()).contains("https://api.ultramsg.com");
        assertThat(found.businessNumber()).contains("+15550001111");
        assertThat(found.status()).contains("active");
        assertThat(found.dailyLimit()).contains(7);
        assertThat(found.webhookUrl()).contains("https://example.com/hook");
        assertThat(found.webhookEvents()).contains(List.of("message_ack", "message_received"));
        assertThat(found.timeZone()).contains("Asia/Kolkata");
        assertThat(found.defaultRegion()).contains("IN");
        assertThat(found.pace()).contains("PT15S");
        assertThat(found.webhooksIssuedFrom()).contains("2026-11-22T08:00:00Z");
        assertThat(found.lastTest()).contains(new LastTest(Instant.parse("2026-11-23T10:15:30Z"), "connected"));
        assertThat(found.instanceOf()).contains("7");
        assertThat(found.lendsInstanceTo()).contains(List.of("8", "9"));
    }

    @Test
    void clearsWhoSharesWithWhom() {
        OrganizationId organization = newOrganization();
        update(organization, whole());

        update(
                organization,
                ConfigDraft.builder().instanceOf("").lendsInstanceTo(List.of()).build());

        ConfigDraft found = store().find(organization).orElseThrow();
        assertThat(found.instanceOf()).isEmpty();
        assertThat(found.lendsInstanceTo().orElse(List.of())).isEmpty();
        assertThat(found.timeZone()).contains("Asia/Kolkata");
    }

    @Test
    void findsAllButTheToken() {
        OrganizationId organization = newOrganization();
        String instance = newInstance();
        update(organization, whole(instance));

        ConfigDraft found = store().findWithoutToken(organization).orElseThrow();

        assertThat(found.token()).isEmpty();
        assertThat(found.instanceId()).contains(instance);
        assertThat(found.timeZone()).contains("Asia/Kolkata");
        assertThat(store().findWithoutToken(missingOrganization())).isEmpty();
    }

    @Test
    void changesOnlyWhatAChangeNames() {
        OrganizationId organization = newOrganization();
        update(organization, whole());

        update(organization, ConfigDraft.builder().dailyLimit(8).timeZone("UTC").build());

        ConfigDraft found = store().find(organization).orElseThrow();
        assertThat(found.dailyLimit()).contains(8);
        assertThat(found.timeZone()).contains("UTC");
        assertThat(found.token()).contains(AccessToken.of("fake-t0ken"));
        assertThat(found.defaultRegion()).contains("IN");
        assertThat(found.webhookEvents()).contains(List.of("message_ack", "message_received"));
    }

    @Test
    void clearsAFieldThatAChangeNamesBlank() {
        OrganizationId organization = newOrganization();
        update(organization, whole());

        update(
                organization,
                ConfigDraft.builder()
                        .businessNumber("")
                        .webhookUrl(" ")
                        .webhookEvents(List.of())
                        .defaultRegion("")
                        .pace("")
                        .webhooksIssuedFrom("")
                        .token("")
                        .build());

        ConfigDraft found = store().find(organization).orElseThrow();
        assertThat(found.businessNumber()).isEmpty();
        assertThat(found.webhookUrl()).isEmpty();
        assertThat(found.webhookEvents().orElse(List.of())).isEmpty();
        assertThat(found.defaultRegion()).isEmpty();
        assertThat(found.pace()).isEmpty();
        assertThat(found.webhooksIssuedFrom()).isEmpty();
        assertThat(found.token()).as("a blank token keeps the stored one").contains(AccessToken.of("fake-t0ken"));
    }

    @Test
    void changesNothingForAChangeThatNamesNothing() {
        OrganizationId organization = newOrganization();
        update(organization, whole());

        UpdateOutcome updated = update(organization, ConfigDraft.builder().build());

        assertThat(updated).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(store().find(organization).orElseThrow().dailyLimit()).contains(7);
    }

    @Test
    void refusesToUpdateAnOrganizationThatDoesNotExist() {
        assertThat(update(missingOrganization(), whole())).isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
        assertThat(update(
                        missingOrganization(),
                        ConfigDraft.builder().dailyLimit(1).build()))
                .isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
        assertThat(update(missingOrganization(), ConfigDraft.builder().build()))
                .isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
        assertThat(update(OrganizationId.of("'; drop table organizations; --"), whole()))
                .isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
    }

    @Test
    void keepsOrganizationsApart() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();

        update(one, whole());

        assertThat(store().find(other).orElseThrow().token()).isEmpty();
        assertThat(store().find(other).orElseThrow().instanceId()).isEmpty();
    }

    @Test
    void keepsConcurrentChangesOfDifferentFields() throws InterruptedException {
        OrganizationId organization = newOrganization();
        update(organization, whole());
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> writers = List.of(
                writer(go, organization, ConfigDraft.builder().dailyLimit(99).build()),
                writer(
                        go,
                        organization,
                        ConfigDraft.builder().businessNumber("+15550002222").build()),
                writer(
                        go,
                        organization,
                        ConfigDraft.builder().timeZone("Europe/Berlin").build()),
                writer(
                        go,
                        organization,
                        ConfigDraft.builder().defaultRegion("DE").build()));

        go.countDown();
        for (Thread writer : writers) {
            writer.join();
        }

        ConfigDraft found = store().find(organization).orElseThrow();
        assertThat(found.dailyLimit()).contains(99);
        assertThat(found.businessNumber()).contains("+15550002222");
        assertThat(found.timeZone()).contains("Europe/Berlin");
        assertThat(found.defaultRegion()).contains("DE");
    }

    private Thread writer(CountDownLatch go, OrganizationId organization, ConfigDraft change) {
        Thread thread = new Thread(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            update(organization, change);
        });
        thread.start();
        return thread;
    }

    @Test
    void tellsListenersOfChangesThatAreVisibleByThen() throws InterruptedException {
        OrganizationId organization = newOrganization();
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        OrganizationStore.Subscription subscription = store().onChange(listener(
                organization,
                () -> store().find(organization)
                        .flatMap(ConfigDraft::instanceId)
                        .ifPresent(seen::add)));

        String instance = newInstance();
        update(organization, whole(instance));

        String told = seen.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        subscription.close();
        assertThat(told).as("what the listener found").isEqualTo(instance);
    }

    @Test
    void stopsTellingListenersThatHaveEndedTheirSubscription() throws InterruptedException {
        OrganizationId organization = newOrganization();
        AtomicInteger ended = new AtomicInteger();
        BlockingQueue<String> going = new LinkedBlockingQueue<>();
        store().onChange(listener(organization, ended::incrementAndGet)).close();
        OrganizationStore.Subscription subscription = store().onChange(listener(organization, () -> going.add("told")));

        update(organization, whole());
        String first = going.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        int whatWasUnderWay = ended.get();
        update(organization, ConfigDraft.builder().dailyLimit(8).build());
        String second = going.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);

        subscription.close();
        assertThat(List.of(String.valueOf(first), String.valueOf(second))).containsOnly("told");
        assertThat(ended).hasValue(whatWasUnderWay);
    }

    /** A store that has only begun to listen may not name the organization: it says that anything may have changed. */
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
    void spellsACanonicalIdAlwaysTheSame() {
        OrganizationId organization = newOrganization();

        assertThat(store().canonical(organization)).isEqualTo(organization);
        assertThat(store().canonical(store().canonical(OrganizationId.of("Any-THING"))))
                .isEqualTo(store().canonical(OrganizationId.of("Any-THING")));
    }

    @Test
    void refusesAnInstanceThatAnotherOrganizationHas() {
        String instance = newInstance();
        update(newOrganization(), whole(instance));
        OrganizationId late = newOrganization();

        UpdateOutcome outcome = update(late, whole(instance));

        assertThat(outcome).isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        ConfigDraft found = store().find(late).orElseThrow();
        assertThat(found.instanceId()).isEmpty();
        assertThat(found.token()).isEmpty();
        assertThat(found.businessNumber()).isEmpty();
    }

    @Test
    void refusesAnInstanceInEveryFormInWhichAnotherOrganizationMayHaveIt() {
        for (String form : List.of("%s", " %s\t", "instance%s", "\r\nINSTANCE%s ", "Instance%s")) {
            String digits = InstanceId.parse(newInstance()).digits();
            newOrganization(form.formatted(digits));

            assertThat(update(newOrganization(), instance("instance" + digits)))
                    .as(form)
                    .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
            assertThat(update(newOrganization(), instance(digits))).as(form).isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        }
    }

    @Test
    void refusesAnInstanceWhateverTheOthersStatusAndAddress() {
        String instance = newInstance();
        OrganizationId suspended = newOrganization(instance);
        update(
                suspended,
                ConfigDraft.builder()
                        .status(InstanceStatus.SUSPENDED)
                        .baseUrl("https://gateway.example.com")
                        .build());

        assertThat(update(newOrganization(), whole(instance))).isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
    }

    @Test
    void tellsLikeInstancesApart() {
        String instance = newInstance();
        newOrganization(instance + "0");
        newOrganization("instance0" + InstanceId.parse(instance).digits());
        newOrganization("instance" + instance); // not an instance id

        assertThat(update(newOrganization(), whole(instance))).isEqualTo(UpdateOutcome.WRITTEN);
    }

    @Test
    void letsAnOrganizationNameTheInstanceThatItHas() {
        String digits = InstanceId.parse(newInstance()).digits();
        OrganizationId organization = newOrganization(" " + digits);

        assertThat(update(organization, whole("instance" + digits))).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(update(organization, instance("instance" + digits))).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(store().find(organization).orElseThrow().instanceId()).contains("instance" + digits);
    }

    @Test
    void letsOrganizationsThatShareAnInstanceGoOnAndNobodyJoinThem() {
        String instance = newInstance();
        OrganizationId one = newOrganization(instance);
        OrganizationId other = newOrganization(" " + InstanceId.parse(instance).digits());

        assertThat(update(one, ConfigDraft.builder().dailyLimit(8).build())).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(update(other, whole(instance))).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(update(one, instance(instance))).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(update(newOrganization(), instance(instance))).isEqualTo(UpdateOutcome.INSTANCE_IN_USE);

        assertThat(update(one, instance(newInstance()))).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(update(one, instance(instance)))
                .as("back to what is now the other's alone")
                .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
    }

    @Test
    void givesAnInstanceToAnotherOrganizationOnceItIsFree() {
        String instance = newInstance();
        OrganizationId first = newOrganization(instance);
        OrganizationId second = newOrganization();
        OrganizationId third = newOrganization();

        update(first, instance(newInstance()));
        assertThat(update(second, instance(instance))).as("changed").isEqualTo(UpdateOutcome.WRITTEN);
        update(second, instance(""));
        assertThat(update(third, instance(instance))).as("cleared").isEqualTo(UpdateOutcome.WRITTEN);
    }

    @Test
    void givesAnInstanceToOneOfManyThatAskAtTheSameMoment() throws Exception {
        int rivals = 4;
        ExecutorService threads = Executors.newFixedThreadPool(rivals);
        try {
            for (int round = 0; round < 10; round++) {
                ConfigDraft change = instance(newInstance());
                CyclicBarrier start = new CyclicBarrier(rivals);
                List<Callable<UpdateOutcome>> claims = new ArrayList<>();
                for (int rival = 0; rival < rivals; rival++) {
                    OrganizationId organization = newOrganization();
                    claims.add(() -> {
                        start.await();
                        return update(organization, change);
                    });
                }

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

    @Test
    void givesEachChangeOfAFieldAVersionOfItsOwn() {
        OrganizationId organization = newOrganization();
        long first = version(organization);

        update(organization, whole());
        long second = version(organization);
        update(organization, ConfigDraft.builder().timeZone("UTC").build());

        assertThat(second).isGreaterThan(first);
        assertThat(version(organization)).isGreaterThan(second);
        assertThat(store().findWithoutToken(organization).orElseThrow().version())
                .contains(version(organization));
    }

    @Test
    void tellsWhatAChangeHasLeft() {
        OrganizationId organization = newOrganization();

        OrganizationStore.Updated whole = store().update(organization, whole(), NOTE);
        OrganizationStore.Updated tested = store().update(organization, lastTest(), NOTE.finding("connected"));
        OrganizationStore.Updated cleared = store().update(
                        organization,
                        ConfigDraft.builder()
                                .timeZone(" ")
                                .token("fake-t0ken-new")
                                .build(),
                        NOTE);
        OrganizationStore.Updated nothing =
                store().update(organization, ConfigDraft.builder().build(), NOTE);
        ConfigDraft found = store().findWithoutToken(organization).orElseThrow();

        assertThat(whole.now().version()).isPresent().isEqualTo(tested.now().version());
        assertThat(tested.now().lastTest()).isEqualTo(lastTest().lastTest());
        assertThat(cleared.now().timeZone()).isEmpty();
        assertThat(cleared.now().version()).isEqualTo(found.version());
        assertThat(version(cleared)).isGreaterThan(version(whole));
        assertThat(cleared.now().differencesTo(found)).isEmpty();
        assertThat(nothing.now().differencesTo(found)).isEmpty();
        assertThat(nothing.now().version()).isEqualTo(found.version());
        assertThat(List.of(whole, tested, cleared, nothing)).allSatisfy(updated -> {
            assertThat(updated.outcome()).isEqualTo(UpdateOutcome.WRITTEN);
            assertThat(updated.now().token()).isEmpty();
        });
    }

    @Test
    void tellsWhatIsThereWhereAChangeIsRefused() {
        String instance = newInstance();
        newOrganization(instance);
        OrganizationId organization = newOrganization();
        update(organization, ConfigDraft.builder().dailyLimit(8).build());
        long stored = version(organization);

        OrganizationStore.Updated late = store().update(
                        organization,
                        ConfigDraft.builder().dailyLimit(9).version(stored - 1).build(),
                        NOTE);
        OrganizationStore.Updated inUse = store().update(organization, whole(instance), NOTE);
        OrganizationStore.Updated missing = store().update(missingOrganization(), whole(), NOTE);

        assertThat(late.outcome()).isEqualTo(UpdateOutcome.CHANGED_MEANWHILE);
        assertThat(inUse.outcome()).isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        assertThat(List.of(late, inUse)).allSatisfy(updated -> {
            assertThat(version(updated)).isEqualTo(stored);
            assertThat(updated.now().dailyLimit()).contains(8);
        });
        assertThat(missing).isEqualTo(OrganizationStore.Updated.nowhere());
        assertThat(missing.now().named()).isEmpty();
    }

    /** Each of several writers at once is told of the version that was his, and no two of the same. */
    @Test
    void tellsEachOfManyWritersOfHisOwnVersion() throws Exception {
        int writers = 4;
        OrganizationId organization = newOrganization();
        long before = version(organization);
        CyclicBarrier start = new CyclicBarrier(writers);
        List<Callable<OrganizationStore.Updated>> changes = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            ConfigDraft change = ConfigDraft.builder().dailyLimit(50 + writer).build();
            changes.add(() -> {
                start.await();
                return store().update(organization, change, NOTE);
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<OrganizationStore.Updated> left = new ArrayList<>();
            for (Future<OrganizationStore.Updated> change : threads.invokeAll(changes)) {
                left.add(change.get());
            }

            assertThat(left)
                    .extracting(OrganizationStoreContract::version)
                    .doesNotHaveDuplicates()
                    .allMatch(version -> version > before);
            assertThat(history(organization))
                    .allSatisfy(entry -> assertThat(left)
                            .filteredOn(updated -> version(updated) == entry.version())
                            .singleElement()
                            .satisfies(updated -> assertThat(
                                            updated.now().dailyLimit().map(String::valueOf))
                                    .contains(entry.changes().get(0).after())));
        } finally {
            threads.shutdownNow();
        }
    }

    private static long version(OrganizationStore.Updated updated) {
        return updated.now().version().orElseThrow();
    }

    @Test
    void raisesNoVersionForWhatTestsAndChecksFind() {
        OrganizationId organization = newOrganization();
        update(organization, whole());
        long before = version(organization);

        update(organization, lastTest());
        update(organization, status(InstanceStatus.ERROR));
        update(organization, status(InstanceStatus.ACTIVE));
        update(organization, ConfigDraft.builder().dailyLimit(7).build());

        assertThat(version(organization)).isEqualTo(before);
        update(organization, status(InstanceStatus.SUSPENDED));
        assertThat(version(organization)).as("decided by a person").isGreaterThan(before);
    }

    @Test
    void writesNothingOfAChangeToAVersionThatIsNoMore() {
        OrganizationId organization = newOrganization();
        update(organization, whole());
        long read = version(organization);
        update(organization, ConfigDraft.builder().dailyLimit(8).build());

        UpdateOutcome late = update(
                organization,
                ConfigDraft.builder()
                        .dailyLimit(9)
                        .timeZone("UTC")
                        .version(read)
                        .build());
        UpdateOutcome nothing =
                update(organization, ConfigDraft.builder().version(read).build());

        assertThat(late).isEqualTo(UpdateOutcome.CHANGED_MEANWHILE);
        assertThat(nothing).isEqualTo(UpdateOutcome.CHANGED_MEANWHILE);
        assertThat(store().find(organization).orElseThrow().dailyLimit()).contains(8);
        assertThat(store().find(organization).orElseThrow().timeZone()).contains("Asia/Kolkata");
        assertThat(history(organization)).hasSize(2);
        assertThat(update(
                        missingOrganization(), ConfigDraft.builder().version(0L).build()))
                .isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
    }

    @Test
    void letsOneOfManyChangesToOneVersionThrough() throws Exception {
        int rivals = 4;
        ExecutorService threads = Executors.newFixedThreadPool(rivals);
        try {
            for (int round = 0; round < 5; round++) {
                OrganizationId organization = newOrganization();
                long read = version(organization);
                CyclicBarrier start = new CyclicBarrier(rivals);
                List<Callable<UpdateOutcome>> changes = new ArrayList<>();
                for (int rival = 0; rival < rivals; rival++) {
                    ConfigDraft change = ConfigDraft.builder()
                            .dailyLimit(50 + rival)
                            .version(read)
                            .build();
                    changes.add(() -> {
                        start.await();
                        return update(organization, change);
                    });
                }

                List<UpdateOutcome> outcomes = new ArrayList<>();
                for (Future<UpdateOutcome> change : threads.invokeAll(changes)) {
                    outcomes.add(change.get());
                }

                assertThat(outcomes)
                        .containsExactlyInAnyOrder(
                                UpdateOutcome.WRITTEN,
                                UpdateOutcome.CHANGED_MEANWHILE,
                                UpdateOutcome.CHANGED_MEANWHILE,
                                UpdateOutcome.CHANGED_MEANWHILE);
                assertThat(history(organization)).hasSize(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void recordsWhatChangedOfEachField() {
        OrganizationId organization = newOrganization();
        String instance = newInstance();
        update(organization, whole(instance));
        ChangeOrigin origin =
                ChangeOrigin.of("template", "bakeries", newRollOut()).version(3);
        AuditNote note = AuditNote.by(Actor.member("ann"))
                .action(ConfigAction.TOKEN_ROTATED)
                .finding("connected")
                .origin(origin);

        store().update(
                        organization,
                        ConfigDraft.builder()
                                .token("fake-t0ken-of-ann-4321")
                                .dailyLimit(8)
                                .webhookUrl("")
                                .timeZone("Asia/Kolkata")
                                .build(),
                        note);

        AuditEntry entry = history(organization).get(0);
        assertThat(entry.note()).isEqualTo(note);
        assertThat(entry.version()).isEqualTo(version(organization));
        assertThat(entry.at()).isNotNull();
        assertThat(entry.changes())
                .extracting(FieldChange::field, FieldChange::before, FieldChange::after)
                .containsExactly(
                        tuple(ConfigField.TOKEN, "****", "****4321"),
                        tuple(ConfigField.DAILY_LIMIT, "7", "8"),
                        tuple(ConfigField.WEBHOOK_URL, "https://example.com/hook", null));
    }

    @Test
    void recordsATestThatChangedNothingAndNoChangeOfNothing() {
        OrganizationId organization = newOrganization();
        update(organization, whole());

        update(organization, ConfigDraft.builder().dailyLimit(7).build());
        update(organization, ConfigDraft.builder().build());
        assertThat(history(organization)).hasSize(1);
        store().update(organization, lastTest(), NOTE.finding("connected"));

        assertThat(history(organization)).hasSize(2);
        assertThat(history(organization).get(0).changes()).isEmpty();
        assertThat(history(organization).get(0).note().finding()).contains("connected");
    }

    @Test
    void recordsNothingOfAChangeThatIsNotWritten() {
        String instance = newInstance();
        update(newOrganization(), whole(instance));
        OrganizationId late = newOrganization();

        update(late, whole(instance));
        update(missingOrganization(), whole());

        assertThat(history(late)).isEmpty();
        assertThat(history(missingOrganization())).isEmpty();
        assertThat(history(OrganizationId.of("no such key at all"))).isEmpty();
    }

    @Test
    void showsHistoryNewestFirstAndPageByPage() {
        OrganizationId organization = newOrganization();
        for (int limit = 1; limit <= 5; limit++) {
            update(organization, ConfigDraft.builder().dailyLimit(limit).build());
        }

        List<AuditEntry> first = store().history(organization, Long.MAX_VALUE, 2);
        List<AuditEntry> second = store().history(organization, first.get(1).number(), 2);
        List<AuditEntry> third = store().history(organization, second.get(1).number(), 2);

        assertThat(limits(first)).containsExactly("5", "4");
        assertThat(limits(second)).containsExactly("3", "2");
        assertThat(limits(third)).containsExactly("1");
    }

    private static List<String> limits(List<AuditEntry> entries) {
        return entries.stream()
                .map(entry -> String.valueOf(entry.changes().get(0).after()))
                .toList();
    }

    @Test
    void showsNobodyElsesHistory() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        String rollOut = newRollOut();

        store().update(one, whole(), NOTE.origin(ChangeOrigin.of("template", "bakeries", rollOut)));

        assertThat(history(other)).isEmpty();
        assertThat(store().historyOfRollOut(other, rollOut)).isEmpty();
    }

    @Test
    void findsWhatARollOutHasChanged() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        OrganizationId untouched = newOrganization();
        String rollOut = newRollOut();
        AuditNote note = NOTE.origin(ChangeOrigin.of("template", "bakeries", rollOut));
        for (OrganizationId organization : List.of(one, other, untouched)) {
            update(organization, whole());
        }

        store().update(one, ConfigDraft.builder().dailyLimit(8).build(), note);
        store().update(other, ConfigDraft.builder().dailyLimit(9).build(), note);
        update(other, ConfigDraft.builder().dailyLimit(10).build());

        assertThat(store().organizationsOfRollOut(rollOut)).containsExactlyInAnyOrder(one, other);
        assertThat(limits(store().historyOfRollOut(other, rollOut))).containsExactly("9");
        assertThat(store().historyOfRollOut(untouched, rollOut)).isEmpty();
        assertThat(store().organizationsOfRollOut(newRollOut())).isEmpty();
    }

    @Test
    void clearsWhatAnOrganizationNeedsToSendAndKeepsTheRest() {
        OrganizationId organization = newOrganization();
        String instance = newInstance();
        update(organization, whole(instance));
        long before = version(organization);

        UpdateOutcome cleared = store().clear(organization, NOTE.action(ConfigAction.DELETED));

        ConfigDraft found = store().find(organization).orElseThrow();
        assertThat(cleared).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(found.withoutBlanks().toString())
                .isEqualTo("ConfigDraft[status, daily_limit, time_zone, default_region, pace, webhooks_issued_from,"
                        + " instance_of, lends_instance_to]");
        assertThat(found.status()).contains("inactive");
        assertThat(found.dailyLimit()).contains(7);
        assertThat(found.lastTest()).isEmpty();
        assertThat(version(organization)).isGreaterThan(before);
        assertThat(update(newOrganization(), whole(instance)))
                .as("the instance is free")
                .isEqualTo(UpdateOutcome.WRITTEN);
    }

    @Test
    void recordsThatAConfigurationWasClearedBesideWhatWasBefore() {
        OrganizationId organization = newOrganization();
        String instance = newInstance();
        update(organization, whole(instance));

        store().clear(organization, NOTE.action(ConfigAction.DELETED));

        List<AuditEntry> history = history(organization);
        assertThat(history).hasSize(2);
        assertThat(history.get(0).note().action()).isEqualTo(ConfigAction.DELETED);
        assertThat(history.get(0).changes())
                .contains(
                        new FieldChange(ConfigField.INSTANCE_ID, instance, null),
                        new FieldChange(ConfigField.TOKEN, "****", null),
                        new FieldChange(ConfigField.STATUS, "active", "inactive"))
                .extracting(FieldChange::field)
                .doesNotContain(ConfigField.DAILY_LIMIT, ConfigField.TIME_ZONE, ConfigField.DEFAULT_REGION);
    }

    @Test
    void clearsNothingOfAnOrganizationThatDoesNotExist() {
        assertThat(store().clear(missingOrganization(), NOTE)).isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
        assertThat(store().clear(OrganizationId.of("no such key at all"), NOTE))
                .isEqualTo(UpdateOutcome.NO_SUCH_ORGANIZATION);
    }

    private long version(OrganizationId organization) {
        return store().find(organization).orElseThrow().version().orElseThrow();
    }

    private List<AuditEntry> history(OrganizationId organization) {
        return store().history(organization, Long.MAX_VALUE, 100);
    }

    private static String newRollOut() {
        return UUID.randomUUID().toString();
    }

    private static ConfigDraft status(InstanceStatus status) {
        return ConfigDraft.builder().status(status).build();
    }

    private static ConfigDraft lastTest() {
        return ConfigDraft.builder()
                .lastTest(new LastTest(Instant.parse("2026-11-26T10:15:30Z"), "connected"))
                .build();
    }

    private UpdateOutcome update(OrganizationId organization, ConfigDraft change) {
        return store().update(organization, change, NOTE).outcome();
    }

    @Test
    void findsWhoHasAnInstanceInWhateverForm() {
        InstanceId instance = InstanceId.parse(newInstance());
        assertThat(store().holders(instance)).isEmpty();
        OrganizationId one = newOrganization(" " + instance.value().toUpperCase(Locale.ROOT));
        OrganizationId other = newOrganization(instance.digits());
        newOrganization(instance.value() + "0");

        assertThat(store().holders(instance))
                .containsExactlyElementsOf(Stream.of(one, other)
                        .sorted(Comparator.comparing(OrganizationId::value))
                        .toList());
    }

    @Test
    void findsWhoHasNoInstance() {
        OrganizationId without = newOrganization();
        OrganizationId cleared = newOrganization(newInstance());
        OrganizationId with = newOrganization(newInstance());
        update(cleared, instance(""));
        update(without, ConfigDraft.builder().dailyLimit(3).build());

        List<OrganizationId> found = store().withoutInstance();

        assertThat(found)
                .contains(without, cleared)
                .doesNotContain(with)
                .isSortedAccordingTo(Comparator.comparing(OrganizationId::value));
    }

    private static ConfigDraft instance(String instanceId) {
        return ConfigDraft.builder().instanceId(instanceId).build();
    }

    /** One that no organization of the store has, however long it has been filled. */
    private static String newInstance() {
        return "instance" + ThreadLocalRandom.current().nextLong(1_000_000_000_000L, 1_000_000_000_000_000_000L);
    }

    private static ConfigDraft whole() {
        return whole(newInstance());
    }

    private static ConfigDraft whole(String instance) {
        return ConfigDraft.builder()
                .instanceId(instance)
                .token("fake-t0ken")
                .baseUrl("https://api.ultramsg.com")
                .businessNumber("+15550001111")
                .status(InstanceStatus.ACTIVE)
                .dailyLimit(7)
                .webhookUrl("https://example.com/hook")
                .webhookEvents(List.of("message_ack", "message_received"))
                .timeZone("Asia/Kolkata")
                .defaultRegion("IN")
                .pace("PT15S")
                .webhooksIssuedFrom("2026-11-22T08:00:00Z")
                .lastTest(new LastTest(Instant.parse("2026-11-23T10:15:30Z"), "connected"))
                .instanceOf("7")
                .lendsInstanceTo(List.of("8", "9"))
                .build();
    }
}
