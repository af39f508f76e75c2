package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.error.NotConfiguredException;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.event.FailedOver;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.failover.NumberPolicy;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.Recipient;
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
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Through which of an organization's instances a message goes, and when it goes through another one. */
@Timeout(60)
class UltraMessageInstanceManagerFailoverTest {
    private static final String OTHER_NUMBER = "+12015550177";
    private static final InstanceId OWN = InstanceId.parse("1150");
    private static final InstanceId STANDBY = InstanceId.parse("2260");
    private static final String NOTHING = "{\"messages\":[]}";
    private static final SendOptions ONCE = SendOptions.builder()
            .idempotencyKey(IdempotencyKey.of("order-42/ready"))
            .build();

    private final ScriptedServer own = new ScriptedServer();
    private final ScriptedServer standby = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final BlockingQueue<FailedOver> failovers = new LinkedBlockingQueue<>();
    private final UltraMessageInstanceManager manager = manager(NumberPolicy.KEEP_NUMBER);

    private UltraMessageInstanceManager manager(NumberPolicy policy) {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .readBackWindow(Samples.BRIEFLY)
                .numberPolicy(policy)
                .withoutHealthChecks()
                .listener(new UltraMessageListener() {
                    @Override
                    public void failedOver(FailedOver event) {
                        failovers.add(event);
                    }
                })
                .build();
    }

    @BeforeEach
    void configure() {
        store.organizations().put(ACME, Samples.draft(own.url()));
        store.standbys().replace(ACME, List.of(Samples.standby(standby.url())), AuditNote.by(Actor.operator("a test")));
        standby.on("messages/chat", Replies.json(200, Samples.SENT));
    }

    @AfterEach
    void close() {
        manager.close();
        own.close();
        standby.close();
    }

    private void ownInstanceIs(InstanceStatus status) {
        store.organizations()
                .put(ACME, Samples.draft(own.url()).toBuilder().status(status).build());
    }

    private SendResult send(String to) {
        return manager.sendMessage(ACME, to, Samples.TEXT);
    }

    private SendResult send() {
        return send(Samples.NUMBER);
    }

    private static void assertWentThrough(InstanceId instance, SendResult result) {
        assertThat(result.orThrow().instance()).isEqualTo(instance);
    }

