package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.conversation.ConversationRule;
import io.smartqueue.ultramsg.conversation.ConversationState;
import io.smartqueue.ultramsg.event.MessageSent;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import io.smartqueue.ultramsg.outbox.OutboxItem.State;
import io.smartqueue.ultramsg.testkit.SettableClock;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** Who may be answered, on one database for all nodes and across restarts, and what becomes of messages to all others. */
@Timeout(120)
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class ConversationsOnPostgresIT {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration PACE = Duration.ofSeconds(1);
    private static final String ANN = "+15550001111";
    private static final Recipient CUSTOMER = Recipient.parse("15550001111@c.us");
    private static final TextMessage MESSAGE = TextMessage.of(CUSTOMER, "Anything else?");

    private final SettableClock clock = SettableClock.at(NOON);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<Reference, ConversationState> heard = new ConcurrentHashMap<>();
    private TestDatabase database;
    private PostgresTenantStore store;
    private UltraMessageInstanceManager node;
    private StubInstance instance;
    private OrganizationId acme;

    @BeforeEach
    void start(@TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg) throws SQLException {
        this.database = database;
        instance = ultraMsg.addInstance("1150", "fake-t0ken");
        acme = OrganizationId.of(database.organization("ultramsg_token = 'fake-t0ken', ultramsg_base_url = '"
                + ultraMsg.baseUrl() + "', instance_settings = '{\"pace\": 1}'"));
        store = openStore();
        node = openNode(store);
    }

    private PostgresTenantStore openStore() throws SQLException {
        PostgresTenantStore opened = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .clock(clock)
                .build();
        open.add(0, opened);
        return opened;
    }

    private UltraMessageInstanceManager openNode(PostgresTenantStore on) {
        UltraMessageInstanceManager opened = UltraMessageInstanceManager.builder(on)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .withoutHealthChecks()
                .conversations(ConversationRule.REQUIRED)
                .listener(new UltraMessageListener() {
                    @Override
                    public void sent(MessageSent event) {
                        heard.put(event.result().reference(), event.conversation());
                    }
                })
                .clock(clock)
                .build();
        open.add(0, opened);
        return opened;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private void theCustomerWrites() {
        store.conversations().noteInbound(acme, CUSTOMER, clock.instant());
    }

    private static RejectionReason reason(SendResult result) {
        return result instanceof Rejected rejected ? rejected.reason() : null;
    }

    @Test
    void holdsForAllNodesAndAcrossRestarts() throws Exception {
        UltraMessageInstanceManager other = openNode(openStore());
        assertThat(reason(other.sendMessage(acme, ANN, "too soon"))).isEqualTo(RejectionReason.CONVERSATION_CLOSED);

        theCustomerWrites();
        assertThat(other.sendMessage(acme, ANN, "at once").isAccepted()).isTrue();

        stop();
        open.clear();
        store = openStore();
        node = openNode(store);
        clock.advance(DAY.minus(MOMENT));
        assertThat(node.conversations().openUntil(acme, CUSTOMER)).contains(NOON.plus(DAY));
        assertThat(node.sendMessage(acme, ANN, "at the last moment").isAccepted())
                .isTrue();

        clock.advance(MOMENT);
        assertThat(reason(node.sendMessage(acme, ANN, "too late"))).isEqualTo(RejectionReason.CONVERSATION_CLOSED);
        assertThat(instance).receivedTexts("at once", "at the last moment");
    }

    @Test
    void spendsNothingOnWhatIsRejected() throws SQLException {
        assertThat(reason(node.sendMessage(acme, ANN, "too soon"))).isEqualTo(RejectionReason.CONVERSATION_CLOSED);

        assertThat(database.query(
                        "SELECT messages_sent_today FROM organizations WHERE id = ?", UUID.fromString(acme.value())))
                .containsExactly(List.of("0"));
        assertThat(database.query("SELECT FROM ultramsg_messages")).isEmpty();
        assertThat(node.send(
                                acme,
                                MESSAGE,
                                SendOptions.builder().startConversation().build())
                        .isAccepted())
                .isTrue();
    }

    @Test
    void rejectsQueuedMessagesAtTheirTurnAndTakesThemBackOnceTheCustomerHasWritten() throws SQLException {
        Reference tooLate = enqueue(EnqueueOptions.defaults());
        Reference reminder =
                enqueue(EnqueueOptions.builder().startConversation().build());
        node.outbox().start();
        awaitState(tooLate, State.REJECTED);
        awaitState(reminder, State.ACCEPTED);

        assertThat(node.outbox().rejected(acme))
                .extracting(OutboxItem::reference, OutboxItem::reason, OutboxItem::attempts)
                .containsExactly(tuple(tooLate, RejectionReason.CONVERSATION_CLOSED, 0));
        assertThat(database.query(
                        "SELECT messages_sent_today FROM organizations WHERE id = ?", UUID.fromString(acme.value())))
                .as("the reminder's place")
                .containsExactly(List.of("1"));

        Await.until(() ->
                heard.get(tooLate) == ConversationState.CLOSED && heard.get(reminder) == ConversationState.CLOSED);

        theCustomerWrites();
        assertThat(node.outbox().retry(acme, tooLate)).isTrue();
        awaitState(tooLate, State.ACCEPTED);
        Await.until(() -> heard.get(tooLate) == ConversationState.OPEN);
        assertThat(instance).receivedMessages(2);
    }

    private Reference enqueue(EnqueueOptions options) {
        return ((EnqueueResult.Queued) node.outbox().enqueue(acme, MESSAGE, options)).reference();
    }

    /** Lets time pass while no lane has its turn, which would be taken for dead. */
    private void awaitState(Reference reference, State state) {
        Await.until(() -> {
            if (isAtRest()) {
                clock.advance(PACE);
            }
            return node.outbox().find(acme, reference).orElseThrow().state() == state;
        });
    }

    private boolean isAtRest() throws SQLException {
        return database.query("SELECT (SELECT count(*) FROM ultramsg_wakes) + (SELECT count(*) FROM ultramsg_lanes"
                        + " WHERE picked OR execution_time <= '" + clock.instant() + "')")
                .equals(List.of(List.of("0")));
    }

    @Test
    void forgetsAPersonOfOneOrganization() {
        theCustomerWrites();

        node.forget(acme, Recipient.parse(ANN));

        assertThat(node.conversations().isOpen(acme, CUSTOMER)).isFalse();
        assertThat(reason(node.sendMessage(acme, ANN, "too soon"))).isEqualTo(RejectionReason.CONVERSATION_CLOSED);
    }
}
