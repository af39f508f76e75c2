package io.smartqueue.ultramsg.testkit;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.common.FatalStartupException;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import wiremock.org.eclipse.jetty.util.thread.QueuedThreadPool;
import wiremock.org.eclipse.jetty.util.thread.ThreadPool;

import java.util.function.Function;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;

/** Carries requests and replies over HTTP and HTTPS, by a WireMock that keeps nothing and answers every URL the same. */
final class WireMockTransport implements AutoCloseable {

    // a delayed or trickling reply holds a thread; Jetty makes them as they are needed
    private static final int THREADS = 300;

    private final WireMockServer wireMock;
    private final int port;
    private final int httpsPort;
    private final StubCertificate certificate;

    private WireMockTransport(WireMockServer wireMock, StubCertificate certificate) {
        this.wireMock = wireMock;
        this.port = wireMock.port(); // a stopped WireMock does not tell
        this.httpsPort = wireMock.httpsPort();
        this.certificate = certificate;
    }

    static WireMockTransport start(int port, int httpsPort, Function<StubRequest, StubReply> answers) {
        WireMockConfiguration options = WireMockConfiguration.options()
                .bindAddress("localhost")
                .port(port)
                .httpsPort(httpsPort)
                .http2PlainDisabled(true) // faults need a connection of their own
                .http2TlsDisabled(true)
                .threadPoolFactory(unused -> threads())
                .jettyStopTimeout(0L) // no waiting for replies under way
                .disableRequestJournal()
                .gzipDisabled(true)
                .withRootDirectory("no-wiremock-files") // else it loads the mappings of the project under test
                .extensions(new WireMockReplies(answers));
        WireMockServer wireMock = new WireMockServer(options);
        wireMock.stubFor(any(anyUrl()).willReturn(ok()));
        try {
            wireMock.start();
        } catch (FatalStartupException e) {
            wireMock.stop();
            throw new IllegalStateException("Cannot listen on ports " + port + " and " + httpsPort, e);
        }
        return new WireMockTransport(wireMock, StubCertificate.of(options.httpsSettings()));
    }

    private static ThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("ultramsg-stub");
        threads.setDaemon(true);
        threads.setStopTimeout(100); // close() interrupts slow replies after half of it
        return threads;
    }

    int port() {
        return port;
    }

    int httpsPort() {
        return httpsPort;
    }

    StubCertificate certificate() {
        return certificate;
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // else stopping would give up half-way
        try {
            wireMock.stop();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
