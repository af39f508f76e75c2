package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import org.jspecify.annotations.Nullable;

import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Calls one instance: adds the token, keeps to a deadline, and throws what is no answer. One request each, no repeat. */
final class Calls {
    private static final String TOKEN = "token";

    private final UltraMsgHttp http;
    private final Supplier<InstanceCredentials> credentials;
    private final Duration deadline;
    private volatile @Nullable Address last;

    Calls(UltraMsgHttp http, Supplier<InstanceCredentials> credentials, Duration deadline) {
        this.http = http;
        this.credentials = credentials;
        this.deadline = deadline;
    }

    Calls within(Duration other) {
        return new Calls(http, credentials, other);
    }

    Duration deadline() {
        return deadline;
    }

    Clock clock() {
        return http.clock();
    }

    InstanceCredentials credentials() {
        return credentials.get();
    }

    JsonNode ask(String path) {
        return ask(path, new Form());
    }

    JsonNode ask(String path, Form parameters) {
        return answer(http.get(question(path, parameters), Deadline.in(deadline)), parameters);
    }

    /** Asks for a list, which stands alone or in a member of one of these names. */
    <T> List<T> list(String path, Form parameters, Function<JsonNode, T> entry, String... wrappers) {
        JsonNode json = askLong(path, parameters);
        List<JsonNode> nodes =
                LenientJson.list(json, wrappers).orElseThrow(() -> unexpected("the reply holds no list"));
        List<T> entries = new ArrayList<>(nodes.size());
        for (JsonNode node : nodes) {
            entries.add(entry.apply(node));
        }
        return List.copyOf(entries);
    }

    JsonNode askLong(String path, Form parameters) {
        return answer(http.getLong(question(path, parameters), Deadline.in(deadline)), parameters);
    }

    byte[] picture(String path) {
        Form parameters = new Form();
        HttpReply reply = http.getLong(question(path, parameters), Deadline.in(deadline));
        if (reply.isSuccess() && reply.isImage() && reply.body().length > 0) {
            return reply.body();
        }
        answer(reply, parameters);
        throw new ProviderException(ProviderErrorKind.PROTOCOL, reply.status(), "the reply is no picture");
    }

    void command(String path, Form parameters) {
        InstanceCredentials now = credentials.get();
        parameters.addSecret(TOKEN, now.token().reveal());
        HttpReply reply = http.post(uri(now, path), parameters, Deadline.in(deadline));
        ReplyReader reader = new ReplyReader(parameters.secrets(), http.clock());
        JsonNode json = reader.json(reply);
        reader.failure(reply, json).ifPresent(error -> fail(error, reply, json));
    }

    JsonNode upload(String path, String fileName, InputStream file, long length) {
        InstanceCredentials now = credentials.get();
        String token = now.token().reveal();
        Multipart content = new Multipart(token, fileName, file, length);
        Form secrets = new Form().addSecret(TOKEN, token).addSecret("file", fileName);
        return answer(http.upload(uri(now, path), content, Deadline.in(deadline)), secrets);
    }

    /** Complains of an answer that is JSON, but not what was asked for. */
    static ProviderException unexpected(String what) {
        return new ProviderException(ProviderErrorKind.PROTOCOL, 200, what);
    }

    private URI question(String path, Form parameters) {
        InstanceCredentials now = credentials.get();
        parameters.addSecret(TOKEN, now.token().reveal());
        return URI.create(uri(now, path) + "?" + parameters.query());
    }

    private JsonNode answer(HttpReply reply, Form parameters) {
        ReplyReader reader = new ReplyReader(parameters.secrets(), http.clock());
        JsonNode json = reader.json(reply);
        reader.error(reply, json).ifPresent(error -> fail(error, reply, json));
        return json;
    }

    private static void fail(ProviderError error, HttpReply reply, JsonNode json) {
        throw new ProviderException(kind(error, reply, json), error.httpStatus(), error.text());
    }

    /** A page where JSON is due says that something else than UltraMsg answers, whatever the status. */
    private static ProviderErrorKind kind(ProviderError error, HttpReply reply, JsonNode json) {
        boolean page = json.isMissingNode() && reply.body().length > 0;
        return page && error.kind() != ProviderErrorKind.RATE_LIMIT ? ProviderErrorKind.PROTOCOL : error.kind();
    }

    /** Puts an address together, which takes longer than it looks, unless it is that of the call before. */
    private URI uri(InstanceCredentials now, String path) {
        Address known = last;
        if (known == null || known.credentials() != now || !known.path().equals(path)) {
            known = new Address(now, path, URI.create(now.baseUrl() + "/" + now.instance() + "/" + path));
            last = known;
        }
        return known.uri();
    }

    private record Address(InstanceCredentials credentials, String path, URI uri) {}

    HttpReply post(InstanceCredentials now, String path, Form form, Deadline until) {
        return http.post(uri(now, path), form, until);
    }
}
