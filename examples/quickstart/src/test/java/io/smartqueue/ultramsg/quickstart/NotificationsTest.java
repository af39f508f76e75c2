package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.InMemoryTenantStore;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.text;

// README: begin
@ExtendWith(UltraMsgExtension.class)
class NotificationsTest {
    private static final OrganizationId ACME = OrganizationId.of("acme");

    @Test
    void tellsTheCustomer(UltraMsgServer ultraMsg) {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken");
        InMemoryTenantStore store = InMemoryTenantStore.create();
        store.add(
                ACME,
                ConfigDraft.builder()
                        .instanceId("1150")
                        .token("fake-t0ken")
                        .baseUrl(ultraMsg.baseUrl().toString())
                        .status(InstanceStatus.ACTIVE)
                        .build());
        try (UltraMessageInstanceManager whatsApp = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .build()) {

            whatsApp.sendMessage(ACME, "+15550001111", "You are next.");

            assertThat(instance).received(text("You are next.").to("+15550001111"));
        }
    }
}
// README: end
