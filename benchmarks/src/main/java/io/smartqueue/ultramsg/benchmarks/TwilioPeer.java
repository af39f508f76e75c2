package io.smartqueue.ultramsg.benchmarks;

import com.twilio.http.HttpClient;
import com.twilio.http.NetworkHttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.type.PhoneNumber;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Twilio's SDK as a service with many tenants has it: a client for each, with its credentials and its own connections. */
final class TwilioPeer {
    private static final PhoneNumber FROM = new PhoneNumber("whatsapp:+14155238886");
    private static final PhoneNumber TO = new PhoneNumber("whatsapp:+4930901820");

    private final List<TwilioRestClient> clients;

    TwilioPeer(URI server, int tenants) {
        this.clients = IntStream.range(0, tenants)
                .mapToObj(tenant -> new TwilioRestClient.Builder(account(tenant), Texts.TOKEN)
                        .httpClient(new Redirected(server))
                        .build())
                .toList();
    }

    private static String account(int tenant) {
        return String.format(Locale.ROOT, "AC%032x", tenant);
    }

    Object send() {
        TwilioRestClient client = clients.get(ThreadLocalRandom.current().nextInt(clients.size()));
        return send(client);
    }

    Object sendFor(int tenant) {
        return send(clients.get(tenant));
    }

    private static Object send(TwilioRestClient client) {
        Message message = Message.creator(TO, FROM, Texts.MESSAGE).create(client);
        if (message.getSid() == null) {
            throw new IllegalStateException("the message has no sid");
        }
        return message;
    }

    /** Twilio's own client, which asks our stub instead of Twilio. */
    private static final class Redirected extends HttpClient {
        private final NetworkHttpClient network = new NetworkHttpClient();
        private final String server;

        Redirected(URI server) {
            this.server = server.toString();
        }

        @Override
        public Response makeRequest(Request asked) {
            Request request = new Request(asked.getMethod(), asked.getUrl().replace("https://api.twilio.com", server));
            asked.getPostParams().forEach((name, values) -> values.forEach(value -> request.addPostParam(name, value)));
            request.setContentType(asked.getContentType());
            request.setAuth(asked.getUsername(), asked.getPassword());
            return network.makeRequest(request);
        }
    }
}
