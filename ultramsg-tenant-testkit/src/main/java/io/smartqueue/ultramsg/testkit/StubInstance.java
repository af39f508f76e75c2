package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.InstanceId;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One UltraMsg instance of an {@link UltraMsgServer}: how it behaves, and what it has received.
 *
 * <p>It works normally until a switch says otherwise. Switches act at once, for this instance only, may be chained and
 * may be turned while requests run:
 *
 * <pre>{@code
 * StubInstance instance = server.addInstance("instance1150", "t0ken");
 * instance.repliesAfter(Duration.ofSeconds(2)).losesReplyAfterAccepting(1);
 * assertThat(instance).receivedNothing();
 * }</pre>
 *
 * <p>The switches that replace every answer ({@code answersHtml}, {@code answersEmptyBody}, {@code answersRaw},
 * {@code answersTooManyRequests}, {@code resetsConnection}) exclude one another: the last one counts. While one of them
 * is on, nothing is recorded. All other switches add up. {@link #worksNormally()} turns all of them off.
 *
 * <p>Thread-safe.
 */
public final class StubInstance {

    private final InstanceId id;
    private final URI baseUrl;
    private final InstanceState state;

    StubInstance(InstanceId id, String token, URI baseUrl, Clock clock) {
        this.id = id;
        this.baseUrl = baseUrl;
        this.state = new InstanceState(id.value(), token, clock, baseUrl.toString());
    }

    /**
     * Names the instance as in paths.
     *
     * @return the word {@code instance} and digits
     */
    public String id() {
        return id.value();
    }

    /**
     * Tells where this instance answers over HTTP.
     *
     * @return the server's base URL with the instance's id as its path
     */
    public URI baseUrl() {
        return baseUrl;
    }

    /**
     * Lists the messages accepted so far.
     *
     * @return an unchanging list in the order of acceptance
     */
    public List<ReceivedMessage> receivedMessages() {
        return state.read(data -> List.copyOf(data.accepted));
    }

    /**
     * Counts the requests that reached this instance, refused ones included.
     *
     * @return how many
     */
    public long requestCount() {
        return state.requests();
    }

    /**
     * Turns every switch off. Messages, the daily count and the connected account stay; messages that waited for the
     * account leave the queue.
     *
     * @return this instance
     */
    public StubInstance worksNormally() {
        state.worksNormally();
        return this;
    }

    /**
     * Connects a WhatsApp account, which {@code instance/me} shows from now on, and makes the instance ready.
     *
     * @param number the account's number, such as {@code +15550009999}
     * @param name the account's name
     * @return this instance
     * @throws IllegalArgumentException if the number is not 5 to 15 digits with or without a plus
     */
    public StubInstance isConnectedAs(String number, String name) {
        Account account = new Account(number, name);
        state.change(data -> data.account = account);
        return is(AccountState.AUTHENTICATED);
    }

    /**
     * Lets the account wait for someone to scan the QR code: its status is {@code qr}, {@code instance/me} gives an
     * error, and messages are accepted but stay in the queue, as UltraMsg documents.
     *
     * @return this instance
     */
    public StubInstance waitsForQrScan() {
        return is(AccountState.QR);
    }

    /**
     * Puts the account in standby, another WhatsApp Web session being active: messages are accepted but stay in the
     * queue.
     *
     * @return this instance
     */
    public StubInstance isInStandby() {
        return is(AccountState.STANDBY);
    }

    /**
     * Lets the account start: its status is {@code initialize}, messages are accepted but stay in the queue.
     *
     * @return this instance
     */
    public StubInstance isStarting() {
        return is(AccountState.INITIALIZE);
    }

    /**
     * Lets the account load its chats: its status is {@code loading}, messages are accepted but stay in the queue.
     *
     * @return this instance
     */
    public StubInstance isLoading() {
        return is(AccountState.LOADING);
    }

    /**
     * Lets the account look for its phone: its status is {@code retrying}, messages are accepted but stay in the queue.
     *
     * @return this instance
     */
    public StubInstance isRetrying() {
        return is(AccountState.RETRYING);
    }

    /**
     * Cuts the account off: its status is {@code disconnected}, messages are accepted but stay in the queue.
     *
     * @return this instance
     */
    public StubInstance isDisconnected() {
        return is(AccountState.DISCONNECTED);
    }

    /**
     * Names a person's number, to say how WhatsApp knows it.
     *
     * @param number such as {@code +15550001111}
     * @return the number
     * @throws IllegalArgumentException if it is no number
     */
    public StubNumber number(String number) {
        if (!ChatId.isRecipient(number)) {
            throw new IllegalArgumentException("Expected a number such as +15550009999");
        }
        return new StubNumber(ChatId.of(number), state);
    }

    /**
     * Puts the account into a group.
     *
     * @param id such as {@code 120363000000000001@g.us}
     * @param name the group's name
     * @param participants numbers
     * @return this instance
     * @throws IllegalArgumentException if the id is not a group's
     */
    public StubInstance isInGroup(String id, String name, String... participants) {
        state.change(data -> data.groups.add(id, name, List.of(participants)));
        return this;
    }

    /**
     * Lets recipients read messages that are sent from now on.
     *
     * @param after how long they take, by the server's clock
     * @return this instance
     * @throws IllegalArgumentException if the duration is negative
     */
    public StubInstance recipientsReadAfter(Duration after) {
        return change(now -> now.letRead(after));
    }

    /**
     * Tells UltraMsg that a sent message was read. By itself a message gets as far as the recipient's device.
     *
     * @param id the number in the queue
     * @return this instance
     * @throws IllegalArgumentException if the queue has no such message
     * @throws IllegalStateException if the message is not sent
     */
    public StubInstance messageIsRead(long id) {
        state.change(data -> queued(data, id).acknowledge(Ack.READ));
        return this;
    }

    /**
     * Tells UltraMsg that a sent voice note or film was played.
     *
     * @param id the number in the queue
     * @return this instance
     * @throws IllegalArgumentException if the queue has no such message
     * @throws IllegalStateException if the message is not sent
     */
    public StubInstance messageIsPlayed(long id) {
        state.change(data -> queued(data, id).acknowledge(Ack.PLAYED));
        return this;
    }

    /**
     * Lets a message fail: its status is {@code unsent} from now on, until it is resent.
     *
     * @param id the number in the queue
     * @param reason such as {@code temporary_block}
     * @return this instance
     * @throws IllegalArgumentException if the queue has no such message
     */
    public StubInstance messageIsUnsent(long id, String reason) {
        state.change(data -> data.queue.fail(queued(data, id), reason));
        return this;
    }

    /**
     * Tells the reactions that were sent and not taken back.
     *
     * @return the emoji by WhatsApp's id of the message
     */
    public Map<String, String> reactions() {
        return state.read(data -> Map.copyOf(data.reactions));
    }

    /**
     * Lists the messages that were deleted.
     *
     * @return WhatsApp's ids, in the order of the requests
     */
    public List<String> deletedMessages() {
        return state.read(data -> List.copyOf(data.deleted));
    }

    /**
     * Refuses every token, with the documented body.
     *
     * @return this instance
     */
    public StubInstance rejectsToken() {
        return change(now -> now.tokenRejected = true);
    }

    /**
     * Stops for non-payment, with the documented body. Nothing leaves the queue.
     *
     * @return this instance
     */
    public StubInstance isStoppedForNonPayment() {
        return change(now -> now.stopped = true);
    }

    /**
     * Gives every error of UltraMsg's the HTTP status 200. Without this and its counterpart, each has the status that
     * sources report: 200 for the token and parameters, 404 for what is not found and for a stopped instance.
     *
     * @return this instance
     */
    public StubInstance answersErrorsWith200() {
        return change(now -> now.errorStatus = ErrorStatus.ALWAYS_200);
    }

    /**
     * Gives every error of UltraMsg's a usual 4xx status: 401 for the token, 404 for what is not found and for a stopped
     * instance, 429 for limits, 400 for everything else.
     *
     * @return this instance
     */
    public StubInstance answersErrorsWith4xx() {
        return change(now -> now.errorStatus = ErrorStatus.ALWAYS_4XX);
    }

    /**
     * Answers in shapes that single sources report: {@code sent} as a boolean and {@code id} as a string, lists inside an
     * object, {@code []} for an empty object, flat statistics, {@code qrcode}.
     *
     * @return this instance
     */
    public StubInstance repliesInRareShapes() {
        return change(now -> now.shapes = Shapes.RARE);
    }

    /**
     * Turns a switch before each of the next requests; the last one stays. {@code worksNormally()} is a switch, too.
     *
     * <pre>{@code
     * instance.inTurn(stub -> stub.answersHtml(503), StubInstance::resetsConnection, StubInstance::worksNormally);
     * }</pre>
     *
     * @param switches one for each request, after those of an earlier call
     * @return this instance
     */
    @SafeVarargs
    public final StubInstance inTurn(Consumer<StubInstance>... switches) {
        List<Runnable> turned = new ArrayList<>();
        for (Consumer<StubInstance> each : switches) {
            turned.add(() -> each.accept(this));
        }
        state.changeInTurn(turned);
        return this;
    }

    /**
     * Refuses messages beyond a number per UTC day of the server's clock; messages accepted earlier that day count. The
     * answer is invented, no public source shows one.
     *
     * @param after how many messages a day, zero or more
     * @return this instance
     * @throws IllegalArgumentException if the number is negative
     */
    public StubInstance reachesDailyLimit(int after) {
        return change(now -> now.limitTo(after));
    }

    /**
     * Accepts and records the next messages, then closes the connection without an answer.
     *
     * @param count how many messages, zero or more; replaces what is left of an earlier call
     * @return this instance
     * @throws IllegalArgumentException if the count is negative
     */
    public StubInstance losesReplyAfterAccepting(int count) {
        return change(now -> now.lose(count));
    }

    /**
     * Resets the connection of every request and records nothing.
     *
     * @return this instance
     */
    public StubInstance resetsConnection() {
        return answers(StubReply.none(StubReply.Ending.RESET));
    }

    /**
     * Answers late. A message is recorded when its request arrives, not when the reply leaves.
     *
     * @param delay how late, up to an hour; zero for at once
     * @return this instance
     * @throws IllegalArgumentException if the delay is negative or too long
     */
    public StubInstance repliesAfter(Duration delay) {
        return change(now -> now.pace = now.pace.withDelay(delay));
    }

    /**
     * Answers one byte of the body at a time, in HTTP chunks; the headers leave with the first byte. A message is
     * recorded when its request arrives.
     *
     * @param pausePerByte how long to pause before each byte, up to an hour; zero for none
     * @return this instance
     * @throws IllegalArgumentException if the pause is negative or too long
     */
    public StubInstance tricklesReplies(Duration pausePerByte) {
        return change(now -> now.pace = now.pace.withPausePerByte(pausePerByte));
    }

    /**
     * Answers an HTML page, as a server in front of UltraMsg may in an outage.
     *
     * @param httpStatus the HTTP status, such as 500 or 503
     * @return this instance
     * @throws IllegalArgumentException if the status is not from 200 to 599
     */
    public StubInstance answersHtml(int httpStatus) {
        return answers(InventedReplies.html(httpStatus));
    }

    /**
     * Answers HTTP status 200 with no body and no content type.
     *
     * @return this instance
     */
    public StubInstance answersEmptyBody() {
        return answersRaw(200, "", "");
    }

    /**
     * Answers HTTP status 429 with a {@code Retry-After} header; invented, no public source shows one.
     *
     * @param retryAfter when to come again, cut to seconds
     * @return this instance
     * @throws IllegalArgumentException if the duration is negative
     */
    public StubInstance answersTooManyRequests(Duration retryAfter) {
        return answers(InventedReplies.tooManyRequests(retryAfter));
    }

    /**
     * Answers exactly this.
     *
     * @param httpStatus the HTTP status
     * @param contentType the content type, or empty for none
     * @param body the body, sent in UTF-8
     * @return this instance
     * @throws IllegalArgumentException if the status is not from 200 to 599
     */
    public StubInstance answersRaw(int httpStatus, String contentType, String body) {
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(body, "body");
        return answers(StubReply.raw(httpStatus, contentType, body));
    }

    /**
     * Sets where the instance posts its webhooks, and turns on the events for received messages, created messages and
     * acks; {@code instance/settings} does the same over HTTP.
     *
     * @param url the one address that webhooks go to
     * @return this instance
     */
    public StubInstance postsWebhooksTo(URI url) {
        Map<String, String> settings = Map.of(
                "webhook_url", url.toString(),
                "webhook_message_received", "true",
                "webhook_message_create", "true",
                "webhook_message_ack", "true",
                "webhook_message_download_media", "true",
                "webhook_message_reaction", "true");
        state.change(data -> data.settings.write(new StubRequest(id(), "POST instance/settings", settings)));
        return this;
    }

    /**
     * Lets a message come in. It enters its chat, and a webhook tells of it if the settings say so.
     *
     * @param message what somebody sends
     * @return this instance
     */
    public StubInstance receives(InboundMessage message) {
        state.change(data -> data.receive(message));
        return this;
    }

    /**
     * Posts each webhook several times, as UltraMsg does when an answer gets lost.
     *
     * @param copies how many of each, 1 for the usual
     * @return this instance
     * @throws IllegalArgumentException if the number is less than 1
     */
    public StubInstance duplicatesWebhooks(int copies) {
        state.webhooks().copies(copies);
        return this;
    }

    /**
     * Keeps webhooks back until they are released.
     *
     * @return this instance
     */
    public StubInstance holdsWebhooks() {
        state.webhooks().hold();
        return this;
    }

    /**
     * Posts what was kept back, in the order of the events, and keeps nothing back from now on.
     *
     * @return this instance
     */
    public StubInstance releasesWebhooks() {
        state.webhooks().release(Webhooks.Order.AS_THEY_CAME);
        return this;
    }

    /**
     * Posts what was kept back, the latest first, and keeps nothing back from now on.
     *
     * @return this instance
     */
    public StubInstance releasesWebhooksInReverse() {
        state.webhooks().release(Webhooks.Order.REVERSED);
        return this;
    }

    /**
     * Waits until every webhook that is due was accepted or given up after its repeats; those kept back are not due.
     *
     * @param atMost how long to wait, by this machine's clock
     * @return how many webhooks were accepted since the instance was added
     * @throws IllegalStateException if some are still under way then
     * @throws InterruptedException if the thread is interrupted
     */
    public int awaitWebhooks(Duration atMost) throws InterruptedException {
        state.read(data -> data.lastId()); // acks come with time, which is computed when asked for
        if (!state.webhooks().await(atMost)) {
            throw new IllegalStateException("Webhooks of " + id + " are still under way after " + atMost);
        }
        return state.webhooks().delivered();
    }

    /**
     * Names the instance without its token.
     *
     * @return the id and the base URL
     */
    @Override
    public String toString() {
        return "StubInstance[" + id + " at " + baseUrl + "]";
    }

    StubReply answer(StubRequest request) {
        return state.answer(request);
    }

    List<ReceivedMessage> awaitMessages(Predicate<List<ReceivedMessage>> wanted, Duration atMost)
            throws InterruptedException {
        return state.awaitMessages(wanted, atMost);
    }

    String masked(String text) {
        return state.masked(text);
    }

    private StubInstance answers(StubReply toEverything) {
        return change(now -> now.toEverything = toEverything);
    }

    private StubInstance is(AccountState account) {
        return change(now -> now.account = account);
    }

    private StubInstance change(Consumer<Behaviour> switched) {
        state.change(data -> switched.accept(data.behaviour));
        return this;
    }

    private static QueuedMessage queued(InstanceData data, long id) {
        QueuedMessage message = data.queue.find(id);
        if (message == null) {
            throw new IllegalArgumentException("The queue has no message " + id);
        }
        return message;
    }
}
