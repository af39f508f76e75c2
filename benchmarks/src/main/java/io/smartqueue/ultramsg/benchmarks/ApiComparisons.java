package io.smartqueue.ultramsg.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.MessageQuery;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.Media;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

/** One instance's client, without organizations, beside the JDK's client and Jackson by hand. */
final class ApiComparisons {
    private static final int PICTURE_BYTES = 7 * 1024 * 1024;
    private static final int LIST_THREADS = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ApiComparisons() {}

    /** The picture is the same on both sides, and each encodes it anew for each message, as it comes. */
    static Comparison picture(Servers servers, Opened opened) throws Exception {
        URI stub = servers.stub().address();
        UltraMsgClient client = client(stub, opened);
        BareClient bare = opened.add(new BareClient(stub));
        byte[] picture = new byte[PICTURE_BYTES];
        new Random(1).nextBytes(picture);
        Recipient to = Recipient.parse(Texts.RECIPIENT);

        return Comparison.of(
                "ImageMessage",
                () -> {
                    SendResult sent =
                            client.messages().send(ImageMessage.of(to, Media.of(picture)), SendOptions.defaults());
                    return sent.orThrow();
                },
                "Base64, URLEncoder, HttpClient.send",
                () -> bare.postPicture(
                        URLEncoder.encode(Base64.getEncoder().encodeToString(picture), StandardCharsets.UTF_8)));
    }

    /** By hand it is a tree of JSON; ours are values with times and statuses. */
    static Comparison page(Servers servers, Opened opened) throws Exception {
        URI stub = servers.stub().address();
        UltraMsgClient client = client(stub, opened);
        BareClient bare = opened.add(new BareClient(stub));

        return Comparison.of(
                        "messages().page",
                        () -> complete(
                                client.messages().page(MessageQuery.all(), 1).messages()),
                        "HttpClient.send, readTree",
                        () -> {
                            byte[] reply = bare.get("messages?token=" + Texts.TOKEN + "&page=1&limit=100");
                            JsonNode page = JSON.readTree(reply);
                            return complete(page.path("messages"));
                        })
                .threads(LIST_THREADS);
    }

    private static Object complete(Iterable<?> messages) {
        int count = 0;
        for (Object message : messages) {
            count += message == null ? 0 : 1;
        }
        if (count != StubConnection.LISTED) {
            throw new IllegalStateException("a page of " + count + " messages");
        }
        return messages;
    }

    private static UltraMsgClient client(URI stub, Opened opened) {
        UltraMsgHttp http = opened.add(UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal()));
        return http.client(
                new InstanceCredentials(InstanceId.parse(Texts.INSTANCE), AccessToken.of(Texts.TOKEN), stub));
    }
}
