package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * UltraMsg's HTTP API for one instance, usable without organizations.
 *
 * <pre>{@code
 * try (UltraMsgClient client = UltraMsgClient.of("instance1150", token)) {
 *     client.messages().list(MessageQuery.all()).limit(10).forEach(message -> log.info("{}", message.status()));
 * }
 * }</pre>
 *
 * <p>Each method is one request and is never repeated; those that list page by page are one request for each page. All block,
 * at most for 15 seconds unless {@link #within} says otherwise. Except for sends, whose outcome is a value, all throw
 *
 * <ul>
 *   <li>{@link io.smartqueue.ultramsg.error.ProviderException} if UltraMsg answers with an error, or with something that is not
 *       the answer. After a command, the kinds {@code SERVER} and {@code PROTOCOL} leave open whether it was carried out;
 *   <li>{@link io.smartqueue.ultramsg.error.NoReplyException} if no answer comes in time. Its effect says whether a command may
 *       have been carried out; a question has none and may be asked again.
 * </ul>
 *
 * <p>Thread-safe; share one. Source for paths, parameters and replies: docs/ultramsg-api.md, sections 2 and 3.
 */
public final class UltraMsgClient implements AutoCloseable {
    private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(15);
    private static final Duration LONGEST_DEADLINE = Duration.ofHours(1);
    private static final Duration LONGEST_FOR_A_SEND = Duration.ofMinutes(5);

    private final String name;
    private final Calls calls;
    private final @Nullable BiFunction<OutboundMessage, SendOptions, SendResult> detour;
    private final @Nullable UltraMsgHttp own;

    private UltraMsgClient(
            String name,
            Calls calls,
            @Nullable BiFunction<OutboundMessage, SendOptions, SendResult> detour,
            @Nullable UltraMsgHttp own) {
        this.name = name;
        this.calls = calls;
        this.detour = detour;
        this.own = own;
    }

    /**
     * Opens a client with connections of its own to {@code api.ultramsg.com}. For many instances, for a proxy or for another
     * host, share an {@link UltraMsgHttp} and take clients from it.
     *
     * @param instance such as {@code instance1150} or {@code 1150}
     * @param token the instance's token
     * @return the client, to be closed by the caller
     * @throws IllegalArgumentException if the first is not an instance id, or the token is blank
     */
    public static UltraMsgClient of(String instance, String token) {
        if (token.isBlank()) {
            throw new IllegalArgumentException("token is blank");
        }
        InstanceCredentials credentials = new InstanceCredentials(
                InstanceId.parse(instance), AccessToken.of(token), URI.create(UltraMessageConfig.DEFAULT_BASE_URL));
        UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.ultraMsg());
        Calls calls = new Calls(http, () -> credentials, DEFAULT_DEADLINE);
        return new UltraMsgClient(credentials.instance().value(), calls, null, http);
    }

    static UltraMsgClient sharing(UltraMsgHttp http, InstanceCredentials credentials) {
        Objects.requireNonNull(credentials, "credentials");
        Calls calls = new Calls(http, () -> credentials, DEFAULT_DEADLINE);
        return new UltraMsgClient(credentials.instance().value(), calls, null, null);
    }

    static UltraMsgClient sharing(
            UltraMsgHttp http,
            Supplier<InstanceCredentials> credentials,
            BiFunction<OutboundMessage, SendOptions, SendResult> detour) {
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(detour, "sending");
        return new UltraMsgClient(
                "looked up for each call", new Calls(http, credentials, DEFAULT_DEADLINE), detour, null);
    }

    /**
     * Returns a view of this client with another deadline for each call. The view shares the connections: closing either
     * closes what closing the other does.
     *
     * @param deadline from a call's start to the last byte of its reply; more than zero, at most an hour, of which a send uses
     *     5 minutes at most
     * @return the view
     * @throws IllegalArgumentException if out of range
     */
    public UltraMsgClient within(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero() || deadline.compareTo(LONGEST_DEADLINE) > 0) {
            throw new IllegalArgumentException(
                    "deadline is " + deadline + ", it must be more than zero and at most " + LONGEST_DEADLINE);
        }
        return new UltraMsgClient(name, calls.within(deadline), detour, own);
    }

    /**
     * Returns what has to do with messages: sending, and the instance's queue.
     *
     * @return the calls
     */
    public Messages messages() {
        return new Messages(calls, this::send);
    }

    private SendResult send(OutboundMessage message, SendOptions options) {
        Duration deadline = calls.deadline().compareTo(LONGEST_FOR_A_SEND) > 0 ? LONGEST_FOR_A_SEND : calls.deadline();
        SendOptions complete = options.deadline().isPresent()
                ? options
                : options.toBuilder().deadline(deadline).build();
        return detour == null ? new Sending(calls).send(message, complete) : detour.apply(message, complete);
    }

    /**
     * Returns what has to do with the instance itself: its link to a phone, its settings.
     *
     * @return the calls
     */
    public Instance instance() {
        return new Instance(calls);
    }

    /**
     * Returns what has to do with the account's chats.
     *
     * @return the calls
     */
    public Chats chats() {
        return new Chats(calls);
    }

    /**
     * Returns what has to do with the account's contacts.
     *
     * @return the calls
     */
    public Contacts contacts() {
        return new Contacts(calls);
    }

    /**
     * Returns what has to do with the account's groups.
     *
     * @return the calls
     */
    public Groups groups() {
        return new Groups(calls);
    }

    /**
     * Returns what has to do with files stored at UltraMsg.
     *
     * @return the calls
     */
    public StoredMedia media() {
        return new StoredMedia(calls);
    }

    /**
     * Closes the connections if the client has its own, that is, if it comes from {@link #of}. Shared ones stay open: those of
     * an {@link UltraMsgHttp}, or of a manager.
     */
    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }

    @Override
    public String toString() {
        return "UltraMsgClient[" + name + "]";
    }
}
