package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Answers the calls to one instance; no HTTP. Thread-safe: every method holds this object's monitor, and computes first
 * what the time has brought.
 */
final class InstanceState {

    private static final Pattern ASKS_WHATSAPP = Pattern.compile("\\S+ (chats|contacts|groups)(/.*)?");

    private final String instance;
    private final String token;
    private final InstanceData data;
    private final Webhooks webhooks;
    private final Map<String, Call> calls = new HashMap<>();
    private final Deque<Runnable> switches = new ArrayDeque<>();
    private long requests;

    InstanceState(String instance, String token, Clock clock, String baseUrl) {
        this.instance = instance;
        this.token = token;
        this.webhooks = new Webhooks(instance);
        this.data = new InstanceData(clock, baseUrl);
        calls.putAll(SendCalls.of(data));
        calls.putAll(QueueCalls.of(data));
        calls.putAll(InstanceCalls.of(data));
        calls.putAll(ChatCalls.of(data));
        calls.putAll(ContactCalls.of(data));
        calls.putAll(MediaCalls.of(data));
    }

    synchronized StubReply answer(StubRequest request) {
        requests++;
        turnNext();
        data.catchUp();
        Pace pace = data.behaviour.pace; // as it was when the request came
        StubReply reply = reply(request).with(data.behaviour.errorStatus).at(pace);
        tell();
        return reply;
    }

    private void turnNext() {
        Runnable next = switches.poll();
        if (next != null) {
            List<Runnable> others = List.copyOf(switches);
            next.run();
            switches.clear(); // the next one may be worksNormally, which is meant for this request only
            switches.addAll(others);
        }
    }

    synchronized void change(Consumer<InstanceData> changed) {
        data.catchUp();
        changed.accept(data);
        data.catchUp();
        tell();
    }

    Webhooks webhooks() {
        return webhooks;
    }

    private void tell() {
        for (WebhookEvent event : data.events) {
            webhooks.post(
                    URI.create(data.settings.text("webhook_url")),
                    event.payload(instance.replace("instance", "")),
                    data.settings.number("webhook_retries"));
        }
        data.events.clear();
        notifyAll();
    }

    /** Turns a switch before each of the next requests. */
    synchronized void changeInTurn(List<Runnable> turned) {
        switches.addAll(turned);
    }

    synchronized void worksNormally() {
        switches.clear();
        change(now -> now.behaviour = new Behaviour());
    }

    synchronized <T> T read(Function<InstanceData, T> question) {
        data.catchUp();
        tell();
        return question.apply(data);
    }

    synchronized long requests() {
        return requests;
    }

    /** Waits until the messages are as wanted or the time is over, whichever is first. */
    synchronized List<ReceivedMessage> awaitMessages(Predicate<List<ReceivedMessage>> wanted, Duration atMost)
            throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        long left = atMost.toNanos();
        while (left > 0 && !wanted.test(List.copyOf(data.accepted))) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
        return List.copyOf(data.accepted);
    }

    /** A text without the token. */
    String masked(String text) {
        return text.replace(token, "***");
    }

    private StubReply reply(StubRequest request) {
        Behaviour behaviour = data.behaviour;
        if (behaviour.toEverything != null) {
            return behaviour.toEverything;
        }
        if (request.call().startsWith(MediaStore.FETCH)) {
            return file(request.call());
        }
        Call call = calls.get(request.call());
        if (call == null) {
            return DocumentedReplies.pathNotFound();
        }
        StubReply refusal = refusal(request);
        return refusal == null ? call.answer(request) : refusal;
    }

    private @Nullable StubReply refusal(StubRequest request) {
        Behaviour behaviour = data.behaviour;
        if (behaviour.tokenRejected || !token.equals(request.parameter("token"))) {
            return DocumentedReplies.wrongToken();
        }
        if (behaviour.stopped) {
            return DocumentedReplies.stoppedForNonPayment();
        }
        boolean asksWhatsApp = ASKS_WHATSAPP.matcher(request.call()).matches();
        return asksWhatsApp && !behaviour.account.hasSession() ? InventedReplies.notConnected(behaviour.account) : null;
    }

    private StubReply file(String call) {
        UploadedFile file = data.media.fetch(call);
        return file == null
                ? DocumentedReplies.pathNotFound()
                : StubReply.raw(200, "application/octet-stream", file.bytes());
    }
}
