package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;

import java.net.URI;

/** A message by way of the library, beside what somebody would take instead. */
final class PeerComparisons {
    private static final int THREADS = 16;

    private PeerComparisons() {}

    static Comparison defaultClient(Servers servers, Opened opened) throws Exception {
        URI stub = servers.stub().address();
        return beside("HttpClient.send of a client as it comes", new DefaultClient(stub)::post, stub, opened);
    }

    static Comparison okHttp(Servers servers, Opened opened) throws Exception {
        URI stub = servers.stub().address();
        return beside("OkHttp", opened.add(new OkHttpPeer(stub))::post, stub, opened);
    }

    static Comparison apache(Servers servers, Opened opened) throws Exception {
        URI stub = servers.stub().address();
        return beside("Apache HttpClient 5", opened.add(new ApachePeer(stub))::post, stub, opened);
    }

    /** One client for each tenant, with its credentials. */
    static Comparison twilio(Servers servers, Opened opened) throws Exception {
        URI stub = servers.stub().address();
        TwilioPeer peer = TwilioPeer.apart(stub);
        peer.addTenants(Organizations.COUNT);
        return beside("Twilio's SDK, a client for each tenant", peer::send, stub, opened)
                .aimingAt(Aim.cpuAtMost(1.0), Aim.allocationAtMost(1.0));
    }

    static Comparison vonage(Servers servers, Opened opened) throws Exception {
        URI stub = servers.stub().address();
        VonagePeer peer = new VonagePeer(stub);
        peer.addTenants(Organizations.COUNT);
        return beside("Vonage's SDK, a client for each tenant", peer::send, stub, opened)
                .aimingAt(Aim.cpuAtMost(1.0), Aim.allocationAtMost(1.0));
    }

    private static Comparison beside(String name, Operation peer, URI stub, Opened opened) {
        UltraMessageInstanceManager manager = opened.add(SendComparisons.manager(SendComparisons.inMemory(stub)));
        return Comparison.of("sendMessage", () -> SendComparisons.send(manager), name, peer)
                .threads(THREADS);
    }
}
