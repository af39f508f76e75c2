package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.fixtures.ScriptedServer.Script;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.URI;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each fault, at each step of the way of a message with an idempotency key: what the caller learns, how many POSTs reached the
 * server, what of the daily limit is used, and what the log keeps. In every case the same call made again sends no second
 * message.
 */
@Timeout(60)
class FaultMatrixTest {
    private static final Reference REFERENCE = Reference.of("order-42");
    private static final SendOptions ONCE = SendOptions.builder()
            .reference(REFERENCE)
            .idempotencyKey(IdempotencyKey.of("order-42/ready"))
            .deadline(Samples.BRIEFLY.multipliedBy(3)) // for what never answers; a third of it is for reading back
            .build();
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
                    test.server.next(Replies.deaf());
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
                test -> test.server.next(Replies.lostReply()).on("/messages", NOT_LISTED),
                Learns.UNKNOWN,
                1,
                1,
                Logged.UNKNOWN),
        REPLY_IS_LOST_AND_LIST_CANNOT_BE_HAD(
                test -> test.server.next(Replies.lostReply()).on("/messages", Replies.html(503, "<h1>Sorry</h1>")),
                Learns.UNKNOWN,
                1,
                1,
                Logged.UNKNOWN),
        CONNECTION_IS_RESET_AFTER_THE_REQUEST(
                test -> test.server.next(Replies.resetAfterRequest(), LISTED), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),
        REPLY_NEVER_COMES(test -> test.server.next(Replies.silence(), LISTED), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),
        REPLY_TRICKLES(test -> test.server.next(Replies.trickle(), LISTED), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),
        REPLY_IS_CUT_SHORT(
                test -> test.server.next(Replies.cutShort("{\"sent\"", 100), LISTED),
                Learns.ACCEPTED,
                1,
                1,
                Logged.ACCEPTED),
        SERVER_ERROR(test -> test.server.next(Replies.json(500, "{}"), LISTED), Learns.ACCEPTED, 1, 1, Logged.ACCEPTED),
        PAGE_OF_A_PROXY(
                test -> test.server
                        .next(Replies.html(502, "<h1>Bad Gateway</h1>"))
                        .on("/messages", NOT_LISTED),
                Learns.UNKNOWN,
                1,
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
                Logged.UNKNOWN);

        private final Consumer<FaultMatrixTest> arrange;
        private final Learns learns;
        private final int posts;
        private final int used;
        private final Logged logged;

        Fault(Consumer<FaultMatrixTest> arrange, Learns learns, int posts, int used, Logged logged) {
            this.arrange = arrange;
            this.learns = learns;
            this.posts = posts;
            this.used = used;
            this.logged = logged;
        }
    }

    private final ScriptedServer server = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .build();

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

    private Learns send() {
        try {
            SendResult result = manager.send(Samples.ACME, Samples.message(), ONCE);
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
            store.messages().advance(Samples.BRIEFLY.multipliedBy(1000)); // whatever lease there was is over
            assertThat(send()).as("made again").isEqualTo(Learns.ACCEPTED);
            assertThat(posts()).as("and not sent again").isEqualTo(fault.posts);
        }
    }
}
