package io.smartqueue.ultramsg.benchmarks;

import com.vonage.client.HttpConfig;
import com.vonage.client.VonageClient;
import com.vonage.client.messages.MessagesClient;
import com.vonage.client.messages.whatsapp.WhatsappTextRequest;

import java.net.URI;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Vonage's SDK with a client for each tenant, which has its credentials and its own connections. */
final class VonagePeer {
    private final List<MessagesClient> clients;

    VonagePeer(URI server, int tenants) {
        HttpConfig http = HttpConfig.builder().baseUri(server).build();
        this.clients = IntStream.range(0, tenants)
                .mapToObj(tenant -> VonageClient.builder()
                        .apiKey("key" + tenant)
                        .apiSecret(Texts.TOKEN)
                        .httpConfig(http)
                        .build()
                        .getMessagesClient())
                .toList();
    }

    Object send() {
        return sendFor(ThreadLocalRandom.current().nextInt(clients.size()));
    }

    Object sendFor(int tenant) {
        return clients.get(tenant)
                .sendMessage(WhatsappTextRequest.builder()
                        .from("14155238886")
                        .to("4930901820")
                        .text(Texts.MESSAGE)
                        .build())
                .getMessageUuid();
    }
}
