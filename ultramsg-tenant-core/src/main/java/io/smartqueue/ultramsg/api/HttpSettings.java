package io.smartqueue.ultramsg.api;

import org.jspecify.annotations.Nullable;

import java.net.ProxySelector;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How the library reaches UltraMsg over HTTP. The defaults fit a server with direct access to the internet.
 *
 * <pre>{@code
 * HttpSettings viaProxy = HttpSettings.builder()
 *         .proxy(ProxySelector.of(new InetSocketAddress("proxy.example", 3128)))
 *         .build();
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class HttpSettings {
    private static final long LIST_FACTOR = 32;
    private static final long LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private final Duration connectTimeout;
    private final int maxReplyBytes;
    private final @Nullable ProxySelector proxy;
    private final @Nullable SSLContext sslContext;

    private HttpSettings(Builder from) {
        this.connectTimeout = from.connectTimeout;
        this.maxReplyBytes = from.maxReplyBytes;
        this.proxy = from.proxy;
        this.sslContext = from.sslContext;
    }

    /**
     * Returns the defaults: 5 seconds to connect, replies of 1 MiB at most, no proxy, the JVM's certificates.
     *
     * @return the defaults
     */
    public static HttpSettings defaults() {
        return builder().build();
    }

    /**
     * Starts from the defaults.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns how long connecting may take, as a part of a call's whole deadline.
     *
     * @return 5 seconds by default
     */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /**
     * Returns how long a reply may be; a longer one is cut off and counts as unreadable. Lists and pictures may be 32 times as
     * long.
     *
     * @return bytes, 1,048,576 by default
     */
    public int maxReplyBytes() {
        return maxReplyBytes;
    }

    /** An account may have thousands of contacts, at some hundred bytes each. */
    int maxListBytes() {
        return (int) Math.min(LONGEST_ARRAY, LIST_FACTOR * maxReplyBytes);
    }

    /**
     * Returns the proxy to go through.
     *
     * @return the proxy, or empty for a direct connection
     */
    public Optional<ProxySelector> proxy() {
        return Optional.ofNullable(proxy);
    }

    /**
     * Returns whose certificates are trusted.
     *
     * @return the context, or empty for the JVM's default
     */
    public Optional<SSLContext> sslContext() {
        return Optional.ofNullable(sslContext);
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private Duration connectTimeout = Duration.ofSeconds(5);
        private int maxReplyBytes = 1024 * 1024;
        private @Nullable ProxySelector proxy;
        private @Nullable SSLContext sslContext;

        private Builder() {}

        /**
         * Sets how long connecting may take.
         *
         * @param connectTimeout more than zero; default 5 seconds
         * @return this builder
         * @throws IllegalArgumentException if zero or less
         */
        public Builder connectTimeout(Duration connectTimeout) {
            if (connectTimeout.isNegative() || connectTimeout.isZero()) {
                throw new IllegalArgumentException("connectTimeout is " + connectTimeout + ", it must be above zero");
            }
            this.connectTimeout = connectTimeout;
            return this;
        }

        /**
         * Sets how long a reply may be; lists and pictures may be 32 times as long.
         *
         * @param maxReplyBytes 1,024 or more; default 1,048,576
         * @return this builder
         * @throws IllegalArgumentException if less
         */
        public Builder maxReplyBytes(int maxReplyBytes) {
            if (maxReplyBytes < 1024) {
                throw new IllegalArgumentException("maxReplyBytes is " + maxReplyBytes + ", it must be 1024 or more");
            }
            this.maxReplyBytes = maxReplyBytes;
            return this;
        }

        /**
         * Sends every request through a proxy. Host names are then resolved by the proxy, so that the check of resolved
         * addresses is the proxy's task.
         *
         * @param proxy default none; {@link ProxySelector#getDefault()} for the one that the JVM is set to
         * @return this builder
         */
        public Builder proxy(ProxySelector proxy) {
            this.proxy = Objects.requireNonNull(proxy, "proxy");
            return this;
        }

        /**
         * Sets whose certificates are trusted.
         *
         * @param sslContext default the JVM's
         * @return this builder
         */
        public Builder sslContext(SSLContext sslContext) {
            this.sslContext = Objects.requireNonNull(sslContext, "sslContext");
            return this;
        }

        /**
         * Builds the settings.
         *
         * @return the settings
         */
        public HttpSettings build() {
            return new HttpSettings(this);
        }
    }
}
