package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What every {@link ConversationStore} promises, as tests. A store's own test class extends this one.
 *
 * <p>Each test method needs a store without conversations, since old ones are deleted of all organizations; {@link #newOrganization}
 * makes organizations.
 */
public abstract class ConversationStoreContract {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant MORNING = NOON.minus(Duration.ofHours(3));
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int THREADS = 8;
    private static final Recipient NUMBER = Recipient.parse("+15550001111");
    private static final Recipient CHAT = Recipient.parse("15550001111@c.us");
    private static final Recipient OTHER = Recipient.parse("+15550002222");
    private static final Recipient GROUP = Recipient.parse("120363000000001111@g.us");

    private final SettableClock clock = SettableClock.at(NOON);

    /** For the subclasses. */
    protected ConversationStoreContract() {}

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
    protected abstract ConversationStore store();

    /**
     * Adds an organization, as a host's own code would.
     *
     * @return its id
     */
    protected abstract OrganizationId newOrganization();

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

    @Test
    void knowsNothingOfACustomerWhoHasNotWritten() {
        OrganizationId organization = newOrganization();
        store().noteInbound(organization, OTHER, MORNING);

        assertThat(store().lastInbound(organization, NUMBER)).isEmpty();
    }

    @Test
    void knowsWhenACustomerHasWrittenByHisNumberAndByHisChat() {
        OrganizationId organization = newOrganization();

        store().noteInbound(organization, CHAT, MORNING);
        assertThat(store().lastInbound(organization, NUMBER)).contains(MORNING);

        store().noteInbound(organization, NUMBER, NOON);
        assertThat(store().lastInbound(organization, CHAT)).contains(NOON);
    }

    @Test
    void keepsTheLastTimeInWhateverOrderTheMessagesCome() {
        OrganizationId organization = newOrganization();

        store().noteInbound(organization, CHAT, MORNING);
        store().noteInbound(organization, CHAT, MORNING.minus(MOMENT));
        assertThat(store().lastInbound(organization, CHAT)).contains(MORNING);

        store().noteInbound(organization, CHAT, MORNING);
        store().noteInbound(organization, CHAT, MORNING.plus(MOMENT));
        assertThat(store().lastInbound(organization, CHAT)).contains(MORNING.plus(MOMENT));
    }

    /** A message whose clock is wrong must not keep its conversation open for years. */
    @Test
    void takesTheFutureForNow() {
        OrganizationId organization = newOrganization();

        store().noteInbound(organization, CHAT, NOON.plus(Duration.ofDays(400)));
        assertThat(store().lastInbound(organization, CHAT)).contains(NOON);

        clock.advance(MOMENT);
        store().noteInbound(organization, CHAT, Instant.MAX);
        assertThat(store().lastInbound(organization, CHAT)).contains(NOON.plus(MOMENT));
    }

    @Test
    void takesAnyTimeOfThePast() {
        OrganizationId organization = newOrganization();

        store().noteInbound(organization, CHAT, Instant.MIN);
        assertThat(store().lastInbound(organization, CHAT))
                .hasValueSatisfying(last -> assertThat(last).isBefore(Instant.EPOCH));

        store().noteInbound(organization, CHAT, Instant.EPOCH);
        assertThat(store().lastInbound(organization, CHAT)).contains(Instant.EPOCH);
    }

    @Test
    void keepsOrganizationsAndCustomersApart() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();

        store().noteInbound(one, CHAT, MORNING);
        store().noteInbound(one, GROUP, NOON);

        assertThat(store().lastInbound(other, CHAT)).isEmpty();
        assertThat(store().lastInbound(one, OTHER)).isEmpty();
        assertThat(store().lastInbound(one, GROUP)).contains(NOON);
        store().noteInbound(other, CHAT, NOON);
        assertThat(store().lastInbound(one, CHAT)).contains(MORNING);
    }

    @Test
    void forgetsACustomerOfOneOrganization() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        for (OrganizationId organization : List.of(one, other)) {
            store().noteInbound(organization, CHAT, MORNING);
            store().noteInbound(organization, OTHER, MORNING);
        }

        store().forget(one, NUMBER);
        store().forget(one, GROUP);

        assertThat(store().lastInbound(one, CHAT)).isEmpty();
        assertThat(store().lastInbound(one, OTHER)).contains(MORNING);
        assertThat(store().lastInbound(other, CHAT)).contains(MORNING);
    }

    @Test
    void noticesWhoWritesAgainAfterHeWasForgotten() {
        OrganizationId organization = newOrganization();
        store().noteInbound(organization, CHAT, NOON);
        store().forget(organization, CHAT);

        store().noteInbound(organization, CHAT, MORNING);

        assertThat(store().lastInbound(organization, CHAT)).contains(MORNING);
    }

    @Test
    void knowsNoOrganizationThatDoesNotExist() {
        for (OrganizationId missing : List.of(missingOrganization(), OrganizationId.of("' or 1=1 --"))) {
            store().noteInbound(missing, CHAT, MORNING);
            store().forget(missing, CHAT);

            assertThat(store().lastInbound(missing, CHAT)).isEmpty();
        }
        assertThat(store().purge(Duration.ZERO)).isZero();
    }

    @Test
    void showsNothingOfAnOrganizationThatIsGoneAndDeletesItWithWhatIsOld() {
        OrganizationId gone = newOrganization();
        OrganizationId there = newOrganization();
        store().noteInbound(gone, CHAT, NOON);
        store().noteInbound(there, CHAT, NOON);
        remove(gone);

        assertThat(store().lastInbound(gone, CHAT)).isEmpty();
        store().noteInbound(gone, OTHER, NOON);
        assertThat(store().purge(Duration.ofDays(7))).isEqualTo(1);
        assertThat(store().lastInbound(there, CHAT)).contains(NOON);
    }

    @Test
    void deletesWhatIsOldOfAllOrganizations() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        store().noteInbound(one, CHAT, NOON);
        store().noteInbound(other, CHAT, NOON);
        clock.advance(Duration.ofDays(1));
        store().noteInbound(other, CHAT, clock.instant());
        store().noteInbound(other, OTHER, NOON);

        assertThat(store().purge(Duration.ofDays(1).plus(MOMENT))).isZero();
        assertThat(store().purge(Duration.ofDays(1))).isEqualTo(2);

        assertThat(store().lastInbound(one, CHAT)).isEmpty();
        assertThat(store().lastInbound(other, OTHER)).isEmpty();
        assertThat(store().lastInbound(other, CHAT)).contains(clock.instant());
        assertThat(store().purge(Duration.ZERO)).isEqualTo(1);
    }

    @Test
    void refusesAnAgeThatIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> store().purge(MOMENT.negated()));
    }

    @Test
    void keepsTheLastOfMessagesThatComeAtOnce() throws Exception {
        OrganizationId organization = newOrganization();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        CyclicBarrier start = new CyclicBarrier(THREADS);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Instant first = MORNING.plusSeconds(i);
                writers.add(pool.submit(() -> {
                    start.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                    for (int message = 0; message < 20; message++) {
                        store().noteInbound(organization, CHAT, first.plusSeconds((message * 7L) % 20 * THREADS));
                    }
                    return first;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(store().lastInbound(organization, CHAT)).contains(MORNING.plusSeconds(20L * THREADS - 1));
    }
}
