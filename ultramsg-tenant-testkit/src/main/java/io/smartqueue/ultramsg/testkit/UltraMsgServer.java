package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.InstanceId;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.net.ssl.SSLContext;

/**
 * A stand-in for UltraMsg that keeps state for instances added at run time, over HTTP and HTTPS on this machine's loopback
 * address.
 *
 * <pre>{@code
 * try (UltraMsgServer server = UltraMsgServer.start()) {
 *     StubInstance instance = server.addInstance("instance1150", "t0ken");
 *     // let the code under test send to server.baseUrl(), then
 *     assertThat(instance).received(text("Your turn").to("+15550001111"));
 * }
 * }</pre>
 *
 * <p>It serves every call that docs/ultramsg-api.md names. HTTPS uses a self-signed certificate; {@link #sslContext()} trusts it. HTTP is version 1.1.
 *
 * <p>Thread-safe. Close it to free its ports; a closed server cannot start again.
 *
 * @see <a href="https://docs.ultramsg.com">UltraMsg docs, read 2026-11</a>
 */
public final class UltraMsgServer implements AutoCloseable {

    private final Clock clock;
    private final ConcurrentMap<String, StubInstance> instances = new ConcurrentHashMap<>();
    private volatile ErrorStatus errorStatus = ErrorStatus.AS_REPORTED;
    private final ControlApi control = new ControlApi(this);
    private final Set<String> controlled;
    private final WireMockTransport transport;

    private UltraMsgServer(Builder builder) {
        clock = builder.clock;
        controlled = builder.controlled;
        transport = WireMockTransport.start(builder.port, builder.httpsPort, this::answer);
    }

    /**
     * Starts a server on free ports, with the system's clock.
     *
     * @return a running server without instances
     */
    public static UltraMsgServer start() {
        return builder().start();
    }

    /**
     * Prepares a server with other ports or another clock. Defaults: free ports, the system's clock in UTC.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Tells where the server answers over HTTP.
     *
     * @return such as {@code http://localhost:9080}, without a slash at the end
     */
    public URI baseUrl() {
        return URI.create("http://localhost:" + transport.port());
    }

    /**
     * Tells where the server answers over HTTPS.
     *
     * @return such as {@code https://localhost:9443}, without a slash at the end
     */
    public URI httpsBaseUrl() {
        return URI.create("https://localhost:" + transport.httpsPort());
    }

    /**
     * Makes an SSL context for clients that trusts this server's self-signed certificate, under any host name, and no
     * other certificate.
     *
     * @return a new context
     */
    public SSLContext sslContext() {
        return transport.certificate().trustingContext();
    }

    /**
     * Adds an instance that works normally.
     *
     * @param id the instance's id, such as {@code instance1150} or {@code 1150}
     * @param token the token it accepts
     * @return the new instance
     * @throws IllegalArgumentException if the id has another form or the token is blank
     * @throws IllegalStateException if the server has this instance already
     */
    public StubInstance addInstance(String id, String token) {
        InstanceId instanceId = InstanceId.parse(id);
        if (token.isBlank()) {
            throw new IllegalArgumentException("Expected a token but it is blank");
        }
        URI url = URI.create(baseUrl() + "/" + instanceId);
        StubInstance instance = new StubInstance(instanceId, token, url, clock);
        if (instances.putIfAbsent(instance.id(), instance) != null) {
            throw new IllegalStateException("The server has " + instanceId + " already");
        }
        return instance;
    }

    /**
     * Finds an instance.
     *
     * @param id the instance's id, such as {@code instance1150} or {@code 1150}
     * @return the instance that was added under this id
     * @throws IllegalArgumentException if the id has another form or there is no such instance
     */
    public StubInstance instance(String id) {
        InstanceId instanceId = InstanceId.parse(id);
        StubInstance instance = instances.get(instanceId.value());
        if (instance == null) {
            throw new IllegalArgumentException(
                    "The server has no " + instanceId + ", only " + instances().keySet());
        }
        return instance;
    }

    /**
     * Gives errors about instances that are not here the HTTP status 200 in place of 404, until {@link #reset()}. What is
     * wrong with one that is here, {@link StubInstance#answersErrorsWith200()} switches.
     *
     * @return this server
     */
    public UltraMsgServer answersErrorsWith200() {
        errorStatus = ErrorStatus.ALWAYS_200;
        return this;
    }

    /** Removes all instances; requests that are under way still get their answers. */
    public void reset() {
        instances.clear();
        errorStatus = ErrorStatus.AS_REPORTED;
    }

    /** Closes all connections and frees the ports; slow answers are cut off. Closing again has no effect. */
    @Override
    public void close() {
        transport.close();
    }

    /**
     * Names the server.
     *
     * @return its base URLs and the ids of its instances
     */
    @Override
    public String toString() {
        return "UltraMsgServer[" + baseUrl() + ", " + httpsBaseUrl() + ", "
                + List.copyOf(instances().keySet()) + "]";
    }

    List<String> ids() {
        return List.copyOf(instances().keySet());
    }

    private Map<String, StubInstance> instances() {
        return new TreeMap<>(instances);
    }

    private StubReply answer(StubRequest request) {
        if (controlled.contains(request.instance())) {
            return control.answer(request);
        }
        StubInstance instance = instances.get(request.instance());
        if (instance != null) {
            return instance.answer(request);
        }
        StubReply error = request.instance().matches("instance\\d+")
                ? DocumentedReplies.instanceNotFound()
                : DocumentedReplies.pathNotFound();
        return error.with(errorStatus);
    }

    /** Options of a server; not thread-safe. */
    public static final class Builder {

        private int port;
        private int httpsPort;
        private Clock clock = Clock.systemUTC();
        private Set<String> controlled = Set.of();

        private Builder() {}

        /**
         * Sets the HTTP port.
         *
         * @param number 1 to 65535, or 0 for a free one, which is the default
         * @return this builder
         * @throws IllegalArgumentException if the number is no port
         */
        public Builder port(int number) {
            port = requirePort(number);
            return this;
        }

        /**
         * Sets the HTTPS port.
         *
         * @param number 1 to 65535, or 0 for a free one, which is the default
         * @return this builder
         * @throws IllegalArgumentException if the number is no port
         */
        public Builder httpsPort(int number) {
            httpsPort = requirePort(number);
            return this;
        }

        /**
         * Sets the clock that dates messages and tells the day of a daily limit.
         *
         * @param newClock by default the system's, in UTC
         * @return this builder
         */
        public Builder clock(Clock newClock) {
            clock = Objects.requireNonNull(newClock, "clock");
            return this;
        }

        /** Lets other programs control the server by HTTP; code under test has no business there. */
        Builder controlledByHttp() {
            controlled = Set.of(ControlApi.ROOT);
            return this;
        }

        /**
         * Starts a server with these options.
         *
         * @return a running server without instances
         * @throws IllegalStateException if it cannot start, because a port is taken for instance
         */
        public UltraMsgServer start() {
            return new UltraMsgServer(this);
        }

        private static int requirePort(int number) {
            if (number < 0 || number > 65535) {
                throw new IllegalArgumentException("Expected a port from 0 to 65535 but got " + number);
            }
            return number;
        }
    }
}
