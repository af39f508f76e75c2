package io.smartqueue.ultramsg.benchmarks;

import com.vonage.client.HttpConfig;
import com.vonage.client.VonageClient;
import com.vonage.client.messages.MessagesClient;
import com.vonage.client.messages.whatsapp.WhatsappTextRequest;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Vonage's SDK with a client for each tenant, which has its credentials and its own connections. */
final class VonagePeer implements TenantPeer {
    private final HttpConfig http;
    private final List<MessagesClient> clients = new ArrayList<>();

    VonagePeer(URI server) {
        this.http = HttpConfig.builder()
                .baseUri(server)
                .timeoutMillis((int) PATIENCE.toMillis())
                .build();
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
        return send(clients.get(ThreadLocalRandom.current().nextInt(clients.size())));
    }

    @Override
    public void send(int tenant) {
        send(clients.get(tenant));
    }

    private static Object send(MessagesClient client) {
        return client.sendMessage(WhatsappTextRequest.builder()
                        .from("14155238886")
                        .to("4930901820")
                        .text(Texts.MESSAGE)
                        .build())
                .getMessageUuid();
    }
}
