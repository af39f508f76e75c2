package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Calls UltraMsg's HTTP API for one instance. No organization, no limit, no retry: each method is one request.
 *
 * <p>Get one from {@link UltraMsgHttp#client}. Thread-safe.
 */
public final class UltraMsgClient {
    static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(15);

    private final UltraMsgHttp http;
    private final InstanceCredentials credentials;

    UltraMsgClient(UltraMsgHttp http, InstanceCredentials credentials) {
        this.http = http;
        this.credentials = Objects.requireNonNull(credentials, "credentials");
    }

    /**
     * Puts a message into the instance's queue, with one request and no more.
     *
     * @param message the message
     * @param options reference, priority and deadline (default 15 seconds)
     * @return {@link SendResult.Unknown} if the request left and no reply tells what became of it
     */
    public SendResult send(OutboundMessage message, SendOptions options) {
        Deadline deadline = Deadline.in(options.deadline().orElse(DEFAULT_DEADLINE));
        Reference reference = options.reference().orElseGet(() -> Reference.next(http.clock()));
        List<String> secrets = List.of(
                credentials.token().reveal(), text(message), message.to().address());
        SendReply result = new SendReply(reference, credentials.instance(), new ReplyReader(secrets, http.clock()));
        Form form = new Form().add("token", credentials.token().reveal());
        String path = describe(message, form);
        form.add("referenceId", reference.value());
        options.priority().ifPresent(priority -> form.add("priority", Integer.toString(priority)));
        try {
            return result.read(http.post(uri(path), form, deadline));
        } catch (NoReplyException lost) {
            return result.lost(lost);
        }
    }

    /** Adds the message's own parameters and returns the path they go to. */
    private static String describe(OutboundMessage message, Form form) {
        form.add("to", message.to().address());
        form.add("body", text(message));
        return "messages/chat";
    }

    private static String text(OutboundMessage message) {
        return ((TextMessage) message).body(); // the only kind so far
    }

    /**
     * Asks how the instance stands with WhatsApp.
     *
     * @param deadline how long the call may take
     * @return the status
     * @throws ProviderException if UltraMsg answers with an error or with something else than a status
     * @throws NoReplyException if no answer comes
     */
    public AccountStatus status(Duration deadline) {
        JsonNode json = get("instance/status", deadline);
        JsonNode status = json.path("status");
        JsonNode account = status.has("accountStatus") ? status.path("accountStatus") : json.path("accountStatus");
        if (account.isObject()) {
            return new AccountStatus(
                    account.path("status").asText(""), account.path("substatus").asText(""));
        }
        if (status.isTextual()) {
            return new AccountStatus(status.asText(), "");
        }
        throw new ProviderException(ProviderErrorKind.PROTOCOL, 200, "the reply holds no account status");
    }

    /**
     * Asks which account the instance is linked to.
     *
     * @param deadline how long the call may take
     * @return the account
     * @throws ProviderException if UltraMsg answers with an error, as it does while no phone is linked
     * @throws NoReplyException if no answer comes
     */
    public ConnectedAccount me(Duration deadline) {
        JsonNode json = get("instance/me", deadline);
        return new ConnectedAccount(
                numberOf(json.path("id").asText("")), json.path("name").asText(""));
    }

    private static @Nullable PhoneNumber numberOf(String chatId) {
        int at = chatId.indexOf('@');
        try {
            return PhoneNumber.parse(at < 0 ? chatId : chatId.substring(0, at));
        } catch (IllegalArgumentException notANumber) {
            return null;
        }
    }

    private JsonNode get(String path, Duration within) {
        String query = new Form().add("token", credentials.token().reveal()).query();
        HttpReply reply = http.get(URI.create(uri(path) + "?" + query), Deadline.in(within));
        ReplyReader reader = new ReplyReader(List.of(credentials.token().reveal()), http.clock());
        JsonNode json = reader.json(reply);
        reader.error(reply, json).ifPresent(error -> {
            throw new ProviderException(kindForQuestion(error, reply, json), error.httpStatus(), error.text());
        });
        return json;
    }

    /** A page where JSON is due says that something else than UltraMsg answers, whatever the status. */
    private static ProviderErrorKind kindForQuestion(ProviderError error, HttpReply reply, JsonNode json) {
        boolean page = json.isMissingNode() && reply.body().length > 0;
        return page && error.kind() != ProviderErrorKind.RATE_LIMIT ? ProviderErrorKind.PROTOCOL : error.kind();
    }

    private URI uri(String path) {
        return URI.create(credentials.baseUrl() + "/" + credentials.instance() + "/" + path);
    }

    @Override
    public String toString() {
        return "UltraMsgClient[" + credentials.instance() + "]";
    }
}
