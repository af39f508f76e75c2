package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.event.MessageSent;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.InMemoryQuotas;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.fixtures.ScriptedServer.Script;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.tuple;

/** The way of one message through the manager: what is checked in which order, and what it costs. */
@Timeout(30)
class UltraMessageInstanceManagerSendTest {
    private static final OrganizationId ACME = Samples.ACME;

    private final ScriptedServer server = new ScriptedServer().on("messages/chat", Replies.json(200, Samples.SENT));
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .build();

    @BeforeEach
    void configure() {
        store.organizations().put(ACME, Samples.draft(server.url()));
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    private SendResult send() {
        return manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT);
    }

    private Rejected assertRejected(SendResult result, RejectionReason reason) {
        assertThat(result).isInstanceOf(Rejected.class);
        Rejected rejected = (Rejected) result;
        assertThat(rejected.reason()).isEqualTo(reason);
        return rejected;
    }

    private void assertNothingSpentOrSent() {
        assertThat(store.quotas().reservations()).isZero();
        assertThat(server.connections()).isZero();
    }

    @Test
    void sendsAndTellsWhatRemainsOfTheDay() {
        store.quotas().limit(5);

        SendResult result = send();

        assertThat(result).isInstanceOfSatisfying(Accepted.class, accepted -> {
            assertThat(accepted.queueId()).hasToString("2");
            assertThat(accepted.instance()).hasToString("instance1150");
            assertThat(accepted.remainingToday()).isEqualTo(4);
        });
        assertThat(server.requests()).hasSize(1);
        assertThat(server.requests().get(0).form())
                .containsEntry("to", Samples.NUMBER)
                .containsEntry("body", Samples.TEXT)
                .containsEntry("referenceId", result.reference().value());
    }

    @Test
    void tellsListenersWhateverTheOutcome() throws InterruptedException {
        BlockingQueue<MessageSent> heard = new LinkedBlockingQueue<>();
        UltraMessageListener listener = new UltraMessageListener() {
            @Override
            public void sent(MessageSent event) {
                heard.add(event);
            }
        };
        try (UltraMessageInstanceManager told = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .listener(listener)
                .build()) {
            SendResult accepted = told.sendMessage(ACME, Samples.NUMBER, Samples.TEXT);
            SendResult rejected = told.sendMessage(ACME, "nobody", Samples.TEXT);

            assertThat(List.of(heard.take(), heard.take()))
                    .extracting(MessageSent::organization, MessageSent::result)
                    .containsExactly(tuple(ACME, accepted), tuple(ACME, rejected));
        }
    }

    @Test
    void passesReferenceAndPriorityOn() {
        SendOptions options = SendOptions.builder()
                .reference(Reference.of("order-42"))
                .priority(5)
                .build();

        assertThat(manager.send(ACME, Samples.message(), options).reference()).hasToString("order-42");
        assertThat(server.requests().get(0).form())
                .containsEntry("referenceId", "order-42")
                .containsEntry("priority", "5");
        assertThat(manager.send(ACME, Samples.message()).isAccepted()).isTrue();
    }

    @Test
    void readsLocalNumbersOfTheOrganizationsRegion() {
        store.organizations()
                .update(
                        ACME,
                        ConfigDraft.builder().defaultRegion("DE").build(),
                        AuditNote.by(Actor.operator("a test")));

        assertThat(manager.sendMessage(ACME, "030 901820", "hello").isAccepted())
                .isTrue();
        assertThat(server.requests().get(0).form()).containsEntry("to", "+4930901820");
    }

    @Test
    void rejectsForAnOrganizationThatDoesNotExist() {
        OrganizationId injected = OrganizationId.of("x' or '1'='1");

        Rejected rejected = assertRejected(manager.sendMessage(injected, null, null), RejectionReason.NOT_CONFIGURED);

        assertThat(rejected.detail()).isEqualTo("no such organization exists");
        assertNothingSpentOrSent();
    }

    @Test
    void rejectsForAnOrganizationWithoutUsableConfiguration() {
        store.organizations()
                .put(ACME, ConfigDraft.builder().token(Samples.TOKEN).build());

        Rejected rejected = assertRejected(send(), RejectionReason.NOT_CONFIGURED);

        assertThat(rejected.detail()).contains("instance_id: is missing");
        assertNothingSpentOrSent();
    }

