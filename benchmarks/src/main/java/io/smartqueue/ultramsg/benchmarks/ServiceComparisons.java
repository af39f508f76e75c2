package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.app.Node;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What a service around the library adds to it: the example Smart Queue. */
final class ServiceComparisons {
    private ServiceComparisons() {}

    /** The direct route, HTTP client and server in this process, beside the call that it makes. */
    static Comparison directRoute(Servers servers, Opened opened, int threads) throws Exception {
        URI stub = servers.stub().address();
        SmartQueueHost host = opened.add(SmartQueueHost.start());
        Node node = opened.add(host.node());
        UltraMessageInstanceManager library = host.library(opened);
        OrganizationId organization = host.addOrganization(library, stub);
        ExecutorService executor = Executors.newFixedThreadPool(2);
        opened.add(executor::shutdown);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(executor)
                .build();
        HttpRequest request = HttpRequest.newBuilder(node.url().resolve("/api/notifications/whatsapp-direct"))
                .header("Authorization", "Bearer " + host.bearerToken())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"organizationId\": \"" + organization + "\", \"phone\": \""
                        + Texts.RECIPIENT + "\", \"message\": \"" + Texts.MESSAGE + "\"}"))
                .build();

        return Comparison.of(
                        "POST whatsapp-direct",
                        () -> post(client, request),
                        "sendMessage",
                        () -> SendComparisons.taken(library.sendMessage(organization, Texts.RECIPIENT, Texts.MESSAGE)))
                .threads(threads);
    }

    private static String post(HttpClient client, HttpRequest request)
            throws IOException, InterruptedException, LostReply {
        HttpResponse<String> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw LostReply.of(e);
        }
        if (response.statusCode() != 200) {
            throw new IllegalStateException("HTTP " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }
}
