package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** The JDK's client, one for each tenant. A token is part of each request, and not of the client. */
final class JdkPeer implements TenantPeer {
    private final URI sendsTexts;
    private final List<HttpClient> clients = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();

    JdkPeer(URI server) {
        this.sendsTexts = server.resolve("/" + Texts.INSTANCE + "/messages/chat");
    }

    @Override
    public void add(String token) {
        clients.add(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build());
        tokens.add(token);
    }

    @Override
    public void change(int tenant, String token) {
        tokens.set(tenant, token);
    }

    @Override
    public void send(int tenant) throws LostReply, IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(sendsTexts)
                .timeout(PATIENCE)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Texts.FORM.replace(Texts.TOKEN, tokens.get(tenant))))
                .build();
        try {
            Texts.requireTaken(clients.get(tenant)
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException e) {
            throw LostReply.of(e);
        }
    }
}
