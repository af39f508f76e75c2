package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** One idempotency key, one message: whoever sends it again, and whatever happened the first time. */
@Timeout(60)
class UltraMessageInstanceManagerOnceTest {
    private static final IdempotencyKey KEY = IdempotencyKey.of("order-42/ready");
    private static final Reference THEIRS = Reference.of("of-another-node");
    private static final String NOTHING = "{\"messages\":[]}";

    private final ScriptedServer server = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .readBackWindow(Samples.BRIEFLY)
            .build();

    @BeforeEach
    void configure() {
        store.organizations().put(Samples.ACME, Samples.draft(server.url()));
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    private SendResult send(OutboundMessage message) {
        return manager.send(
                Samples.ACME, message, SendOptions.builder().idempotencyKey(KEY).build());
    }

    private SendResult send() {
        return send(Samples.message());
    }

    private long posts() {
        return server.requests().stream()
                .map(RecordedRequest::method)
                .filter("POST"::equals)
                .count();
    }

    /** What another node has written down before it is heard of no more. */
    private void isClaimedByAnotherNode() {
        store.messages()
                .claim(
                        Samples.ACME,
                        new NewEntry(
                                KEY,
                                ContentHash.of(Samples.message()),
                                Samples.message().to(),
                                THEIRS,
                                InstanceId.parse("1150"),
                                null),
                        Duration.ofMinutes(1));
    }

    private static String listed(Reference reference) {
        return "{\"messages\":[{\"id\":7,\"referenceId\":\"" + reference + "\"}]}";
    }

    @Test
    void sendsOnceAndThenTellsWhatBecameOfIt() {
        server.next(Replies.json(200, Samples.SENT));

        Accepted first = send().orThrow();
        Accepted again = send().orThrow();

        assertThat(again.queueId()).isEqualTo(first.queueId());
        assertThat(again.reference()).isEqualTo(first.reference());
        assertThat(posts()).isOne();
        assertThat(store.quotas().used()).isOne();
        assertThat(manager.outcome(Samples.ACME, first.reference())).contains(again);
    }

    @ParameterizedTest
    @EnumSource(
            value = InstanceStatus.class,
            names = {"ACTIVE"},
            mode = EnumSource.Mode.EXCLUDE)
    void tellsWhatBecameOfItAlsoOnceTheOrganizationMaySendNoMore(InstanceStatus status) {
        server.next(Replies.json(200, Samples.SENT));
        Accepted first = send().orThrow();

        itsStatusIs(status);

        assertThat(send().orThrow().queueId()).isEqualTo(first.queueId());
        assertThat(posts()).isOne();
    }

    @Test
    void findsOutWhatBecameOfItAlsoOnceTheOrganizationMaySendNoMore() {
        server.next(Replies.lostReply()).on("/messages", Replies.json(200, NOTHING));
        SendResult unknown = send();
        itsStatusIs(InstanceStatus.ERROR);

        server.on("/messages", Replies.json(200, listed(unknown.reference())));

        assertThat(send().orThrow().queueId()).hasToString("7");
        assertThat(posts()).isOne();
    }

    @Test
    void keepsTheKeyFreeThatAnOrganizationMayNotSendWithYet() {
        itsStatusIs(InstanceStatus.SUSPENDED);

        assertThat(send())
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.INACTIVE));
        assertThat(posts()).isZero();
        assertThat(store.quotas().used()).isZero();

