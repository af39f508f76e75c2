package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.NoReplyException.Effect;
import io.smartqueue.ultramsg.internal.thread.DaemonThreads;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;

/**
 * The HTTP connections that the clients of all instances share: one HTTP/1.1 client, a handful of daemon threads.
 *
 * <pre>{@code
 * try (UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.ultraMsg())) {
 *     AccountStatus status = http.client(credentials).instance().status();
 * }
 * }</pre>
 *
 * <p>Thread-safe; share one, close it at the end.
 */
public final class UltraMsgHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UltraMsgHttp.class);

    private static final String JSON = "application/json";
    private static final String PICTURE_OR_JSON = "image/png, image/*, application/json";
    // HttpClient's own pool grows with the load; two threads were measured to serve more requests than it does.
    private static final int HTTP_THREADS = 2;
    private static final int LOOKUP_THREADS = 4;
    private static final int MOST_CALLS = Integer.MAX_VALUE;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(30);

    private final HttpSettings settings;
    private final AllowedHosts allowedHosts;
    private final Clock clock;
    private final HttpClient http;
    private final ExecutorService httpThreads;
    private final ExecutorService lookupThreads;
    private final Alarms alarms;
    private final ResolvedHosts resolvedHosts;
    private final String userAgent = UserAgent.text();
    private final Semaphore callsInFlight = new Semaphore(MOST_CALLS);
    private volatile boolean closing;

    private UltraMsgHttp(HttpSettings settings, AllowedHosts allowedHosts, Clock clock) {
        this.settings = settings;
        this.allowedHosts = allowedHosts;
        this.clock = clock;
        this.httpThreads = Executors.newFixedThreadPool(HTTP_THREADS, DaemonThreads.numbered("ultramsg-http-"));
        this.lookupThreads = Executors.newFixedThreadPool(LOOKUP_THREADS, DaemonThreads.numbered("ultramsg-lookup-"));
        this.alarms = new Alarms(DaemonThreads.numbered("ultramsg-deadline-"));
        this.resolvedHosts = new ResolvedHosts(allowedHosts, lookupThreads);
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1) // on HTTP/2 all tenants would share one connection's streams
                .followRedirects(HttpClient.Redirect.NEVER) // a token never leaves its host
                .connectTimeout(settings.connectTimeout())
                .executor(httpThreads);
        client.proxy(settings.proxy().orElse(HttpClient.Builder.NO_PROXY)); // left alone, it takes the JVM's selector
        settings.sslContext().ifPresent(client::sslContext);
        this.http = client.build();
    }

    /**
     * Opens connections.
     *
     * @param settings how to reach UltraMsg
     * @param allowedHosts where requests may go
     * @return the connections, to be closed by the caller
     */
    public static UltraMsgHttp open(HttpSettings settings, AllowedHosts allowedHosts) {
        return open(settings, allowedHosts, Clock.systemUTC());
    }

    /**
     * Opens connections that tell the time by a clock of the caller's.
     *
     * @param settings how to reach UltraMsg
     * @param allowedHosts where requests may go
     * @param clock for references and times to retry at; deadlines follow the JVM's monotonic clock
     * @return the connections, to be closed by the caller
     */
    public static UltraMsgHttp open(HttpSettings settings, AllowedHosts allowedHosts, Clock clock) {
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(allowedHosts, "allowedHosts");
        Objects.requireNonNull(clock, "clock");
        warnIfPostsAreRepeated();
        return new UltraMsgHttp(settings, allowedHosts, clock);
    }

    private static void warnIfPostsAreRepeated() {
        String property = "jdk.httpclient.enableAllMethodRetry";
        String value = System.getProperty(property);
        if (value != null && (value.isEmpty() || Boolean.parseBoolean(value))) {
            LOG.warn(
                    "This JVM is set to repeat POSTs after a lost connection (-D{}). This library's sends are not"
                            + " repeated, other clients' in this JVM may be: remove the setting.",
                    property);
        }
    }

    /**
     * Returns a client for one instance; cheap, so make one whenever it is needed. Closing it leaves these connections open.
     *
     * @param credentials which instance, with its token
     * @return the client
     */
    public UltraMsgClient client(InstanceCredentials credentials) {
        return UltraMsgClient.sharing(this, credentials);
    }

    /**
     * Returns a client that looks its credentials up for each call, and whose messages go a way of the caller's, such as one
     * that counts them. Closing it leaves these connections open.
     *
     * @param credentials asked once for each call other than a send; what it throws, the call throws
     * @param sending what {@link Messages#send} does; the options always hold a deadline
     * @return the client
     */
    public UltraMsgClient client(
            Supplier<InstanceCredentials> credentials, BiFunction<OutboundMessage, SendOptions, SendResult> sending) {
        return UltraMsgClient.sharing(this, credentials, sending);
    }

    Clock clock() {
        return clock;
    }

    HttpReply get(URI uri, Deadline deadline) {
        return ask(uri, JSON, settings.maxReplyBytes(), deadline);
    }

    /** For replies that may be long: lists, and pictures. */
    HttpReply getLong(URI uri, Deadline deadline) {
        return ask(uri, PICTURE_OR_JSON, settings.maxListBytes(), deadline);
    }

    private HttpReply ask(URI uri, String accept, int maxBytes, Deadline deadline) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).header("Accept", accept).GET();
        return exchange(request, uri.getHost(), null, maxBytes, deadline, http::send);
    }

    HttpReply post(URI uri, Form form, Deadline deadline) {
        SingleUseBody body = new SingleUseBody(form.body(), deadline);
        return post(uri, Form.CONTENT_TYPE, body, deadline, http::send);
    }

    HttpReply upload(URI uri, Multipart content, Deadline deadline) {
        StreamedBody stream = content.body();
        Transport onTheCallersThread = (request, reader) -> stream.send(http, request, reader);
        return post(uri, content.contentType(), new SingleUseBody(stream, deadline), deadline, onTheCallersThread);
    }

    private HttpReply post(URI uri, String contentType, SingleUseBody body, Deadline deadline, Transport transport) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Accept", JSON)
                .header("Content-Type", contentType)
                .POST(body);
        return exchange(request, uri.getHost(), body, settings.maxReplyBytes(), deadline, transport);
    }

    /** How a request leaves and its reply is waited for. */
    private interface Transport {
        HttpResponse<byte[]> send(HttpRequest request, HttpResponse.BodyHandler<byte[]> reader)
                throws IOException, InterruptedException;
    }

    private HttpReply exchange(
            HttpRequest.Builder request,
            String host,
            @Nullable SingleUseBody body,
            int maxBytes,
            Deadline deadline,
            Transport transport) {
        if (!callsInFlight.tryAcquire()) {
            throw connectionsClosed();
        }
        try {
            if (closing) { // asked only now: close() waits for whoever got in before it was set
                throw connectionsClosed();
            }
            requirePublic(host, deadline);
            request.timeout(deadline.remaining()).header("User-Agent", userAgent);
            HttpResponse<byte[]> response =
                    transport.send(request.build(), headers -> new BoundedReply(maxBytes, deadline, alarms));
            return new HttpReply(response);
        } catch (HttpTimeoutException e) {
            throw noReply(body, "the time was over before the reply was complete", e);
        } catch (IOException e) {
            throw noReply(body, "the connection failed (" + e.getClass().getSimpleName() + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noReply(body, "the calling thread was interrupted", e);
        } finally {
            callsInFlight.release();
            if (closing && callsInFlight.availablePermits() == MOST_CALLS) {
                giveThreadsBack(); // the last call that close() did not wait for
            }
        }
    }

    private static NoReplyException connectionsClosed() {
        return new NoReplyException(Effect.NONE, "the request was not sent: the connections are closed", null);
    }

    private void requirePublic(String host, Deadline deadline) throws InterruptedException {
        if (allowedHosts.isUnrestricted() || settings.proxy().isPresent()) {
            return;
        }
        switch (resolvedHosts.judge(host, deadline)) {
            case NOT_PUBLIC ->
                throw new NoReplyException(
                        Effect.NONE,
                        "the request was not sent: the host of the base URL resolves to an address that is not public",
                        null);
            case NOT_FOUND ->
                throw new NoReplyException(
                        Effect.NONE, "the request was not sent: the host of the base URL cannot be resolved", null);
            case PUBLIC -> {}
        }
    }

    private static NoReplyException noReply(@Nullable SingleUseBody body, String what, Exception cause) {
        if (body == null) {
            return new NoReplyException(Effect.NONE, "no reply: " + what, cause);
        }
        return body.withdraw() || isFailedHandshake(cause)
                ? new NoReplyException(Effect.NONE, "the request was not sent: " + what, cause)
                : new NoReplyException(Effect.POSSIBLE, "no reply: " + what, cause);
    }

    /**
     * The client may take the body off our hands while the handshake still goes on; but a server decrypts nothing before
     * its end.
     */
    private static boolean isFailedHandshake(@Nullable Throwable failure) {
        return failure != null && (failure instanceof SSLHandshakeException || isFailedHandshake(failure.getCause()));
    }

    /**
     * Lets calls in flight end by their deadlines, then gives the threads back. Waits for that 30 seconds at most, and not
     * at all if the calling thread is interrupted.
     */
    @Override
    public void close() {
        closing = true;
        try {
            if (callsInFlight.tryAcquire(MOST_CALLS, CLOSE_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                callsInFlight.release(MOST_CALLS); // so that closing again does not wait for itself
                giveThreadsBack();
            } else {
                LOG.warn("Closing while calls to UltraMsg are still in flight; they end by their deadlines");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Only when no call is left: without the threads, its deadline would not end it. */
    private void giveThreadsBack() {
        httpThreads.shutdown();
        lookupThreads.shutdownNow();
        alarms.end();
    }
}