    private static void assertRejected(RejectionReason reason, SendResult result) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    }

    private static long posts(ScriptedServer server) {
        return server.requests().stream()
                .map(RecordedRequest::method)
                .filter("POST"::equals)
                .count();
    }

    static Stream<String> repliesOfAnInstanceThatIsOut() {
        return Stream.of(
                Samples.STOPPED,
                Samples.WRONG_TOKEN,
                Samples.INSTANCE_NOT_FOUND,
                "{\"error\":\"WhatsApp not connected\"}",
                "{\"error\":\"Daily limit reached\"}");
    }

    @ParameterizedTest
    @MethodSource("repliesOfAnInstanceThatIsOut")
    void goesThroughTheStandbyIfItsOwnInstanceIsOut(String reply) throws InterruptedException {
        own.on("messages/chat", Replies.json(200, reply));

        SendResult result = send();

        Accepted accepted = result.orThrow();
        assertThat(accepted.instance()).isEqualTo(STANDBY);
        assertThat(accepted.businessNumber()).isEqualTo(PhoneNumber.parse("+12015550199"));
        assertThat(accepted.remainingToday()).isEqualTo(999);
        assertThat(posts(own)).isOne();
        assertThat(posts(standby)).isOne();
        assertThat(standby.requests().get(0).form())
                .containsEntry("referenceId", result.reference().value());
        assertThat(failovers.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new FailedOver(ACME, result.reference(), OWN, STANDBY));
    }

    @Test
    void goesThroughTheStandbyIfItsOwnInstanceCannotBeReached() {
        URI nobody = URI.create("http://127.0.0.1:1");
        store.organizations().put(ACME, Samples.draft(nobody));

        assertWentThrough(STANDBY, send());
        assertThat(store.quotas().used()).isOne();
    }

    @Test
    void neverGoesThroughTheStandbyWhileTheOutcomeIsUnknown() {
        own.next(Replies.lostReply()).on("/messages", Replies.json(200, NOTHING));

        assertThat(send()).isInstanceOf(Unknown.class);
        assertThat(standby.connections()).isZero();
        assertThat(store.quotas().used()).isOne();
    }

    @Test
    void neverGoesThroughTheStandbyOnceAMessageWasRepeated() {
        own.next(Replies.lostReply())
                .on("/messages", Replies.json(200, NOTHING))
                .on("messages/chat", Replies.json(200, Samples.STOPPED));

        SendResult result = manager.send(
                ACME,
                Samples.message(),
                SendOptions.builder().repeatWhenAbsent().build());

        assertThat(result).isInstanceOf(Unknown.class);
        assertThat(posts(own)).isEqualTo(2);
        assertThat(standby.connections()).isZero();
    }

    static Stream<ScriptedServer.Script> repliesThatTheStandbyWouldGiveToo() {
        return Stream.of(
                Replies.json(200, "{\"error\":[{\"body\":\"max length limit exceeded of 4096\"}]}"),
                Replies.json(200, "{\"error\":\"an error nobody has seen yet\"}"),
                Replies.json(429, "{\"error\":\"slow down\"}", "Retry-After: 60"));
    }

    @ParameterizedTest
    @MethodSource("repliesThatTheStandbyWouldGiveToo")
    void staysWithItsOwnInstanceIfNothingIsWrongWithThat(ScriptedServer.Script reply) {
        own.on("messages/chat", reply);

        assertThat(send()).isInstanceOf(Rejected.class);
        assertThat(standby.connections()).isZero();
        assertThat(store.quotas().used()).isZero();
    }

    @Test
    void rejectsIfNoneOfTheInstancesCanTakeIt() {
        own.on("messages/chat", Replies.json(200, Samples.WRONG_TOKEN));
        standby.on("messages/chat", Replies.json(200, Samples.STOPPED));

        assertRejected(RejectionReason.INSTANCE_STOPPED, send());
        assertThat(store.quotas().used()).isZero();
    }

    @Test
    void leavesAnInstanceThatWasOutAloneForAWhile() {
        own.on("messages/chat", Replies.json(200, Samples.STOPPED));
        send();

        assertWentThrough(STANDBY, send(OTHER_NUMBER));
        assertThat(posts(own)).isOne();
    }

    @Test
    void writesToRecipientsFromTheNumberTheyKnow() {
        own.next(Replies.json(200, Samples.SENT));
        assertWentThrough(OWN, send());
        own.on("messages/chat", Replies.json(200, Samples.STOPPED));

        assertRejected(RejectionReason.INSTANCE_STOPPED, send());
        assertWentThrough(STANDBY, send(OTHER_NUMBER));

        own.on("messages/chat", Replies.json(200, Samples.SENT));
        assertWentThrough(OWN, send());
        assertWentThrough(STANDBY, send(OTHER_NUMBER));
        assertWentThrough(OWN, send("12015550123@c.us"));
    }

    @Test
    void writesFromTheNumberThatMayHaveWritten() {
        own.next(Replies.lostReply())
                .on("/messages", Replies.json(200, NOTHING))
                .on("messages/chat", Replies.json(200, Samples.STOPPED));
        assertThat(send()).isInstanceOf(Unknown.class);

        assertRejected(RejectionReason.INSTANCE_STOPPED, send());
    }

    @Test
    void writesFromAnyNumberIfTheHostSaysSo() {
        try (UltraMessageInstanceManager any = manager(NumberPolicy.ANY_NUMBER)) {
            own.next(Replies.json(200, Samples.SENT));
            assertWentThrough(OWN, any.sendMessage(ACME, Samples.NUMBER, Samples.TEXT));
            own.on("messages/chat", Replies.json(200, Samples.STOPPED));

            assertWentThrough(STANDBY, any.sendMessage(ACME, Samples.NUMBER, Samples.TEXT));
        }
    }

    @Test
    void writesFromAnotherNumberOnceTheOldOneIsNoneOfTheOrganizationsAnyMore() {
        store.standbys().remember(ACME, Recipient.parse(Samples.NUMBER), InstanceId.parse("3370"));
        own.on("messages/chat", Replies.json(200, Samples.SENT));

        assertWentThrough(OWN, send());
    }

    @Test
    void passesOverAnInstanceWhoseStatusIsError() {
        own.next(Replies.json(200, Samples.SENT));
        send();
        ownInstanceIs(InstanceStatus.ERROR);

        assertWentThrough(STANDBY, send(OTHER_NUMBER));
        assertRejected(RejectionReason.INACTIVE, send());
        assertThat(posts(own)).isOne();
    }

    @ParameterizedTest
    @EnumSource(
            value = InstanceStatus.class,
            names = {"INACTIVE", "SUSPENDED", "TESTING"})
    void sendsNothingForAnOrganizationThatPeopleHaveStopped(InstanceStatus status) {
        ownInstanceIs(status);

        assertRejected(RejectionReason.INACTIVE, send());
        assertThat(standby.connections()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = InstanceStatus.class,
            names = {"ACTIVE"},
            mode = EnumSource.Mode.EXCLUDE)
    void sendsNothingThroughAStandbyThatIsNotActive(InstanceStatus status) {
        store.standbys()
                .replace(
                        ACME,
                        List.of(Samples.standby(standby.url()).status(status)),
                        AuditNote.by(Actor.operator("a test")));
        own.on("messages/chat", Replies.json(200, Samples.STOPPED));

        assertRejected(RejectionReason.INSTANCE_STOPPED, send());
        assertThat(standby.connections()).isZero();
    }

    @Test
    void keepsInTheLogThroughWhichInstanceAMessageWent() {
        own.on("messages/chat", Replies.json(200, Samples.STOPPED));

        Accepted accepted = manager.send(ACME, Samples.message(), ONCE).orThrow();

        assertThat(accepted.instance()).isEqualTo(STANDBY);
        assertThat(manager.loggedMessage(ACME, accepted.reference())).hasValueSatisfying(logged -> {
            assertThat(logged.outcome().orThrow().instance()).isEqualTo(STANDBY);
            assertThat(logged.attempts()).isEqualTo(2);
        });
        assertThat(manager.send(ACME, Samples.message(), ONCE).orThrow().instance())
                .isEqualTo(STANDBY);
        assertThat(posts(standby)).isOne();
    }

    @Test
    void tellsWhatBecameOfAMessageAlsoWhileTheNumberItCameFromCannotSend() {
        own.next(Replies.json(200, Samples.SENT));
        Accepted first = manager.send(ACME, Samples.message(), ONCE).orThrow();
        assertThat(first.instance()).isEqualTo(OWN);

        ownInstanceIs(InstanceStatus.ERROR);

        assertThat(manager.send(ACME, Samples.message(), ONCE).orThrow().queueId())
                .isEqualTo(first.queueId());
        assertRejected(RejectionReason.INACTIVE, send());
    }

    @Test
    void looksForAMessageAtTheStandbyThroughWhichItWent() {
        Reference theirs = Reference.of("of-another-node");
        store.messages()
                .claim(
                        ACME,
                        new NewEntry(
                                ONCE.idempotencyKey().orElseThrow(),
                                ContentHash.of(Samples.message()),
                                Samples.message().to(),
                                theirs,
                                OWN,
                                null),
                        Duration.ofMinutes(1));
        store.messages().reroute(ACME, theirs, STANDBY);
        store.messages().advance(Duration.ofMinutes(2));
        standby.on("/messages", Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"of-another-node\"}]}"));

        Accepted found = manager.send(ACME, Samples.message(), ONCE).orThrow();

        assertThat(found.instance()).isEqualTo(STANDBY);
        assertThat(found.queueId()).hasToString("7");
        assertThat(own.connections()).isZero();
    }

    @Test
    void doesNotGoThroughTheStandbyIfThatCannotBeWrittenDown() {
        own.on("messages/chat", connection -> {
            store.messages().fail();
            Replies.json(200, Samples.STOPPED).play(connection);
        });

        assertRejected(RejectionReason.INSTANCE_STOPPED, manager.send(ACME, Samples.message(), ONCE));
        assertThat(standby.connections()).isZero();
    }

    @Test
    void sendsNothingIfItCannotBeReadWhichNumberTheRecipientKnows() {
        store.standbys().fail();

        assertThatExceptionOfType(StorageException.class).isThrownBy(this::send);
        assertThat(own.connections()).isZero();
        assertThat(store.quotas().used()).isZero();
    }

    @Test
    void saysWhatBecameOfTheMessageAlsoIfItsNumberCannotBeWrittenDown() {
        own.on("messages/chat", connection -> {
            store.standbys().fail();
            Replies.json(200, Samples.SENT).play(connection);
        });

        assertWentThrough(OWN, send());
    }

    @Test
    void forgetsFromWhichNumberARecipientWasWrittenTo() {
        own.next(Replies.json(200, Samples.STOPPED)).on("messages/chat", Replies.json(200, Samples.SENT));
        manager.send(ACME, Samples.message(), ONCE);
        Recipient recipient = Recipient.parse(Samples.NUMBER);
        assertThat(store.standbys().lastUsed(ACME, recipient)).contains(STANDBY);

        assertThat(manager.forget(ACME, recipient)).isOne();

        assertThat(store.standbys().lastUsed(ACME, recipient)).isEmpty();
    }

    @Test
    void leavesAStandbyOutThatAimsWhereNoneMay() {
        try (UltraMessageInstanceManager strict = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.ultraMsg())
                .withoutHealthChecks()
                .build()) {
            store.organizations()
                    .put(ACME, Samples.draft(own.url()).toBuilder().baseUrl("").build());

            assertThatExceptionOfType(NotConfiguredException.class).isThrownBy(() -> strict.client(ACME, STANDBY));
        }
    }

    @Test
    void reachesAStandbyForWhoeverLooksAfterIt() {
        standby.on("instance/status", Replies.json(200, Samples.CONNECTED));

        assertThat(manager.client(ACME, STANDBY).instance().status().isReady()).isTrue();
        assertThatExceptionOfType(NotConfiguredException.class)
                .isThrownBy(() -> manager.client(ACME, InstanceId.parse("3370")))
                .withMessageContaining("instance3370");
    }
}