    @ParameterizedTest
    @EnumSource(value = InstanceStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "ACTIVE")
    void rejectsForAnInactiveOrganizationBeforeItLooksAtTheMessage(InstanceStatus status) {
        store.organizations()
                .update(ACME, ConfigDraft.builder().status(status).build(), AuditNote.by(Actor.operator("a test")));

        Rejected rejected = assertRejected(manager.sendMessage(ACME, null, null), RejectionReason.INACTIVE);

        assertThat(rejected.detail()).contains(status.storedName());
        assertNothingSpentOrSent();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "null, null, INVALID_RECIPIENT, recipient is missing",
                "null, hello, INVALID_RECIPIENT, recipient is missing",
                "'', '', INVALID_RECIPIENT, phone number is empty",
                "'+4930901820,+4930901821', hello, INVALID_RECIPIENT, recipient is a list",
                "030 901820, hello, INVALID_RECIPIENT, phone number must be international",
                "+4930901820, null, INVALID_CONTENT, body is missing",
                "+4930901820, ' ', INVALID_CONTENT, body is empty"
            })
    void rejectsAnInvalidMessageBeforeItReservesAnything(
            String to, String text, RejectionReason reason, String detail) {
        assertThat(assertRejected(manager.sendMessage(ACME, to, text), reason).detail())
                .startsWith(detail);
        assertNothingSpentOrSent();
    }

    @Test
    void rejectsATextThatIsTooLongBeforeItReservesAnything() {
        assertRejected(manager.sendMessage(ACME, Samples.NUMBER, "x".repeat(4097)), RejectionReason.INVALID_CONTENT);
        assertNothingSpentOrSent();
    }

    @Test
    void rejectsWhenTheDayIsFullAndTellsWhenItEnds() {
        store.quotas().limit(0);

        Rejected rejected = assertRejected(send(), RejectionReason.QUOTA_EXCEEDED);

        assertThat(rejected.retryAfter()).isEqualTo(InMemoryQuotas.RESET);
        assertThat(rejected.detail()).contains("daily limit of 0 messages");
        assertThat(server.connections()).isZero();
    }

    @Test
    void rejectsWhenTheOrganizationVanishesInBetween() {
        assertThat(send().isAccepted()).isTrue();
        store.quotas().removeOrganization();
        int loads = store.organizations().loads();

        assertRejected(send(), RejectionReason.NOT_CONFIGURED);

        assertThat(server.connections()).isOne();
        manager.getOrganizationConfig(ACME);
        assertThat(store.organizations().loads()).as("looks anew").isEqualTo(loads + 1);
    }

    @Test
    void givesThePlaceBackWhenTheMessageIsKnownNotToHaveBeenSent() {
        server.next(Replies.json(200, Samples.WRONG_TOKEN));

        assertRejected(send(), RejectionReason.BAD_TOKEN);

        assertThat(store.quotas().reservations()).isOne();
        assertThat(store.quotas().used()).isZero();
    }

    @Test
    void keepsThePlaceWhenTheMessageMayHaveBeenSent() {
        server.next(Replies.lostReply()).on("/messages", Replies.json(200, Samples.WRONG_TOKEN));

        assertThat(send()).isInstanceOf(Unknown.class);

        assertThat(store.quotas().used()).isOne();
        assertThat(server.requests())
                .as("asks for it and does not repeat it")
                .extracting(RecordedRequest::method)
                .containsExactly("POST", "GET");
    }

    @Test
    void tellsWhatRemainsOfTheDayAlsoWhenTheReplyWasLost() {
        server.next(Replies.lostReply(), Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"order-42\"}]}"));
        store.quotas().limit(5);

        SendResult result = manager.send(
                ACME,
                Samples.message(),
                SendOptions.builder().reference(Reference.of("order-42")).build());

        assertThat(result).isInstanceOfSatisfying(Accepted.class, accepted -> {
            assertThat(accepted.queueId()).hasToString("7");
            assertThat(accepted.remainingToday()).isEqualTo(4);
        });
    }

    @Test
    void looksForALostMessageAsLongAsTheManagerSays() {
        server.next(Replies.lostReply());
        try (UltraMessageInstanceManager incurious = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .readBackWindow(Duration.ZERO)
                .build()) {
            assertThat(incurious.sendMessage(ACME, Samples.NUMBER, Samples.TEXT))
                    .isInstanceOf(Unknown.class);
        }
        assertThat(server.requests()).hasSize(1);
        UltraMessageInstanceManager.Builder builder = UltraMessageInstanceManager.builder(store);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.readBackWindow(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.readBackWindow(Duration.ofSeconds(61)));
    }

    @Test
    void leavesAnInstanceAloneThatKeepsFailingAndSendsForOthers() {
        OrganizationId other = OrganizationId.of("other");
        store.organizations()
                .put(
                        other,
                        Samples.draft(server.url()).toBuilder().instanceId("2").build());
        server.on("messages/chat", connection -> {
            Script reply = connection.request().path().contains("instance2/")
                    ? Replies.json(200, Samples.SENT)
                    : Replies.json(429, "{\"error\":\"slow down\"}", "Retry-After: 100");
            reply.play(connection);
        });
        for (int i = 0; i < 10; i++) {
            assertRejected(send(), RejectionReason.RATE_LIMITED);
        }
        int before = server.connections();

        Rejected rejected = assertRejected(send(), RejectionReason.CIRCUIT_OPEN);

        assertThat(rejected.retryAfter()).isNotNull();
        assertThat(server.connections()).isEqualTo(before);
        assertThat(manager.sendMessage(other, Samples.NUMBER, Samples.TEXT).isAccepted())
                .isTrue();
        assertThat(store.quotas().used()).as("the other's message").isOne();
    }

    @Test
    void tellsTheOutcomeEvenIfThePlaceCannotBeGivenBack() {
        server.next(Replies.json(200, Samples.STOPPED));
        store.quotas().failRefunds();
        try (CapturedLog log = new CapturedLog()) {
            assertRejected(send(), RejectionReason.INSTANCE_STOPPED);

            assertThat(log.text()).contains("WARN", "organization acme", "2026-11-23");
        }
    }

    @Test
    void givesThePlaceBackAlsoWhenTheCallerWasInterrupted() {
        store.organizations().put(ACME, Samples.draft(URI.create("http://127.0.0.1:1")));
        store.quotas().beforeReserving(() -> Thread.currentThread().interrupt());

        SendResult result = send();

        assertThat(Thread.interrupted()).as("the flag stays").isTrue();
        assertRejected(result, RejectionReason.UNREACHABLE);
        assertThat(store.quotas().used()).isZero();
    }

    @Test
    void throwsAndSendsNothingWhenConfigurationCannotBeLoaded() {
        store.organizations().onLoad(draft -> {
            throw StorageException.unavailable("the database is gone", null);
        });

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(this::send)
                .satisfies(failure -> assertThat(failure.isRetryable()).isTrue());
        assertNothingSpentOrSent();
    }

    @Test
    void throwsAndSendsNothingWhenNoPlaceCanBeReserved() {
        store.quotas().fail();

        assertThatExceptionOfType(StorageException.class).isThrownBy(this::send);
        assertThat(server.connections()).isZero();
    }

    @Test
    void sendsNothingAndGivesThePlaceBackWhenTheStoreUsedUpTheTime() {
        CountDownLatch never = new CountDownLatch(1);
        store.quotas().beforeReserving(() -> {
            try {
                assertThat(never.await(50, TimeUnit.MILLISECONDS)).isFalse();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        SendOptions hasty =
                SendOptions.builder().deadline(Duration.ofMillis(10)).build();

        Rejected rejected = assertRejected(manager.send(ACME, Samples.message(), hasty), RejectionReason.UNREACHABLE);

        assertThat(rejected.detail()).contains("time was over");
        assertThat(store.quotas().used()).isZero();
        assertThat(server.connections()).isZero();
    }

    @Test
    void endsAtTheManagersDeadline() {
        server.next(Replies.trickle());
        try (UltraMessageInstanceManager hasty = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .deadline(Samples.BRIEFLY)
                .build()) {
            assertThat(hasty.sendMessage(ACME, Samples.NUMBER, Samples.TEXT)).isInstanceOf(Unknown.class);
        }
    }

    @Test
    void usesAChangedConfigurationForTheNextSend() {
        assertThat(send().isAccepted()).isTrue();
        try (ScriptedServer other = new ScriptedServer().on("messages/chat", Replies.json(200, Samples.SENT))) {
            store.organizations().put(ACME, Samples.draft(other.url()));

            assertThat(send().isAccepted()).isTrue();
            assertThat(other.requests()).hasSize(1);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void keepsOrganizationsApart() {
        OrganizationId other = OrganizationId.of("other");
        store.organizations()
                .put(
                        other,
                        Samples.draft(server.url()).toBuilder()
                                .instanceId("2")
                                .token("another-fake-t0ken")
                                .build());

        send();
        manager.sendMessage(other, Samples.NUMBER, Samples.TEXT);

        assertThat(server.requests())
                .extracting(request -> request.path() + " " + request.form().get("token"))
                .containsExactly(
                        "/instance1150/messages/chat " + Samples.TOKEN, "/instance2/messages/chat another-fake-t0ken");
    }

    @Test
    void doesNothingOnceItIsClosed() {
        manager.close();
        manager.close();

        assertThatIllegalStateException().isThrownBy(this::send).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> manager.send(ACME, Samples.message()));
        assertThatIllegalStateException().isThrownBy(() -> manager.testConnection(ACME));
        assertThatIllegalStateException()
                .isThrownBy(() -> manager.testConnection(ConfigDraft.builder().build()));
        assertThatIllegalStateException().isThrownBy(() -> manager.getOrganizationConfig(ACME));
        assertThatIllegalStateException()
                .isThrownBy(() -> manager.administration(Actor.operator("a test"))
                        .update(ACME, ConfigDraft.builder().build()));
        assertThat(store.organizations().listeners()).isZero();
        assertNothingSpentOrSent();
    }

    @Test
    void namesTheArgumentThatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> manager.sendMessage(null, "x", "y"))
                .withMessage("organization");
        assertThatNullPointerException()
                .isThrownBy(() -> manager.send(ACME, null))
                .withMessage("message");
        assertThatNullPointerException()
                .isThrownBy(() -> manager.send(ACME, Samples.message(), null))
                .withMessage("options");
        assertThatNullPointerException()
                .isThrownBy(() -> UltraMessageInstanceManager.builder(null))
                .withMessage("store");
    }

    @Test
    void checksItsSettings() {
        UltraMessageInstanceManager.Builder builder = UltraMessageInstanceManager.builder(store);

        assertThatIllegalArgumentException().isThrownBy(() -> builder.deadline(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.deadline(Duration.ofMinutes(6)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.configTimeToLive(Duration.ZERO));
    }
}
