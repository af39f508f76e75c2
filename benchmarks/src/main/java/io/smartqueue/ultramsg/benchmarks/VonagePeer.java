package io.smartqueue.ultramsg.benchmarks;

import com.vonage.client.HttpConfig;
import com.vonage.client.VonageClient;
import com.vonage.client.messages.MessagesClient;
import com.vonage.client.messages.whatsapp.WhatsappTextRequest;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Vonage's SDK with a client for each tenant, which has its credentials and its own connections. */
final class VonagePeer implements TenantPeer {
    /** Warns, with a trace, of each message without an answer, of which there are many where replies get lost. */
    private static final Logger WARNINGS = Logger.getLogger("com.vonage.client");

    private final HttpConfig http;
    private final List<MessagesClient> clients = new ArrayList<>();

    VonagePeer(URI server) {
        this(PATIENCE, server);
    }

    private VonagePeer(Duration timeout, URI server) {
        this.http = HttpConfig.builder()
                .baseUri(server)
                .timeoutMillis(Math.toIntExact(timeout.toMillis()))
                .build();
    }

    /** With clients that wait for an answer for so long, where many will not get one. */
    static VonagePeer waitingFor(Duration timeout, URI server) {
        WARNINGS.setLevel(Level.OFF);
        return new VonagePeer(timeout, server);
    }

    @Override
    public void add(String token) {
        clients.add(client(clients.size(), token));
    }

    @Override
    public void change(int tenant, String token) {
        clients.set(tenant, client(tenant, token));
    }

    private MessagesClient client(int tenant, String token) {
        return VonageClient.builder()
                .apiKey("key" + tenant)
                .apiSecret(token)
                .httpConfig(http)
                .build()
                .getMessagesClient();
    }

    /** For any of them. */
    Object send() {
        return send(clients.get(ThreadLocalRandom.current().nextInt(clients.size())), Texts.MESSAGE);
    }

    @Override
    public void send(int tenant) {
        send(tenant, Texts.MESSAGE);
    }

    void send(int tenant, String text) {
        send(clients.get(tenant), text);
    }

    private static Object send(MessagesClient client, String text) {
        return client.sendMessage(WhatsappTextRequest.builder()
                        .from("14155238886")
                        .to("4930901820")
                        .text(text)
                        .build())
                .getMessageUuid();
    }
}
