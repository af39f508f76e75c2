package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.InstanceId;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * One UltraMsg instance of an {@link UltraMsgServer}: how it behaves, and what it has received.
 *
 * <p>It works normally until a switch says otherwise. Switches act at once, for this instance only, may be chained and
 * may be turned while requests run:
 *
 * <pre>{@code
 * StubInstance instance = server.addInstance("instance1150", "t0ken");
 * instance.repliesAfter(Duration.ofSeconds(2)).losesNextReplies(1);
 * assertThat(instance).hasReceivedNothing();
 * }</pre>
 *
 * <p>The switches that replace every answer ({@code rejectsToken…}, {@code isStopped…}, {@code answers…},
 * {@code resetsConnections}) exclude one another: the last one counts. While one of them is on, nothing is recorded. All
 * other switches add up. {@link #worksNormally()} turns all of them off.
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
        this.state = new InstanceState(token, clock);
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
        return state.received();
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
        return change(Behaviour.NORMAL);
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
        state.connect(new Account(number, name));
        return this;
    }

    /**
     * Lets the account wait for someone to scan the QR code: its status is {@code qr}, {@code instance/me} gives an
     * error, and messages are accepted but stay in the queue, as UltraMsg documents.
     *
     * @return this instance
     */
    public StubInstance waitsForQrScan() {
        state.change(now -> now.in(AccountState.QR));
        return this;
    }

    /**
     * Puts the account in standby, another WhatsApp Web session being active: messages are accepted but stay in the
     * queue.
     *
     * @return this instance
     */
    public StubInstance isInStandby() {
        state.change(now -> now.in(AccountState.STANDBY));
        return this;
    }

    /**
     * Refuses every token, with the documented body and HTTP status 200.
     *
     * @return this instance
     */
    public StubInstance rejectsToken() {
        return rejectsTokenWithStatus(200);
    }

    /**
     * Refuses every token with the documented body. No public source shows a status other than 200.
     *
     * @param httpStatus the HTTP status, such as 401
     * @return this instance
     * @throws IllegalArgumentException if the status is not from 200 to 599
     */
    public StubInstance rejectsTokenWithStatus(int httpStatus) {
        return answers(DocumentedReplies.wrongToken(httpStatus));
    }

    /**
     * Stops for non-payment, with the documented body and HTTP status 404.
     *
     * @return this instance
     */
    public StubInstance isStoppedForNonPayment() {
        return isStoppedForNonPaymentWithStatus(404);
    }

    /**
     * Stops for non-payment with the documented body. Public sources show the statuses 404 and 200.
     *
     * @param httpStatus the HTTP status
     * @return this instance
     * @throws IllegalArgumentException if the status is not from 200 to 599
     */
    public StubInstance isStoppedForNonPaymentWithStatus(int httpStatus) {
        return answers(DocumentedReplies.stoppedForNonPayment(httpStatus));
    }

    /**
     * Refuses messages beyond a number per UTC day of the server's clock; messages accepted earlier that day count. The
     * answer is invented, no public source shows one.
     *
     * @param messages how many a day, zero or more
     * @return this instance
     * @throws IllegalArgumentException if the number is negative
     */
    public StubInstance hasDailyLimit(int messages) {
        state.change(now -> now.limitedTo(messages));
        return this;
    }

    /**
     * Accepts and records the next messages, then closes the connection without an answer.
     *
     * @param count how many messages, zero or more; replaces what is left of an earlier call
     * @return this instance
     * @throws IllegalArgumentException if the count is negative
     */
    public StubInstance losesNextReplies(int count) {
        state.change(now -> now.losing(count));
        return this;
    }

    /**
     * Resets the connection of every request and records nothing.
     *
     * @return this instance
     */
    public StubInstance resetsConnections() {
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
        state.change(now -> now.at(now.pace().withDelay(delay)));
        return this;
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
        state.change(now -> now.at(now.pace().withPausePerByte(pausePerByte)));
        return this;
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

    List<ReceivedMessage> awaitMessages(int count, Duration atMost) throws InterruptedException {
        return state.awaitMessages(count, atMost);
    }

    private StubInstance answers(StubReply toEverything) {
        state.change(now -> now.answering(toEverything));
        return this;
    }

    private StubInstance change(Behaviour behaviour) {
        state.change(now -> behaviour);
        return this;
    }
}
