package io.smartqueue.ultramsg.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Plain HTTP requests, as any client of UltraMsg makes them. */
final class StubClient {

    static final String TOKEN = "t0ken";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final URI base;

    private StubClient(URI base, HttpClient http) {
        this.base = base;
        this.http = http;
    }

    static StubClient over(URI base) {
        return new StubClient(
                base,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build());
    }

    static StubClient overTls(UltraMsgServer server) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(server.sslContext())
                .build();
        return new StubClient(server.httpsBaseUrl(), http);
    }

    HttpResponse<String> get(String path, String... pairs) throws IOException, InterruptedException {
        return sent(request(path + "?" + encoded(pairs)).GET());
    }

    HttpResponse<String> form(String path, String... pairs) throws IOException, InterruptedException {
        return sent(formRequest(path, pairs));
    }

    HttpResponse<String> postQuery(String path, String... pairs) throws IOException, InterruptedException {
        return sent(request(path + "?" + encoded(pairs)).POST(BodyPublishers.noBody()));
    }

    HttpResponse<String> post(String path, String contentType, String body) throws IOException, InterruptedException {
        return sent(request(path).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> text(String instance, String body) throws IOException, InterruptedException {
        return sent(textRequest(instance, body));
    }

    CompletableFuture<HttpResponse<String>> textAsync(String instance, String body) {
        return http.sendAsync(textRequest(instance, body).build(), BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> response) throws JsonProcessingException {
        return JSON.readTree(response.body());
    }

    static JsonNode json(String text) throws JsonProcessingException {
        return JSON.readTree(text);
    }

    private HttpRequest.Builder textRequest(String instance, String body) {
        return formRequest("/" + instance + "/messages/chat", "token", TOKEN, "to", "+15550001111", "body", body);
    }

    private HttpRequest.Builder formRequest(String path, String... pairs) {
        return request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(pairs)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> sent(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String encoded(String... pairs) {
        List<String> encoded = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            encoded.add(URLEncoder.encode(pairs[i], UTF_8) + "=" + URLEncoder.encode(pairs[i + 1], UTF_8));
        }
        return String.join("&", encoded);
    }
}
