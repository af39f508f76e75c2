package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.api.HttpSettings;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One request by hand: the JDK's client set up as the library sets up its own (HTTP/1.1, two threads, the same time limits and
 * headers), a text whose form was encoded beforehand, and the reply as a string. Nothing is counted, looked up, made unique or
 * parsed.
 */
final class BareClient implements AutoCloseable {
    private static final String BEFORE_TEXT = "token=" + Texts.TOKEN + "&to=%2B4930901820&body=";

    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(HttpSettings.defaults().connectTimeout())
            .proxy(HttpClient.Builder.NO_PROXY)
            .executor(threads)
            .build();
    private final URI server;
    private final Duration timeout;
    private final URI sendsTexts;

    BareClient(URI server) {
        this(server, Duration.ofSeconds(15));
    }

    /** One that waits for an answer for so long. */
    BareClient(URI server, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
        this.sendsTexts = server.resolve("/" + Texts.INSTANCE + "/messages/chat");
    }

    /** Sends the text that is encoded. */
    String post() throws LostReply, IOException, InterruptedException {
        return post(sendsTexts, Texts.FORM);
    }

    String postTo(String instance) throws LostReply, IOException, InterruptedException {
        return post(server.resolve("/" + instance + "/messages/chat"), Texts.FORM);
    }

    /** Sends a text of its own, encoded here. */
    String postText(String instance, String text) throws LostReply, IOException, InterruptedException {
        return post(
                server.resolve("/" + instance + "/messages/chat"),
                BEFORE_TEXT + URLEncoder.encode(text, StandardCharsets.UTF_8) + "&referenceId=" + UUID.randomUUID());
    }

    /** Sends a picture as a form has it. */
    String postPicture(String encoded) throws LostReply, IOException, InterruptedException {
        return post(
                server.resolve("/" + Texts.INSTANCE + "/messages/image"),
                "token=" + Texts.TOKEN + "&to=%2B4930901820&image=" + encoded);
    }

    private String post(URI uri, String form) throws LostReply, IOException, InterruptedException {
        HttpRequest request = request(uri)
                .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        HttpResponse<String> response = send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200 || !response.body().startsWith("{\"sent\":\"true\"")) {
            throw new IllegalStateException("HTTP " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /** Asks the instance for what stands at a path with its query. */
    byte[] get(String question) throws LostReply, IOException, InterruptedException {
        HttpRequest request =
                request(server.resolve("/" + Texts.INSTANCE + "/" + question)).build();
        return send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
    }

    private HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .header("User-Agent", "benchmarks (Java)")
                .header("Accept", "application/json")
                .timeout(timeout);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> reader)
            throws LostReply, IOException, InterruptedException {
        try {
            return http.send(request, reader);
        } catch (IOException e) {
            throw LostReply.of(e);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
