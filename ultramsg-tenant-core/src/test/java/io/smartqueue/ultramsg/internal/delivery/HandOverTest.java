package io.smartqueue.ultramsg.internal.delivery;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.internal.delivery.HandOver.Patience;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.internal.time.SteadyClock;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** What is repeated and what is never repeated, and how what is not known is found out. Pauses are noted down, not made. */
@Timeout(60)
class HandOverTest {
    private static final Reference REFERENCE = Reference.of("order-42");
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String NOTHING = "{\"total\":0,\"messages\":[]}";
    private static final String LISTED =
            "{\"messages\":[{\"id\":7,\"referenceId\":\"order-42\",\"status\":\"queue\"}]}";

    private final ScriptedServer server = new ScriptedServer();
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-24T09:00:00Z"));
    private final UltraMsgHttp http =
            UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal(), clock);
    private final List<Duration> pauses = new ArrayList<>();
    private SendOptions options = SendOptions.defaults();

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    private SendResult send(URI url, Duration deadline, Duration readBackWindow) {
        HandOver handOver = new HandOver(
                http,
                new Gates(http, 288, clock, new SteadyClock(), Ticker.systemTicker(), new Listeners(List.of())),
                new ReadBack(readBackWindow, pauses::add),
                pauses::add,
                clock);
        Dispatch dispatch = new Dispatch(Samples.ACME, Samples.message(), REFERENCE, options, Deadline.in(deadline));
        return handOver.run(Samples.credentials(url), dispatch, options::isRepeatedWhenAbsent, Patience.TRIES_AGAIN)
                .result();
    }

    private SendResult send() {
        return send(server.url(), LONG, Duration.ofSeconds(10));
    }

    private List<String> calls() {
        return server.requests().stream()
                .map(request -> request.method() + " " + request.path().replace("/instance1150/", ""))
                .toList();
    }

    private static void assertAccepted(SendResult result, String queueId) {
        assertThat(result)
                .isEqualTo(new Accepted(
                        REFERENCE,
                        new QueueId(queueId),
                        Samples.credentials(URI.create("https://x")).instance(),
                        null,
                        null));
    }

    @Test
    void sendsOnceWhatIsTaken() {
        server.next(Replies.json(200, Samples.SENT));

        assertAccepted(send(), "2");
        assertThat(calls()).containsExactly("POST messages/chat");
        assertThat(pauses).isEmpty();
    }

    @Test
    void triesAgainWhenTooManyRequestsCameAtOnce() {
        server.next(
                Replies.json(429, "{\"error\":\"slow down\"}"),
                Replies.json(429, "{\"error\":\"slow down\"}", "Retry-After: 3"),
                Replies.json(200, Samples.SENT));

        assertAccepted(send(), "2");
        assertThat(calls()).containsOnly("POST messages/chat").hasSize(3);
        assertThat(server.requests())
                .extracting(request -> request.form().get("referenceId"))
                .containsOnly("order-42");
        assertThat(pauses).hasSize(2);
        assertThat(pauses.get(0)).isBetween(Duration.ZERO, Backoff.bound(1));
        assertThat(pauses.get(1))
                .as("not before UltraMsg says")
                .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(3).plus(Backoff.bound(2)));
    }

    @Test
    void givesUpAfterSomeTries() {
        server.on("messages/chat", Replies.json(429, "{\"error\":\"slow down\"}"));

        assertRejected(send(), RejectionReason.RATE_LIMITED);
        assertThat(calls()).hasSize(HandOver.MOST_ATTEMPTS);
    }

    @Test
    void doesNotWaitLongerThanTheDeadline() {
        server.on("messages/chat", Replies.json(429, "{\"error\":\"slow down\"}", "Retry-After: 60"));

        assertThat(send())
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.retryAfter())
                                .isEqualTo(clock.instant().plusSeconds(60)));
        assertThat(calls()).hasSize(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void triesAgainWhatNeverLeft() {
        URI nobody;
        try (ScriptedServer gone = new ScriptedServer()) {
            nobody = gone.url();
        }

        assertRejected(send(nobody, LONG, Duration.ZERO), RejectionReason.UNREACHABLE);
        assertThat(pauses).hasSize(HandOver.MOST_ATTEMPTS - 1);
    }

    static Stream<String> refusals() {
        return Stream.of(
                Samples.WRONG_TOKEN,
                Samples.INSTANCE_NOT_FOUND,
                Samples.STOPPED,
                "{\"error\":[{\"to\":\"is required\"}]}");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void doesNotRepeatWhatIsRefused(String refusal) {
        server.on("messages/chat", Replies.json(200, refusal));

        assertThat(send()).isInstanceOf(Rejected.class);
        assertThat(calls()).hasSize(1);
    }

    static Stream<ScriptedServer.Script> lostReplies() {
        return Stream.of(
                Replies.lostReply(),
                Replies.resetAfterRequest(),
                Replies.cutShort("{\"sent\"", 100),
                Replies.html(502, "<h1>Bad Gateway</h1>"),
                Replies.json(500, "{}"),
                Replies.json(200, "[]"));
    }

    @ParameterizedTest
    @MethodSource("lostReplies")
    void findsWhatWasTakenAlthoughTheReplyWasLost(ScriptedServer.Script lost) {
        server.next(lost, Replies.json(200, LISTED));

        assertAccepted(send(), "7");
        assertThat(calls()).containsExactly("POST messages/chat", "GET messages");
        assertThat(server.requests().get(1).query()).containsEntry("referenceId", "order-42");
    }

    @ParameterizedTest
    @MethodSource("lostReplies")
    void neverSendsAgainWhatCannotBeFound(ScriptedServer.Script lost) {
        server.next(lost).on("/messages", Replies.json(200, NOTHING));

        assertThat(send()).isInstanceOf(Unknown.class);
        assertThat(calls()).filteredOn(call -> call.startsWith("POST")).hasSize(1);
    }

    @Test
    void sendsAgainWhatCannotBeFoundIfTheCallerWantsThat() {
        options = options.toBuilder().repeatWhenAbsent().build();
        server.next(Replies.lostReply())
                .on("/messages", Replies.json(200, NOTHING))
                .on("messages/chat", Replies.json(200, Samples.SENT));

        assertAccepted(send(), "2");
        assertThat(calls())
                .startsWith("POST messages/chat", "GET messages")
                .endsWith("GET messages", "POST messages/chat");
        assertThat(server.requests())
                .filteredOn(request -> request.method().equals("POST"))
                .extracting(request -> request.form().get("referenceId"))
                .containsOnly("order-42");
    }

    @Test
    void doesNotTakeForAbsentWhatItCouldNotLookForToTheEnd() {
        options = options.toBuilder().repeatWhenAbsent().build();
        server.next(
                        Replies.lostReply(),
                        Replies.json(200, NOTHING),
                        Replies.json(200, NOTHING),
                        Replies.json(200, NOTHING))
                .on("/messages", Replies.html(503, "<h1>Service Unavailable</h1>"));

        assertThat(send(server.url(), LONG, Samples.BRIEFLY)).isInstanceOf(Unknown.class);
        assertThat(calls()).filteredOn(call -> call.startsWith("POST")).hasSize(1);
    }

    @Test
    void doesNotTakeForAbsentWhatTheDeadlineKeptFromAppearing() {
        options = options.toBuilder().repeatWhenAbsent().build();
        server.next(Replies.lostReply()).on("/messages", Replies.json(200, NOTHING));

        assertThat(send(server.url(), LONG, LONG.plusSeconds(1))).isInstanceOf(Unknown.class);
        assertThat(calls()).filteredOn(call -> call.startsWith("POST")).hasSize(1);
    }

    @Test
    void findsWhatComesIntoTheListLate() {
        server.next(
                Replies.lostReply(), Replies.json(200, NOTHING), Replies.json(200, NOTHING), Replies.json(200, LISTED));

        assertAccepted(send(), "7");
        assertThat(pauses).containsExactly(Duration.ofMillis(100), Duration.ofMillis(200));
    }

    @Test
    void looksAgainWhenTheListCannotBeHad() {
        server.next(
                Replies.lostReply(),
                Replies.lostReply(),
                Replies.json(429, "{\"error\":\"slow down\"}"),
                Replies.html(503, "<h1>Service Unavailable</h1>"),
                Replies.json(200, LISTED));

        assertAccepted(send(), "7");
    }

    @Test
    void looksNoFurtherWhenTheListIsRefused() {
        server.next(Replies.lostReply()).on("/messages", Replies.json(200, Samples.WRONG_TOKEN));

        assertThat(send()).isInstanceOf(Unknown.class);
        assertThat(calls()).hasSize(2);
    }

    @Test
    void doesNotTakeAnotherMessageForItsOwn() {
        server.next(Replies.lostReply()).on("/messages", Replies.json(200, LISTED.replace("order-42", "order-4")));

        assertThat(send(server.url(), LONG, Samples.BRIEFLY)).isInstanceOf(Unknown.class);
    }

    @Test
    void keepsTimeOfTheDeadlineToReadBackWhenTheReplyDoesNotCome() {
        server.next(Replies.silence(), Replies.json(200, LISTED));

        assertAccepted(send(server.url(), Samples.BRIEFLY.multipliedBy(3), LONG), "7");
    }

    @Test
    void readsNothingBackIfItShallNot() {
        server.next(Replies.lostReply());

        assertThat(send(server.url(), LONG, Duration.ZERO)).isInstanceOf(Unknown.class);
        assertThat(calls()).containsExactly("POST messages/chat");
    }

    @Test
    void staysUnknownWhenTheCallerIsInterruptedWhileItReadsBack() {
        ReadBack interrupted = new ReadBack(LONG, duration -> {
            throw new InterruptedException();
        });
        server.on("/messages", Replies.json(200, NOTHING));
        Unknown unknown =
                new Unknown(REFERENCE, Samples.credentials(server.url()).instance(), "no reply");

        ReadBack.Finding finding =
                interrupted.search(unknown, http.client(Samples.credentials(server.url())), Deadline.in(LONG));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(finding).isInstanceOf(ReadBack.Finding.Untold.class);
        assertThat(server.requests()).extracting(RecordedRequest::method).containsExactly("GET");
    }

    private static void assertRejected(SendResult result, RejectionReason reason) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    }
}
