package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The JDK's client with nothing set: threads as many as it likes. */
final class DefaultClient {
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpRequest request;

    DefaultClient(URI server) {
        this.request = HttpRequest.newBuilder(server.resolve("/" + Texts.INSTANCE + "/messages/chat"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Texts.FORM))
                .build();
    }

    String post() throws LostReply, IOException, InterruptedException {
        try {
            return Texts.requireTaken(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw LostReply.of(e);
        }
    }
}
