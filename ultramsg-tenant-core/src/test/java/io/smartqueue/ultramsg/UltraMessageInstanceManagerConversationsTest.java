package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.conversation.ConversationRule;
import io.smartqueue.ultramsg.conversation.ConversationState;
import io.smartqueue.ultramsg.conversation.Conversations;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.event.MessageSent;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Messages to people who have not written lately: which rule lets them through, and what it costs. */
@Timeout(30)
class UltraMessageInstanceManagerConversationsTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Recipient CUSTOMER = Recipient.parse(Samples.NUMBER);
    private static final Recipient GROUP = Recipient.parse("120363000000001111@g.us");
    private static final Duration MOMENT = Duration.ofNanos(1);

    private final ScriptedServer server = new ScriptedServer().on("messages/chat", Replies.json(200, Samples.SENT));
    private final InMemoryStore store = new InMemoryStore();
    private final MovableClock clock = new MovableClock(NOON);
    private final BlockingQueue<MessageSent> heard = new LinkedBlockingQueue<>();
    private final List<UltraMessageInstanceManager> opened = new ArrayList<>();

    @BeforeEach
    void configure() {
        store.organizations().put(ACME, Samples.draft(server.url()));
    }

    @AfterEach
    void close() {
        opened.forEach(UltraMessageInstanceManager::close);
        server.close();
    }

    private UltraMessageInstanceManager manager(ConversationRule rule) {
        return open(builder().conversations(rule));
    }

    private UltraMessageInstanceManager.Builder builder() {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .clock(clock)
                .withoutHealthChecks()
                .listener(new UltraMessageListener() {
                    @Override
                    public void sent(MessageSent event) {
                        heard.add(event);
                    }
                });
    }

    private UltraMessageInstanceManager open(UltraMessageInstanceManager.Builder builder) {
        UltraMessageInstanceManager manager = builder.build();
        opened.add(manager);
        return manager;
    }

    private static SendResult send(UltraMessageInstanceManager manager) {
        return manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT);
    }

    private ConversationState heardOf(SendResult result) throws InterruptedException {
        MessageSent event = heard.poll(10, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        assertThat(event.result()).isEqualTo(result);
        return event.conversation();
    }

    private static void assertClosed(SendResult result) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.CONVERSATION_CLOSED));
    }

    private void assertNothingSpentOrSent() {
        assertThat(store.quotas().reservations()).isZero();
        assertThat(server.connections()).isZero();
    }

    @Test
    void opensAConversationForADayFromACustomersLastMessageOn() {
        Conversations conversations = manager(ConversationRule.IGNORED).conversations();
        assertThat(conversations.isOpen(ACME, CUSTOMER)).isFalse();
        assertThat(conversations.openUntil(ACME, CUSTOMER)).isEmpty();

        store.conversations().noteInbound(ACME, CUSTOMER, NOON);
        assertThat(conversations.isOpen(ACME, CUSTOMER)).isTrue();
        assertThat(conversations.openUntil(ACME, CUSTOMER)).contains(NOON.plus(Duration.ofHours(24)));

        clock.advance(Duration.ofHours(24).minus(MOMENT));
        assertThat(conversations.isOpen(ACME, CUSTOMER)).isTrue();
        clock.advance(MOMENT);
        assertThat(conversations.isOpen(ACME, CUSTOMER)).isFalse();
        assertThat(conversations.openUntil(ACME, CUSTOMER)).isEmpty();
    }

    @Test
    void hasConversationsWithGroupsOpenAtAnyTimeWithoutAskingTheStore() {
        Conversations conversations = manager(ConversationRule.REQUIRED).conversations();
        store.conversations().fail();

        assertThat(conversations.isOpen(ACME, GROUP)).isTrue();
        assertThat(conversations.openUntil(ACME, GROUP)).contains(Instant.MAX);
        assertThat(manager(ConversationRule.REQUIRED)
                        .send(ACME, TextMessage.of(GROUP, Samples.TEXT))
                        .isAccepted())
                .isTrue();
        assertThat(store.conversations().questions()).isZero();
    }

    @Test
    void asksNobodyByDefault() throws InterruptedException {
        UltraMessageInstanceManager manager = open(builder());
        store.conversations().fail();

        SendResult result = send(manager);

        assertThat(result.isAccepted()).isTrue();
        assertThat(heardOf(result)).isEqualTo(ConversationState.UNKNOWN);
        assertThat(store.conversations().questions()).isZero();
    }

    @Test
    void sendsFlaggedMessagesAndTellsListenersWhatTheyWere() throws InterruptedException {
        UltraMessageInstanceManager manager = manager(ConversationRule.FLAGGED);

        SendResult first = send(manager);
        assertThat(first.isAccepted()).isTrue();
        assertThat(heardOf(first)).isEqualTo(ConversationState.CLOSED);

        store.conversations().noteInbound(ACME, CUSTOMER, NOON);
        SendResult answer = send(manager);
        assertThat(answer.isAccepted()).isTrue();
        assertThat(heardOf(answer)).isEqualTo(ConversationState.OPEN);
        assertThat(store.conversations().questions()).isEqualTo(2);
    }

    @Test
    void sendsFlaggedMessagesAlsoWhenTheStoreCannotTellWhatTheyAre() throws InterruptedException {
        UltraMessageInstanceManager manager = manager(ConversationRule.FLAGGED);
        store.conversations().fail();
        try (CapturedLog log = new CapturedLog()) {
            SendResult result = send(manager);

            assertThat(result.isAccepted()).isTrue();
            assertThat(heardOf(result)).isEqualTo(ConversationState.UNKNOWN);
            assertThat(log.text()).contains("without knowing").doesNotContain(Samples.NUMBER.substring(1));
        }
    }

    @Test
    void rejectsWhatIsNoAnswerBeforeAnythingIsSpent() throws InterruptedException {
        UltraMessageInstanceManager manager = manager(ConversationRule.REQUIRED);

        SendResult result = send(manager);

        assertClosed(result);
        assertThat(heardOf(result)).isEqualTo(ConversationState.CLOSED);
        assertNothingSpentOrSent();
    }

    @Test
    void sendsAnswersForExactlyADay() {
        UltraMessageInstanceManager manager = manager(ConversationRule.REQUIRED);
        store.conversations().noteInbound(ACME, CUSTOMER, NOON);

        clock.advance(Duration.ofHours(24).minus(MOMENT));
        assertThat(send(manager).isAccepted()).isTrue();

        clock.advance(MOMENT);
        assertClosed(send(manager));

        store.conversations().noteInbound(ACME, CUSTOMER, clock.instant());
        assertThat(send(manager).isAccepted()).isTrue();
        assertThat(store.quotas().used()).isEqualTo(2);
    }

    @Test
    void sendsAllTheSameWhatMayStartAConversation() throws InterruptedException {
        UltraMessageInstanceManager manager = manager(ConversationRule.REQUIRED);
        SendOptions reminder = SendOptions.builder().startConversation().build();

        SendResult result = manager.send(ACME, Samples.message(), reminder);

        assertThat(result.isAccepted()).isTrue();
        assertThat(heardOf(result)).as("flagged all the same").isEqualTo(ConversationState.CLOSED);

        store.conversations().fail();
        assertThat(manager.send(ACME, Samples.message(), reminder).isAccepted()).isTrue();
    }

    @Test
    void sendsNothingThatMustBeAnAnswerWhileTheStoreCannotTell() {
        UltraMessageInstanceManager manager = manager(ConversationRule.REQUIRED);
        store.conversations().fail();

        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> send(manager));
        assertNothingSpentOrSent();

        store.conversations().recover();
        store.conversations().noteInbound(ACME, CUSTOMER, NOON);
        assertThat(send(manager).isAccepted()).isTrue();
    }

    /** That there was no conversation says nothing about the time before: "rejected" would deny what was sent. */
    @Test
    void tellsWhatBecameOfAKeyAlsoOnceTheConversationIsOver() {
        UltraMessageInstanceManager manager = manager(ConversationRule.REQUIRED);
        store.conversations().noteInbound(ACME, CUSTOMER, NOON);
        SendOptions once = SendOptions.builder()
                .idempotencyKey(IdempotencyKey.of("order-42/ready"))
                .build();
        SendResult first = manager.send(ACME, Samples.message(), once);
        clock.advance(Duration.ofDays(2));

        SendResult again = manager.send(ACME, Samples.message(), once);

        assertThat(again.orThrow().reference()).isEqualTo(first.orThrow().reference());
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void leavesKeyAndPlaceFreeWhereNothingWasSent() {
        UltraMessageInstanceManager manager = manager(ConversationRule.REQUIRED);
        SendOptions once = SendOptions.builder()
                .idempotencyKey(IdempotencyKey.of("order-42/ready"))
                .build();

        assertClosed(manager.send(ACME, Samples.message(), once));
        assertThat(server.connections()).isZero();
        assertThat(store.quotas().used()).isZero();

        store.conversations().noteInbound(ACME, CUSTOMER, NOON);
        assertThat(manager.send(ACME, Samples.message(), once).isAccepted()).isTrue();
        assertThat(store.quotas().used()).isOne();
    }

    @Test
    void keepsNoEntryOfWhatIsRejectedWhereAllMessagesAreLogged() {
        UltraMessageInstanceManager manager =
                open(builder().conversations(ConversationRule.REQUIRED).logAllMessages());

        SendResult result = send(manager);

        assertClosed(result);
        assertThat(manager.outcome(ACME, result.reference())).isEmpty();
        assertNothingSpentOrSent();
    }

    @ParameterizedTest
    @EnumSource(ConversationRule.class)
    void forgetsWhenAPersonHasWritten(ConversationRule rule) {
        UltraMessageInstanceManager manager = manager(rule);
        store.conversations().noteInbound(ACME, CUSTOMER, NOON);

        manager.forget(ACME, Recipient.parse("12015550123@c.us"));

        assertThat(store.conversations().lastInbound(ACME, CUSTOMER)).isEmpty();
        assertThat(manager.conversations().isOpen(ACME, CUSTOMER)).isFalse();
    }
}
