package io.smartqueue.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A program that asks the service for something, with a bearer token of one of the demonstration's members. Thread-safe. */
final class Program {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    /** Each member signs in once in a run: the service counts. */
    private static final Map<String, String> TOKENS = new ConcurrentHashMap<>();

    private final URI site;
    private final String authorization;

    private Program(URI site, String authorization) {
        this.site = site;
        this.authorization = authorization;
    }

    /** What came back. */
    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + response.body(), e);
            }
        }

        String text(String member) {
            return json().path(member).asText();
        }

        @Override
        public String toString() {
            return status() + " " + response.body();
        }
    }

    static Program of(Demo demo, String member) {
        URI site = demo.node().url();
        return at(site, "Bearer " + TOKENS.computeIfAbsent(member + " at " + site, unused -> token(site, member)));
    }

    static Program at(URI site, String authorization) {
        return new Program(site, authorization);
    }

    /** The same program at another node. */
    Program at(URI otherSite) {
        return new Program(otherSite, authorization);
    }

    private static String token(URI site, String member) {
        try {
            HttpResponse<String> signedIn =
                    Browserless.at(site).submit("/sign-in", Map.of("name", member, "password", Demo.PASSWORD));
            return HttpCookie.parse(signedIn.headers().firstValue("Set-Cookie").orElseThrow())
                    .get(0)
                    .getValue();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Answer post(String path, Map<String, ?> json) throws IOException, InterruptedException {
        return post(path, JSON.writeValueAsString(json));
    }

    Answer post(String path, String json) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    Answer post(String path, Map<String, ?> json, String header, String value)
            throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header(header, value)
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(json))));
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return new Answer(CLIENT.send(request.build(), BodyHandlers.ofString()));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(site.resolve(path));
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }
}
