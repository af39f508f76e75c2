package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.LastTest;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link OrganizationStore} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method needs organizations of its own; {@link #newOrganization} makes them.
 */
public abstract class OrganizationStoreContract {
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
        ConfigDraft whole = whole();

        boolean updated = store().update(organization, whole);

        ConfigDraft found = store().find(organization).orElseThrow();
        assertThat(updated).isTrue();
        assertThat(found.instanceId()).contains("instance1150");
        assertThat(found.token()).contains(AccessToken.of("fake-t0ken"));
        assertThat(found.baseUrl()).contains("https://api.ultramsg.com");
        assertThat(found.businessNumber()).contains("+15550001111");
        assertThat(found.status()).contains("active");
        assertThat(found.dailyLimit()).contains(7);
        assertThat(found.webhookUrl()).contains("https://example.com/hook");
        assertThat(found.webhookEvents()).contains(List.of("message_ack", "message_received"));
        assertThat(found.timeZone()).contains("Asia/Kolkata");
        assertThat(found.defaultRegion()).contains("IN");
        assertThat(found.lastTest()).contains(new LastTest(Instant.parse("2026-11-23T10:15:30Z"), "connected"));
    }

    @Test
    void findsAllButTheToken() {
        OrganizationId organization = newOrganization();
        store().update(organization, whole());

        ConfigDraft found = store().findWithoutToken(organization).orElseThrow();

        assertThat(found.token()).isEmpty();
        assertThat(found.instanceId()).contains("instance1150");
        assertThat(found.timeZone()).contains("Asia/Kolkata");
        assertThat(store().findWithoutToken(missingOrganization())).isEmpty();
    }

    @Test
    void changesOnlyWhatAChangeNames() {
        OrganizationId organization = newOrganization();
        store().update(organization, whole());

        store().update(
                        organization,
                        ConfigDraft.builder().dailyLimit(8).timeZone("UTC").build());

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
        store().update(organization, whole());

        store().update(
                        organization,
                        ConfigDraft.builder()
                                .businessNumber("")
                                .webhookUrl(" ")
                                .webhookEvents(List.of())
                                .defaultRegion("")
                                .token("")
                                .build());

        ConfigDraft found = store().find(organization).orElseThrow();
        assertThat(found.businessNumber()).isEmpty();
        assertThat(found.webhookUrl()).isEmpty();
        assertThat(found.webhookEvents().orElse(List.of())).isEmpty();
        assertThat(found.defaultRegion()).isEmpty();
        assertThat(found.token()).as("a blank token keeps the stored one").contains(AccessToken.of("fake-t0ken"));
    }

    @Test
    void changesNothingForAChangeThatNamesNothing() {
        OrganizationId organization = newOrganization();
        store().update(organization, whole());

        boolean updated = store().update(organization, ConfigDraft.builder().build());

        assertThat(updated).isTrue();
        assertThat(store().find(organization).orElseThrow().dailyLimit()).contains(7);
    }

    @Test
    void refusesToUpdateAnOrganizationThatDoesNotExist() {
        assertThat(store().update(missingOrganization(), whole())).isFalse();
        assertThat(store().update(missingOrganization(), ConfigDraft.builder().build()))
                .isFalse();
        assertThat(store().update(OrganizationId.of("'; drop table organizations; --"), whole()))
                .isFalse();
    }

    @Test
    void keepsOrganizationsApart() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();

        store().update(one, whole());

        assertThat(store().find(other).orElseThrow().token()).isEmpty();
        assertThat(store().find(other).orElseThrow().instanceId()).isEmpty();
    }

    @Test
    void keepsConcurrentChangesOfDifferentFields() throws InterruptedException {
        OrganizationId organization = newOrganization();
        store().update(organization, whole());
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
            store().update(organization, change);
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

        store().update(organization, whole());

        String told = seen.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        subscription.close();
        assertThat(told).as("what the listener found").isEqualTo("instance1150");
    }

    @Test
    void stopsTellingListenersThatHaveEndedTheirSubscription() throws InterruptedException {
        OrganizationId organization = newOrganization();
        AtomicInteger ended = new AtomicInteger();
        BlockingQueue<String> going = new LinkedBlockingQueue<>();
        store().onChange(listener(organization, ended::incrementAndGet)).close();
        OrganizationStore.Subscription subscription = store().onChange(listener(organization, () -> going.add("told")));

        store().update(organization, whole());
        String first = going.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        int whatWasUnderWay = ended.get();
        store().update(organization, ConfigDraft.builder().dailyLimit(8).build());
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

    private static ConfigDraft whole() {
        return ConfigDraft.builder()
                .instanceId("instance1150")
                .token("fake-t0ken")
                .baseUrl("https://api.ultramsg.com")
                .businessNumber("+15550001111")
                .status(InstanceStatus.ACTIVE)
                .dailyLimit(7)
                .webhookUrl("https://example.com/hook")
                .webhookEvents(List.of("message_ack", "message_received"))
                .timeZone("Asia/Kolkata")
                .defaultRegion("IN")
                .lastTest(new LastTest(Instant.parse("2026-11-23T10:15:30Z"), "connected"))
                .build();
    }
}
