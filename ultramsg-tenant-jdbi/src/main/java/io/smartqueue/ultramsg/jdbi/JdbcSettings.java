package io.smartqueue.ultramsg.jdbi;

import java.util.Objects;

/**
 * How to reach PostgreSQL when the host has no {@code DataSource} to share.
 *
 * <pre>{@code
 * JdbcSettings settings = JdbcSettings.builder("jdbc:postgresql://db/app", "app", password).poolSize(5).build();
 * }</pre>
 *
 * <p>Immutable and thread-safe; prints neither address nor password.
 */
public final class JdbcSettings {
    private static final String SCHEME = "jdbc:postgresql:";

    private final String url;
    private final String user;
    private final transient String password;
    private final int poolSize;

    private JdbcSettings(Builder from) {
        this.url = from.url;
        this.user = from.user;
        this.password = from.password;
        this.poolSize = from.poolSize;
    }

    /**
     * Starts settings with what has no default.
     *
     * @param url a JDBC address, as in {@code jdbc:postgresql://host:5432/database}
     * @param user the login
     * @param password its password; empty where the server asks for none
     * @return a builder
     * @throws IllegalArgumentException if the address is not one of PostgreSQL's
     */
    public static Builder builder(String url, String user, String password) {
        return new Builder(url, user, password);
    }

    String url() {
        return url;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    int poolSize() {
        return poolSize;
    }

    @Override
    public String toString() {
        return "JdbcSettings[pool of " + poolSize + "]";
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {
        private final String url;
        private final String user;
        private final String password;
        private int poolSize = 10;

        private Builder(String url, String user, String password) {
            this.url = Objects.requireNonNull(url, "url");
            this.user = Objects.requireNonNull(user, "user");
            this.password = Objects.requireNonNull(password, "password");
            if (!url.startsWith(SCHEME)) {
                throw new IllegalArgumentException(
                        "url must begin with " + SCHEME + ", as in " + SCHEME + "//host:5432/database");
            }
        }

        /**
         * Sets how many connections the pool has at the most; one more listens for changes.
         *
         * @param poolSize 1 to 1,000; default 10
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder poolSize(int poolSize) {
            if (poolSize < 1 || poolSize > 1000) {
                throw new IllegalArgumentException("poolSize is " + poolSize + ", it must be 1 to 1000");
            }
            this.poolSize = poolSize;
            return this;
        }

        /**
         * Builds the settings.
         *
         * @return the settings
         */
        public JdbcSettings build() {
            return new JdbcSettings(this);
        }
    }
}
