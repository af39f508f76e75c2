package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.fixtures.ScriptedServer.Script;
import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each fault, at each step of the way of a message with an idempotency key: what the caller learns, how many POSTs reached the
 * server, what of the daily limit is used, and what the log keeps. In every case the same call made again sends no second
 * message. Nodes that are really killed are another test's, {@code KilledNodesIT} in the PostgreSQL module.
 */
@Timeout(60)
class FaultMatrixTest {
    private static final Reference REFERENCE = Reference.of("order-42");
    private static final IdempotencyKey KEY = IdempotencyKey.of("order-42/ready");
    private static final Duration A_DAY = Duration.ofDays(1);
    private static final Script LISTED =
            Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"order-42\",\"status\":\"queue\"}]}");
    private static final Script NOT_LISTED = Replies.json(200, "{\"messages\":[]}");

    private enum Learns {
        ACCEPTED,
        REJECTED,
        UNKNOWN,
        EXCEPTION
    }

    private enum Logged {
        NOTHING,
        ACCEPTED,
        REJECTED,
        UNKNOWN
    }

    private enum Fault {
        NONE(test -> test.server.next(Replies.json(200, Samples.SENT)), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),

        CONFIGURATION_CANNOT_BE_READ(
                test -> test.store.organizations().onLoad(draft -> {
                    throw StorageException.unavailable("the database is gone", null);
                }),
                Learns.EXCEPTION,
                0,
                0,
                Logged.NOTHING),
        KEY_CANNOT_BE_CLAIMED(test -> test.store.messages().fail(), Learns.EXCEPTION, 0, 0, Logged.NOTHING),
        DATABASE_GOES_WHILE_THE_MESSAGE_IS_UNDER_WAY(
                test -> test.server.next(meanwhile(test.store.messages()::fail, Replies.json(200, Samples.SENT))),
                Learns.ACCEPTED,
                1,
                1,
                Logged.UNKNOWN),
        ORGANIZATION_GOES_BEFORE_THE_CLAIM(
                test -> test.store.messages().removeOrganization(), Learns.REJECTED, 0, 0, Logged.NOTHING),
        PLACE_CANNOT_BE_RESERVED(test -> test.store.quotas().fail(), Learns.EXCEPTION, 0, 0, Logged.NOTHING),
        ORGANIZATION_GOES_BEFORE_THE_RESERVATION(
                test -> test.store.quotas().removeOrganization(), Learns.REJECTED, 0, 0, Logged.NOTHING),
        DAY_IS_FULL(test -> test.store.quotas().limit(0), Learns.REJECTED, 0, 0, Logged.NOTHING),

        CONNECTION_IS_REFUSED(
                test -> test.sendTo(URI.create("http://127.0.0.1:1")), Learns.REJECTED, 0, 0, Logged.REJECTED),
        TLS_HANDSHAKE_LASTS_FOREVER(
                test -> {
                    test.briefly().server.next(Replies.deaf());
                    test.sendTo(test.server.httpsUrl());
                },
                Learns.REJECTED,
                0,
                0,
                Logged.REJECTED),
        TOO_MANY_REQUESTS_AT_FIRST(
                test -> test.server.next(
                        Replies.json(429, "{\"error\":\"slow down\"}"), Replies.json(200, Samples.SENT)),
                Learns.ACCEPTED,
                2,
                1,
                Logged.ACCEPTED),
        TOO_MANY_REQUESTS_FOR_LONG(
                test -> test.server.next(Replies.json(429, "{\"error\":\"slow down\"}", "Retry-After: 60")),
                Learns.REJECTED,
                1,
                0,
                Logged.REJECTED),
        REFUSED(test -> test.server.next(Replies.json(200, Samples.STOPPED)), Learns.REJECTED, 1, 0, Logged.REJECTED),
        REFUSAL_CANNOT_BE_WRITTEN_DOWN_NOR_THE_PLACE_GIVEN_BACK(
                test -> {
                    test.store.messages().failToSettle();
                    test.server.next(Replies.json(200, Samples.STOPPED));
                },
                Learns.REJECTED,
                1,
                1,
                Logged.UNKNOWN),

        REPLY_IS_LOST(test -> test.server.next(Replies.lostReply(), LISTED), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),
        REPLY_IS_LOST_AND_MESSAGE_NOT_LISTED(
                test -> test.briefly().server.next(Replies.lostReply()).on("/messages", NOT_LISTED),
                Learns.UNKNOWN,
                1,
                1,
                Logged.UNKNOWN),
        REPLY_IS_LOST_AND_LIST_CANNOT_BE_HAD(
                test -> test.briefly()
                        .server
                        .next(Replies.lostReply())
                        .on("/messages", Replies.html(503, "<h1>Sorry</h1>")),
                Learns.UNKNOWN,
                1,
                1,
                Logged.UNKNOWN),
        CONNECTION_IS_RESET_AFTER_THE_REQUEST(
                test -> test.server.next(Replies.resetAfterRequest(), LISTED), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),
        REPLY_NEVER_COMES(
                test -> test.briefly().server.next(Replies.silence(), LISTED), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),
        REPLY_TRICKLES(
                test -> test.briefly().server.next(Replies.trickle(), LISTED), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),
        REPLY_IS_CUT_SHORT(
                test -> test.server.next(Replies.cutShort("{\"sent\"", 100), LISTED),
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED),
        SERVER_ERROR(test -> test.server.next(Replies.json(500, "{}"), LISTED), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),
        PAGE_OF_A_PROXY(
                test -> test.briefly()
                        .server
                        .next(Replies.html(502, "<h1>Bad Gateway</h1>"))
                        .on("/messages", NOT_LISTED),
                Learns.UNKNOWN,
                1,
                1,
                Logged.UNKNOWN),
        REQUEST_IS_CUT_OFF(
                test -> test.briefly().server.next(Replies.resetAfterBytes(20)).on("/messages", NOT_LISTED),
                Learns.UNKNOWN,
                0,
                1,
                Logged.UNKNOWN),
        ANSWER_SAYS_NOTHING(
                test -> test.server.next(Replies.json(200, "{}"), LISTED), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),

        OUTCOME_CANNOT_BE_WRITTEN_DOWN(
                test -> {
                    test.store.messages().failToSettle();
                    test.server.next(Replies.json(200, Samples.SENT));
                },
                Learns.ACCEPTED,
                1,
                1,
                Logged.UNKNOWN),
        DOUBT_CANNOT_BE_WRITTEN_DOWN(
                test -> {
                    test.store.messages().failToSettle();
                    test.briefly().server.next(Replies.lostReply()).on("/messages", NOT_LISTED);
                },
                Learns.UNKNOWN,
                1,
                1,
                Logged.UNKNOWN),

        OTHER_NODE_IS_KILLED_BEFORE_ITS_REQUEST_LEFT(
                test -> {
                    test.claimOnAnotherNode();
                    test.endLeases();
                    test.briefly().server.on("/messages", NOT_LISTED);
                },
                Learns.UNKNOWN,
                0,
                1,
                Logged.UNKNOWN),
        OTHER_NODE_IS_KILLED_AFTER_ITS_REQUEST_LEFT(
                test -> {
                    test.claimOnAnotherNode();
                    test.endLeases();
                    test.server.on("/messages", LISTED);
                },
                Learns.ACCEPTED,
                0,
                1,
                Logged.ACCEPTED),
        OTHER_NODE_IS_STILL_SENDING(test -> test.briefly().claimOnAnotherNode(), Learns.UNKNOWN, 0, 1, Logged.UNKNOWN),

        CLOCKS_JUMP_AHEAD(
                test -> test.server.next(meanwhile(() -> test.jump(A_DAY), Replies.json(200, Samples.SENT))),
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED),
        CLOCKS_JUMP_BACK(
                test -> test.server.next(meanwhile(() -> test.jump(A_DAY.negated()), Replies.json(200, Samples.SENT))),
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED),
        CLOCKS_JUMP_AHEAD_AND_REPLY_IS_LOST(
                test -> test.server.next(meanwhile(() -> test.jump(A_DAY), Replies.lostReply()), LISTED),
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED),
        CLOCKS_JUMP_BACK_AND_REPLY_IS_LOST(
                test -> test.server.next(meanwhile(() -> test.jump(A_DAY.negated()), Replies.lostReply()), LISTED),
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED),
        CLOCKS_JUMP_BACK_AND_REQUESTS_ARE_TOO_MANY(
                test -> test.server.next(
                        meanwhile(
                                () -> test.jump(A_DAY.negated()),
                                Replies.json(429, "{\"error\":\"slow down\"}", "Retry-After: 1")),
                        Replies.json(200, Samples.SENT)),
                Learns.ACCEPTED,
                2,
                1,
                Logged.ACCEPTED),

        INSTANCE_CHANGES_BEFORE_THE_REQUEST(
                test -> {
                    test.store.quotas().beforeReserving(test::changeInstance);
                    test.server.next(Replies.json(200, Samples.SENT));
                },
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED),
        INSTANCE_CHANGES_BEFORE_THE_REPLY(
                test -> test.server.next(meanwhile(test::changeInstance, Replies.json(200, Samples.SENT))),
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED),
        INSTANCE_CHANGES_AND_REPLY_IS_LOST(
                test -> test.server.next(meanwhile(test::changeInstance, Replies.lostReply()), LISTED),
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED),
        INSTANCE_CHANGES_AND_NOBODY_CAN_ASK_THE_OLD_ONE(
                test -> test.briefly()
                        .server
                        .next(meanwhile(test::changeInstance, Replies.lostReply()))
                        .on("/messages", NOT_LISTED),
                Learns.UNKNOWN,
                1,
                1,
                Logged.UNKNOWN,
                Learns.UNKNOWN),
        TOKEN_IS_REPLACED_AND_REPLY_IS_LOST(
                test -> test.server
                        .next(meanwhile(test::changeToken, Replies.lostReply()))
                        .on("/messages", Replies.json(200, Samples.WRONG_TOKEN)),
                Learns.UNKNOWN,
                1,
                1,
                Logged.UNKNOWN),
        ORGANIZATION_IS_SUSPENDED_BEFORE_THE_REPLY(
                test -> test.server.next(meanwhile(test::suspend, Replies.json(200, Samples.SENT))),
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED),
        ORGANIZATION_IS_DELETED_BEFORE_THE_REPLY(
                test -> test.server.next(meanwhile(test::delete, Replies.json(200, Samples.SENT))),
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED,
                Learns.REJECTED),

        INSTANCE_IS_OUT_AND_STANDBY_TAKES_IT(
                test -> test.withStandby()
                        .server
                        .next(Replies.json(200, Samples.STOPPED), Replies.json(200, Samples.SENT)),
                Learns.ACCEPTED,
                2,
                1,
                Logged.ACCEPTED),
        INSTANCE_AND_STANDBY_ARE_OUT(
                test -> test.withStandby()
                        .server
                        .next(Replies.json(200, Samples.STOPPED), Replies.json(200, Samples.WRONG_TOKEN)),
                Learns.REJECTED,
                2,
                0,
                Logged.REJECTED),
        INSTANCE_IS_OUT_AND_REPLY_OF_STANDBY_IS_LOST(
                test -> test.withStandby()
                        .server
                        .next(Replies.json(200, Samples.STOPPED), Replies.lostReply())
                        .on("/messages", LISTED),
                Learns.ACCEPTED,
                2,
                1,
                Logged.ACCEPTED),
        INSTANCE_IS_OUT_AND_STANDBY_DOES_NOT_LIST_IT(
                test -> test.withStandby()
                        .briefly()
                        .server
                        .next(Replies.json(200, Samples.STOPPED), Replies.lostReply())
                        .on("/messages", NOT_LISTED),
                Learns.UNKNOWN,
                2,
                1,
                Logged.UNKNOWN),
        REPLY_IS_LOST_ALTHOUGH_THERE_IS_A_STANDBY(
                test -> test.withStandby()
                        .briefly()
                        .server
                        .next(Replies.lostReply())
                        .on("/messages", NOT_LISTED),
                Learns.UNKNOWN,
                1,
                1,
                Logged.UNKNOWN),
        FAILOVER_CANNOT_BE_WRITTEN_DOWN(
                test -> test.withStandby()
                        .server
                        .next(meanwhile(test.store.messages()::fail, Replies.json(200, Samples.STOPPED))),
                Learns.REJECTED,
                1,
                1, // its place, too, cannot be given back
                Logged.UNKNOWN),
        NUMBER_OF_THE_RECIPIENT_CANNOT_BE_READ(
                test -> test.withStandby().store.standbys().fail(), Learns.EXCEPTION, 0, 0, Logged.NOTHING);

        private final Consumer<FaultMatrixTest> arrange;
        private final Learns learns;
        private final int posts;
        private final int used;
        private final Logged logged;
        private final Learns learnsTheNextTime;

        Fault(Consumer<FaultMatrixTest> arrange, Learns learns, int posts, int used, Logged logged) {
            this(arrange, learns, posts, used, logged, Learns.ACCEPTED);
        }

        Fault(
                Consumer<FaultMatrixTest> arrange,
                Learns learns,
                int posts,
                int used,
                Logged logged,
                Learns learnsTheNextTime) {
            this.arrange = arrange;
            this.learns = learns;
            this.posts = posts;
            this.used = used;
            this.logged = logged;
            this.learnsTheNextTime = learnsTheNextTime;
        }
    }

    private final ScriptedServer server = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-23T12:00:00Z"));
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .clock(clock)
            .build();
    private SendOptions options =
            SendOptions.builder().reference(REFERENCE).idempotencyKey(KEY).build();

    @BeforeEach
    void configure() {
        sendTo(server.url());
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    private void sendTo(URI url) {
        store.organizations().put(Samples.ACME, Samples.draft(url));
    }

    /** For what never comes, or is not listed for as long as one looks; a third of the time is for reading back. */
    private FaultMatrixTest briefly() {
        options = SendOptions.builder()
                .reference(REFERENCE)
                .idempotencyKey(KEY)
                .deadline(Samples.BRIEFLY.multipliedBy(3))
                .build();
        return this;
    }

    private FaultMatrixTest withStandby() {
        store.standbys()
                .replace(Samples.ACME, List.of(Samples.standby(server.url())), AuditNote.by(Actor.operator("a test")));
        return this;
    }

    /** Something happens once the request has been read. */
    private static Script meanwhile(Runnable event, Script reply) {
        return connection -> {
            connection.request();
            event.run();
            reply.play(connection);
        };
    }

    private void claimOnAnotherNode() {
        TextMessage message = Samples.message();
        InstanceId instance = Samples.credentials(server.url()).instance();
        store.messages()
                .claim(
                        Samples.ACME,
                        new NewEntry(KEY, ContentHash.of(message), message.to(), REFERENCE, instance, null),
                        Samples.BRIEFLY);
    }

    private void endLeases() {
        store.messages().advance(Samples.BRIEFLY.multipliedBy(1000));
    }

    private void jump(Duration step) {
        clock.advance(step);
        store.messages().advance(step);
    }

    private void changeInstance() {
        change(ConfigDraft.builder().instanceId("instance2").token("another-fake-t0ken"));
    }

    private void changeToken() {
        change(ConfigDraft.builder().token("another-fake-t0ken"));
    }

    private void suspend() {
        change(ConfigDraft.builder().status(InstanceStatus.SUSPENDED));
    }

    private void change(ConfigDraft.Builder change) {
        store.organizations().update(Samples.ACME, change.build(), AuditNote.by(Actor.operator("a test")));
    }

    private void delete() {
        store.organizations().remove(Samples.ACME);
        store.quotas().removeOrganization();
        store.messages().removeOrganization();
    }

    private Learns send() {
        try {
            SendResult result = manager.send(Samples.ACME, Samples.message(), options);
            assertThat(result.reference()).isEqualTo(REFERENCE);
            return result instanceof Accepted
                    ? Learns.ACCEPTED
                    : result instanceof Rejected ? Learns.REJECTED : Learns.UNKNOWN;
        } catch (StorageException e) {
            return Learns.EXCEPTION;
        }
    }

    private long posts() {
        return server.requests().stream()
                .map(RecordedRequest::method)
                .filter("POST"::equals)
                .count();
    }

    private Logged logged() {
        return store.messages()
                .find(Samples.ACME, REFERENCE)
                .map(LoggedMessage::outcome)
                .map(outcome -> outcome.isAccepted()
                        ? Logged.ACCEPTED
                        : outcome instanceof Rejected ? Logged.REJECTED : Logged.UNKNOWN)
                .orElse(Logged.NOTHING);
    }

    @ParameterizedTest
    @EnumSource
    void hasAKnownEnd(Fault fault) {
        fault.arrange.accept(this);

        assertThat(send()).as("what the caller learns").isEqualTo(fault.learns);

        store.messages().recover();
        assertThat(posts()).as("POSTs that arrived").isEqualTo(fault.posts);
        assertThat(store.quotas().used()).as("used of the daily limit").isEqualTo(fault.used);
        assertThat(logged()).as("kept in the log").isEqualTo(fault.logged);
        if (fault.logged == Logged.ACCEPTED || fault.logged == Logged.UNKNOWN) {
            server.forgetNext();
            server.on("/messages", LISTED).on("messages/chat", Replies.json(200, Samples.SENT));
            endLeases();
            assertThat(send()).as("made again").isEqualTo(fault.learnsTheNextTime);
            assertThat(posts()).as("and not sent again").isEqualTo(fault.posts);
        }
    }

    /** Whether the request is written before the reset arrives is a race; what is told, counted and kept agrees in either case. */
    @Test
    void hasOneOfTwoEndsWhenTheConnectionIsResetAtOnce() {
        Script[] resets =
                new Script[12]; // one connection for each try, and one more where the client tries again itself
        Arrays.fill(resets, Replies.resetOnAccept());
        briefly().server.next(resets).on("/messages", NOT_LISTED);

        Learns learns = send();

        assertThat(learns).isIn(Learns.REJECTED, Learns.UNKNOWN);
        assertThat(posts()).isZero();
        assertThat(store.quotas().used()).isEqualTo(learns == Learns.REJECTED ? 0 : 1);
        assertThat(logged()).isEqualTo(learns == Learns.REJECTED ? Logged.REJECTED : Logged.UNKNOWN);
    }
}
