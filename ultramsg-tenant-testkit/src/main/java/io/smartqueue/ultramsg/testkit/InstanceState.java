package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What one instance knows and how it answers; no HTTP. Thread-safe: every method holds this object's monitor. */
final class InstanceState {

    private static final int LONGEST_BODY = 4096;
    private static final int USUAL_PRIORITY = 10;

    private final String token;
    private final Clock clock;
    private final MessageQueue queue = new MessageQueue();
    private final Map<String, Function<StubRequest, StubReply>> calls = Map.of(
            "POST messages/chat", this::chat,
            "GET messages", this::messages,
            "GET instance/status", this::status,
            "GET instance/me", this::me);
    private Behaviour behaviour = Behaviour.NORMAL;
    private Account account = new Account("+15550000000", "UltraMsg stub");
    private long requests;

    InstanceState(String token, Clock clock) {
        this.token = token;
        this.clock = clock;
    }

    synchronized StubReply answer(StubRequest request) {
        requests++;
        Pace pace = behaviour.pace(); // as it was when the request came
        return reply(request).at(pace);
    }

    synchronized void change(UnaryOperator<Behaviour> switched) {
        behaviour = switched.apply(behaviour);
        if (isConnected()) {
            queue.sendWaiting(clock.instant());
        }
    }

    synchronized void connect(Account newAccount) {
        account = newAccount;
        change(now -> now.in(AccountState.AUTHENTICATED));
    }

    synchronized long requests() {
        return requests;
    }

    synchronized List<ReceivedMessage> received() {
        return queue.received();
    }

    /** Waits until so many messages are here or the time is over, whichever is first. */
    synchronized List<ReceivedMessage> awaitMessages(int count, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        long left = atMost.toNanos();
        while (queue.size() < count && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        return queue.received();
    }

    private StubReply reply(StubRequest request) {
        StubReply toEverything = behaviour.toEverything();
        if (toEverything != null) {
            return toEverything;
        }
        Function<StubRequest, StubReply> call = calls.get(request.call());
        if (call == null) {
            return DocumentedReplies.pathNotFound();
        }
        return token.equals(request.parameter("token")) ? call.apply(request) : DocumentedReplies.wrongToken(200);
    }

    private StubReply chat(StubRequest request) {
        String to = request.parameter("to");
        String body = request.parameter("body");
        List<Map<String, String>> problems = problems(to, body, request.parameter("priority"));
        if (to == null || body == null || !problems.isEmpty()) {
            return DocumentedReplies.invalid(problems);
        }
        Instant now = clock.instant();
        if (queue.acceptedOnDayOf(now) >= behaviour.dailyLimit()) {
            return InventedReplies.dailyLimitReached(behaviour.dailyLimit());
        }
        long id = queue.size() + 1L;
        accept(new ReceivedMessage(
                id,
                to,
                body,
                request.number("priority", USUAL_PRIORITY),
                request.parameter("referenceId"),
                request.parameter("msgId"),
                now));
        if (behaviour.repliesToLose() > 0) {
            behaviour = behaviour.losing(behaviour.repliesToLose() - 1);
            return StubReply.none(StubReply.Ending.CLOSED);
        }
        return DocumentedReplies.accepted(id);
    }

    private static List<Map<String, String>> problems(
            @Nullable String to, @Nullable String body, @Nullable String priority) {
        List<Map<String, String>> problems = new ArrayList<>();
        if (to == null) {
            problems.add(Map.of("to", "is required"));
        }
        if (body == null) {
            problems.add(Map.of("body", "is required"));
        } else if (body.codePointCount(0, body.length()) > LONGEST_BODY) {
            problems.add(Map.of("body", "max length limit exceeded of " + LONGEST_BODY));
        }
        if (priority != null && !priority.matches("-?\\d{1,9}")) {
            problems.add(InventedReplies.priorityIsNoInteger());
        }
        return problems;
    }

    private void accept(ReceivedMessage message) {
        queue.add(new QueuedMessage(message, isConnected() ? message.at() : null));
        notifyAll();
    }

    private boolean isConnected() {
        return behaviour.account() == AccountState.AUTHENTICATED;
    }

    private StubReply messages(StubRequest request) {
        return MessageList.of(
                queue.queued().stream().map(queued -> queued.listed(account)).toList(), request);
    }

    private StubReply status(StubRequest request) {
        return DocumentedReplies.status(behaviour.account());
    }

    private StubReply me(StubRequest request) {
        return behaviour.account() == AccountState.QR
                ? InventedReplies.notConnected(behaviour.account())
                : DocumentedReplies.me(account);
    }
}
