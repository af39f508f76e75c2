package io.smartqueue.ultramsg.benchmarks;

import com.twilio.http.HttpClient;
import com.twilio.http.NetworkHttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.type.PhoneNumber;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.Timeout;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Twilio's SDK as a service with many tenants has it: a client for each, with its credentials, and with connections of its own or those of
 * all. Requests have the SDK's own time limits, 30 seconds for what is waited for at a time, unless others are said.
 */
final class TwilioPeer implements TenantPeer {
    private static final PhoneNumber FROM = new PhoneNumber("whatsapp:+14155238886");
    private static final PhoneNumber TO = new PhoneNumber("whatsapp:+4930901820");

    private final Supplier<HttpClient> http;
    private final List<TwilioRestClient> clients = new ArrayList<>();

    private TwilioPeer(Supplier<HttpClient> http) {
        this.http = http;
    }

    /** A client comes with connections of its own unless it is given some. */
    static TwilioPeer apart(URI server) {
        return apart(server, HttpClient.DEFAULT_SOCKET_CONFIG);
    }

    /** The same, with clients that wait for an answer for so long. */
    static TwilioPeer waitingFor(Duration timeout, URI server) {
        return apart(
                server,
                SocketConfig.copy(HttpClient.DEFAULT_SOCKET_CONFIG)
                        .setSoTimeout(Timeout.of(timeout))
                        .build());
    }

    private static TwilioPeer apart(URI server, SocketConfig sockets) {
        return new TwilioPeer(() -> new Redirected(server, sockets));
    }

    static TwilioPeer sharingConnections(URI server) {
        HttpClient shared = new Redirected(server, HttpClient.DEFAULT_SOCKET_CONFIG);
        return new TwilioPeer(() -> shared);
    }

    @Override
    public void add(String token) {
        clients.add(client(account(clients.size()), token));
    }

    /** Adds one who is served as the temper says. */
    void add(Temper temper) {
        clients.add(client(temper.account(), Texts.TOKEN));
    }

    @Override
    public void change(int tenant, String token) {
        clients.set(tenant, client(account(tenant), token));
    }

    private TwilioRestClient client(String account, String token) {
        return new TwilioRestClient.Builder(account, token)
                .httpClient(http.get())
                .build();
    }

    private static String account(int tenant) {
        return String.format(Locale.ROOT, "AC%032x", tenant);
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

    private static Object send(TwilioRestClient client, String text) {
        Message message = Message.creator(TO, FROM, text).create(client);
        if (message.getSid() == null) {
            throw new IllegalStateException("the message has no sid");
        }
        return message;
    }

    /** Twilio's own client, which asks our stub instead of Twilio. */
    private static final class Redirected extends HttpClient {
        private final NetworkHttpClient network;
        private final String server;

        Redirected(URI server, SocketConfig sockets) {
            this.network = new NetworkHttpClient(DEFAULT_REQUEST_CONFIG, sockets);
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
