package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.InMemoryTenantStore;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

/**
 * How long a message takes while another organization's instance is in trouble, beside how long it takes otherwise. Either side has
 * a manager of its own: what the disturbance leaves behind in one is no part of the other's turn.
 */
final class ApartComparisons {
    /** Far below what the machine could do, so that nobody waits for anybody else of the same side. */
    private static final int MESSAGES_PER_SECOND = 500;

    private static final int THREADS = 8;
    private static final OrganizationId TROUBLED = OrganizationId.of("troubled");

    private ApartComparisons() {}

    static Comparison troubledBy(Temper temper, int callers, Servers servers, Opened opened) throws Exception {
        URI stub = servers.stub().address();
        return besideCalm(temper.instance(), stub, callers, stub, opened);
    }

    /** An instance whose host refuses connections. */
    static Comparison troubledByNobodyThere(int callers, Servers servers, Opened opened) throws Exception {
        return besideCalm(
                Temper.DEAD.instance(), nobody(), callers, servers.stub().address(), opened);
    }

    private static Comparison besideCalm(String instance, URI url, int callers, URI stub, Opened opened) {
        UltraMessageInstanceManager calm = opened.add(SendComparisons.manager(SendComparisons.inMemory(stub)));
        InMemoryTenantStore store = SendComparisons.inMemory(stub);
        ConfigDraft troubled = SendComparisons.config(TROUBLED, url).toBuilder()
                .instanceId(instance)
                .build();
        store.add(TROUBLED, troubled);
        UltraMessageInstanceManager disturbed = opened.add(SendComparisons.manager(store));

        return Comparison.of(
                        "sendMessage, disturbed",
                        () -> SendComparisons.send(disturbed),
                        "sendMessage, undisturbed",
                        () -> SendComparisons.send(calm))
                .disturbedBy(opened.add(new TroubledOrganization(disturbed, TROUBLED, callers)))
                .threads(THREADS)
                .perSecond(MESSAGES_PER_SECOND)
                .aimingAt(Aim.p99AtMost(1.2));
    }

    private static URI nobody() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + free.getLocalPort());
        }
    }
}
