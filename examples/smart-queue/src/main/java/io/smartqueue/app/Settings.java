package io.smartqueue.app;

import io.smartqueue.app.notification.Sending;
import io.smartqueue.ultramsg.conversation.ConversationRule;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;

/**
 * What differs from one deployment to another, from environment variables.
 *
 * @param port where to listen; 0 for any that is free
 * @param databaseUrl JDBC address of PostgreSQL
 * @param tokenKeys what seals organizations' tokens, {@code id:base64,…}
 * @param webhookKeys what signs the addresses that UltraMsg posts to, {@code id:base64,…}
 * @param publicUrl where this service is seen from outside, https but for demonstrations; null for this machine's own address
 * @param ultraMsg whether UltraMsg is the real one
 * @param sending whether messages leave at all
 * @param conversations what becomes of messages to customers who have not written
 * @param pace time between two messages of an organization that sets none itself
 */
public record Settings(
        String host,
        int port,
        String databaseUrl,
        @Nullable String databaseUser,
        @Nullable String databasePassword,
        String tokenKeys,
        String webhookKeys,
        @Nullable URI publicUrl,
        UltraMsg ultraMsg,
        Sending sending,
        ConversationRule conversations,
        Duration pace) {
    /** Which UltraMsg organizations may name. */
    public enum UltraMsg {
        REAL,
        /** A stub on this machine or in this network. */
        STUB
    }

    /**
     * Reads the environment of a deployment with a database of its own.
     *
     * @throws IllegalArgumentException if a variable is missing or cannot be used; it names the variable
     */
    public static Settings of(Map<String, String> environment) {
        return new Settings(
                environment.getOrDefault("HOST", "0.0.0.0"),
                port(environment),
                required(environment, "DATABASE_URL", "jdbc:postgresql://localhost:5432/smart_queue"),
                environment.get("DATABASE_USER"),
                environment.get("DATABASE_PASSWORD"),
                required(environment, "TOKEN_KEYS", "k1:<openssl rand -base64 32>"),
                required(environment, "WEBHOOK_KEYS", "k1:<openssl rand -base64 32>"),
                publicUrl(environment),
                ultraMsg(environment),
                sending(environment),
                conversations(environment),
                pace(environment, "PT1S"));
    }

    static int port(Map<String, String> environment) {
        String port = environment.getOrDefault("PORT", "8080");
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new IllegalArgumentException("PORT is no port: give a number from 0 to 65535");
        }
        return Integer.parseInt(port);
    }

    /** The switches of the service that this one replaces. */
    static Sending sending(Map<String, String> environment) {
        boolean enabled = isOn(environment, "WHATSAPP_ENABLED", "true");
        boolean debug = isOn(environment, "WHATSAPP_DEBUG", "false");
        if (!enabled) {
            return Sending.OFF;
        }
        return debug ? Sending.DRY_RUN : Sending.ON;
    }

    private static boolean isOn(Map<String, String> environment, String name, String usual) {
        String value = environment.getOrDefault(name, usual);
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(name + " is neither true nor false: give one of them");
        }
        return value.equals("true");
    }

    private static UltraMsg ultraMsg(Map<String, String> environment) {
        return switch (environment.getOrDefault("ULTRAMSG", "real")) {
            case "real" -> UltraMsg.REAL;
            case "stub" -> UltraMsg.STUB;
            default ->
                throw new IllegalArgumentException("ULTRAMSG is unknown: give real, or stub for one in this network");
        };
    }

    static ConversationRule conversations(Map<String, String> environment) {
        String rule = environment.getOrDefault("CONVERSATIONS", "flagged");
        try {
            return ConversationRule.valueOf(rule.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("CONVERSATIONS is unknown: give ignored, flagged or required", e);
        }
    }

    static Duration pace(Map<String, String> environment, String usual) {
        try {
            return Duration.parse(environment.getOrDefault("PACE", usual));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("PACE is no duration: give one such as PT1S", e);
        }
    }

    private static URI publicUrl(Map<String, String> environment) {
        URI url = URI.create(required(environment, "PUBLIC_URL", "https://queue.example.com"));
        if (url.getHost() == null || url.getScheme() == null) {
            throw new IllegalArgumentException("PUBLIC_URL is no address: give one such as https://queue.example.com");
        }
        return url;
    }

    private static String required(Map<String, String> environment, String name, String example) {
        String value = environment.getOrDefault(name, "").strip();
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " is not set: give it a value such as " + example);
        }
        return value;
    }

    @Override
    public String toString() {
        return "Settings[" + publicUrl + ", port " + port + ", " + ultraMsg + ", " + sending + "]";
    }
}