        itsStatusIs(InstanceStatus.ACTIVE);
        server.next(Replies.json(200, Samples.SENT));
        assertThat(send().isAccepted()).isTrue();
    }

    private void itsStatusIs(InstanceStatus status) {
        store.organizations()
                .put(
                        Samples.ACME,
                        Samples.draft(server.url()).toBuilder().status(status).build());
    }

    @Test
    void refusesTheKeyOfAnotherMessage() {
        server.next(Replies.json(200, Samples.SENT));
        Recipient to = Recipient.parse(Samples.NUMBER);
        send();

        for (OutboundMessage other : List.of(
                TextMessage.of(to, "Another text"), TextMessage.of(Recipient.parse("+12015550199"), Samples.TEXT))) {
            assertThat(send(other)).isInstanceOfSatisfying(Rejected.class, rejected -> {
                assertThat(rejected.reason()).isEqualTo(RejectionReason.IDEMPOTENCY_CONFLICT);
                assertThat(rejected.detail()).doesNotContain("42");
            });
        }
        assertThat(posts()).isOne();
        assertThat(store.quotas().used()).isOne();
    }

    @Test
    void triesAgainWhatWasRejected() {
        server.next(Replies.json(200, Samples.STOPPED), Replies.json(200, Samples.SENT));

        assertThat(send()).isInstanceOf(Rejected.class);
        assertThat(send().isAccepted()).isTrue();
        assertThat(store.quotas().used()).isOne();
    }

    @Test
    void triesAgainWhatFoundNoPlaceInTheDay() {
        server.next(Replies.json(200, Samples.SENT));
        store.quotas().limit(0);
        assertThat(send()).isInstanceOf(Rejected.class);
        store.quotas().limit(1);

        assertThat(send().isAccepted()).isTrue();
    }

    @Test
    void triesAgainAfterTheStoreOfLimitsCouldNotAnswer() {
        store.quotas().fail();

        assertThatExceptionOfType(StorageException.class).isThrownBy(this::send);
        assertThat(store.messages().size()).as("keys taken").isZero();
    }

    @Test
    void sendsNothingWhenTheLogCannotAnswer() {
        store.messages().fail();

        assertThatExceptionOfType(StorageException.class).isThrownBy(this::send);
        assertThat(server.connections()).isZero();
        assertThat(store.quotas().used()).isZero();
    }

    @Test
    void looksAgainForWhatWasUnknownAndNeverSendsItAgain() {
        server.next(Replies.lostReply()).on("/messages", Replies.json(200, NOTHING));
        SendResult unknown = send();
        assertThat(unknown).isInstanceOf(Unknown.class);
        assertThat(send()).isInstanceOf(Unknown.class);

        server.on("/messages", Replies.json(200, listed(unknown.reference())));

        assertThat(send()).isInstanceOfSatisfying(Accepted.class, accepted -> {
            assertThat(accepted.queueId()).hasToString("7");
            assertThat(accepted.reference()).isEqualTo(unknown.reference());
        });
        assertThat(posts()).isOne();
        assertThat(store.quotas().used()).isOne();
        assertThat(manager.outcome(Samples.ACME, unknown.reference())
                        .orElseThrow()
                        .isAccepted())
                .isTrue();
    }

    @Test
    void looksForWhatACrashedNodeWasSending() {
        isClaimedByAnotherNode();
        store.messages().advance(Duration.ofMinutes(2));
        server.on("/messages", Replies.json(200, listed(THEIRS)));

        assertThat(send())
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(accepted.reference()).isEqualTo(THEIRS));
        assertThat(posts()).isZero();
    }

    @Test
    void doesNotSendWhatACrashedNodeMayHaveSent() {
        isClaimedByAnotherNode();
        store.messages().advance(Duration.ofMinutes(2));
        server.on("/messages", Replies.json(200, NOTHING));

        assertThat(send())
                .isInstanceOfSatisfying(
                        Unknown.class,
                        unknown -> assertThat(unknown.reference()).isEqualTo(THEIRS));
        assertThat(posts()).isZero();
    }

    @Test
    void sendsWhatACrashedNodeHasNotSentIfTheCallerWantsThat() {
        isClaimedByAnotherNode();
        store.messages().advance(Duration.ofMinutes(2));
        server.on("/messages", Replies.json(200, NOTHING)).on("messages/chat", Replies.json(200, Samples.SENT));

        SendResult result = manager.send(
                Samples.ACME,
                Samples.message(),
                SendOptions.builder().idempotencyKey(KEY).repeatWhenAbsent().build());

        assertThat(result.isAccepted()).isTrue();
        assertThat(result.reference()).as("a new one").isNotEqualTo(THEIRS);
        assertThat(send().reference()).isEqualTo(result.reference());
        assertThat(posts()).isOne();
        assertThat(manager.outcome(Samples.ACME, THEIRS)).containsInstanceOf(Rejected.class);
        assertThat(store.quotas().used()).as("the crashed node's place is free").isOne();
    }

    @Test
    void sendsAgainWhatWasUnknownAndIsNotListedIfTheCallerWantsThat() {
        server.next(Replies.lostReply()).on("/messages", Replies.json(200, NOTHING));
        SendResult unknown = send();
        server.on("messages/chat", Replies.json(200, Samples.SENT));

        SendResult result = manager.send(
                Samples.ACME,
                Samples.message(),
                SendOptions.builder().idempotencyKey(KEY).repeatWhenAbsent().build());

        assertThat(result.isAccepted()).isTrue();
        assertThat(result.reference()).isNotEqualTo(unknown.reference());
        assertThat(posts()).isEqualTo(2);
        assertThat(manager.outcome(Samples.ACME, unknown.reference())).containsInstanceOf(Rejected.class);
        assertThat(store.quotas().used()).isOne();
    }

    @Test
    void staysUnknownWhenTheSecondTryIsRefused() {
        server.next(Replies.lostReply(), Replies.json(200, NOTHING))
                .on("/messages", Replies.json(200, NOTHING))
                .on("messages/chat", Replies.json(200, Samples.STOPPED));

        SendResult result = manager.send(
                Samples.ACME,
                Samples.message(),
                SendOptions.builder().repeatWhenAbsent().build());

        assertThat(posts()).isEqualTo(2);
        assertThat(result)
                .isInstanceOfSatisfying(
                        Unknown.class,
                        unknown ->
                                assertThat(unknown.cause()).contains("did not list it", "Stopped due to non-payment"));
        assertThat(store.quotas().used()).as("it may have been sent").isOne();
        assertThat(manager.outcome(Samples.ACME, result.reference())).contains(result);
    }

    @Test
    void repeatsNothingThatCannotBeWrittenDown() {
        server.next(Replies.lostReply()).on("/messages", connection -> {
            store.messages().fail();
            connection.request();
            Replies.json(200, NOTHING).play(connection);
        });

        SendResult result = manager.send(
                Samples.ACME,
                Samples.message(),
                SendOptions.builder().repeatWhenAbsent().build());

        assertThat(result).isInstanceOf(Unknown.class);
        assertThat(posts()).isOne();
    }

    @Test
    void repeatsNothingUnderAReferenceOfTheCallers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SendOptions.builder()
                        .idempotencyKey(KEY)
                        .reference(THEIRS)
                        .repeatWhenAbsent()
                        .build())
                .withMessageContaining("leave the reference out");
    }

    @Test
    void doesNotLookForAMessageAtAnotherInstanceThanItsOwn() {
        isClaimedByAnotherNode();
        store.messages().advance(Duration.ofMinutes(2));
        store.organizations()
                .put(
                        Samples.ACME,
                        Samples.draft(server.url()).toBuilder()
                                .instanceId("2260")
                                .build());

        assertThat(send())
                .isInstanceOfSatisfying(
                        Unknown.class, unknown -> assertThat(unknown.instance()).hasToString("instance1150"));
        assertThat(server.connections()).isZero();
    }

    @Test
    void waitsForAnotherNodeUpToItsOwnDeadline() {
        isClaimedByAnotherNode();

        SendResult result = manager.send(
                Samples.ACME,
                Samples.message(),
                SendOptions.builder()
                        .idempotencyKey(KEY)
                        .deadline(Duration.ofMillis(300))
                        .build());

        assertThat(result)
                .isInstanceOfSatisfying(
                        Unknown.class,
                        unknown -> assertThat(unknown.reference()).isEqualTo(THEIRS));
        assertThat(server.connections()).isZero();
    }

    @Test
    void sendsOneMessageForManyCallersAtTheSameMoment() throws Exception {
        CountDownLatch allAsk = new CountDownLatch(8);
        server.on("messages/chat", connection -> {
            connection.request();
            await(allAsk);
            Replies.json(200, Samples.SENT).play(connection);
        });
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            List<Future<SendResult>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(callers.submit(() -> {
                    allAsk.countDown();
                    return send();
                }));
            }
            for (Future<SendResult> result : results) {
                assertThat(result.get()).isInstanceOf(Accepted.class);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(posts()).isOne();
        assertThat(store.quotas().used()).isOne();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tellsTheOutcomeEvenIfItCannotBeWrittenDown() {
        server.next(Replies.json(200, Samples.SENT));
        store.messages().failToSettle();
        try (CapturedLog log = new CapturedLog()) {
            assertThat(send().isAccepted()).isTrue();

            assertThat(log.text()).contains("WARN", "organization acme", "will be read back");
        }
    }

    @Test
    void sendsNothingForAnOrganizationThatHasJustBeenRemoved() {
        store.messages().removeOrganization();

        assertThat(send())
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.NOT_CONFIGURED));
        assertThat(server.connections()).isZero();
    }

    @Test
    void sendsOnceThroughTheOrganizationsClientToo() {
        server.next(Replies.json(200, Samples.SENT));
        SendOptions once = SendOptions.builder().idempotencyKey(KEY).build();

        manager.client(Samples.ACME).messages().send(Samples.message(), once);
        manager.client(Samples.ACME).messages().send(Samples.message(), once);

        assertThat(posts()).isOne();
    }

    @Test
    void tellsNothingOfWhatHadNoKey() {
        server.next(Replies.json(200, Samples.SENT));

        SendResult sent = manager.send(Samples.ACME, Samples.message());

        assertThat(manager.outcome(Samples.ACME, sent.reference())).isEmpty();
    }

    @Test
    void keepsEveryMessageAndItsTextIfTheHostWantsThat() {
        server.on("messages/chat", Replies.json(200, Samples.SENT));
        try (UltraMessageInstanceManager keeping = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .logAllMessages()
                .logTexts()
                .build()) {
            SendResult sent = keeping.sendMessage(Samples.ACME, Samples.NUMBER, Samples.TEXT);

            assertThat(keeping.loggedMessage(Samples.ACME, sent.reference())).hasValueSatisfying(kept -> {
                assertThat(kept.outcome().isAccepted()).isTrue();
                assertThat(kept.attempts()).isOne();
                assertThat(kept.text()).isEqualTo(Samples.TEXT);
                assertThat(kept.toString()).doesNotContain(Samples.TEXT);
            });
            assertThat(((Accepted) sent).remainingToday()).isEqualTo(999);
            SendOptions again =
                    SendOptions.builder().reference(sent.reference()).build();
            assertThat(keeping.send(Samples.ACME, Samples.message(), again))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.IDEMPOTENCY_CONFLICT));
        }
        assertThat(store.quotas().used()).isOne();
    }

    @Test
    void keepsNoTextUnlessTheHostWantsThat() {
        server.next(Replies.json(200, Samples.SENT));

        assertThat(manager.loggedMessage(Samples.ACME, send().reference()))
                .hasValueSatisfying(kept -> assertThat(kept.text()).isNull());
    }

    @Test
    void takesOnlyKeysThatCanBeStoredAndShown() {
        for (String wrong : List.of("", " ", "a b", "ü", "x".repeat(201), "a\n", "\0")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> IdempotencyKey.of(wrong))
                    .withMessageContaining("idempotencyKey must be 1 to 200");
        }
        assertThat(IdempotencyKey.of("x".repeat(200)).value()).hasSize(200);
    }
}
