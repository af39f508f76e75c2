package io.smartqueue.ultramsg.benchmarks;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;

import java.net.URI;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

/** The testkit's stub, beside a WireMock that answers every send the same. Both run in this process. */
final class StubComparisons {
    private static final Aim[] AIMS = {Aim.throughputAtLeast(1 / 1.3)};
    /** So many that none gets more messages in a run than an instance sees in a day. */
    private static final int INSTANCES = 200;

    private StubComparisons() {}

    static Comparison requests(Servers servers, Opened opened, int threads) {
        UltraMsgServer stub = opened.add(UltraMsgServer.start());
        List<String> instances = IntStream.range(0, INSTANCES)
                .mapToObj(number -> stub.addInstance("instance" + (5000 + number), Texts.TOKEN)
                        .id())
                .toList();
        WireMockServer wireMock = wireMock();
        opened.add(wireMock::stop);
        BareClient client = opened.add(new BareClient(stub.baseUrl()));
        BareClient toWireMock = opened.add(new BareClient(URI.create("http://localhost:" + wireMock.port())));

        return Comparison.of(
                        "UltraMsgServer",
                        () -> client.postTo(anyOf(instances)),
                        "WireMock",
                        () -> toWireMock.postTo(anyOf(instances)))
                .threads(threads)
                .aimingAt(AIMS);
    }

    private static String anyOf(List<String> instances) {
        return instances.get(ThreadLocalRandom.current().nextInt(instances.size()));
    }

    static Comparison starts(Servers servers, Opened opened) {
        return Comparison.of(
                        "UltraMsgServer",
                        () -> {
                            try (UltraMsgServer stub = UltraMsgServer.start()) {
                                return stub.baseUrl();
                            }
                        },
                        "WireMock",
                        () -> {
                            WireMockServer wireMock = wireMock();
                            wireMock.stop();
                            return wireMock;
                        })
                .aimingAt(AIMS);
    }

    private static WireMockServer wireMock() {
        WireMockServer wireMock = new WireMockServer(options()
                .bindAddress("localhost")
                .dynamicPort()
                .dynamicHttpsPort()
                .disableRequestJournal());
        wireMock.stubFor(post(urlPathMatching("/instance[0-9]+/messages/chat"))
                .willReturn(okJson("{\"sent\":\"true\",\"message\":\"ok\",\"id\":1}")));
        wireMock.start();
        return wireMock;
    }
}
