package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class TroubledOrganizationTest {
    @Test
    void sendsInItsTurnAndRestsInTheOthers() throws Exception {
        try (StubProcess stub = StubProcess.start();
                UltraMessageInstanceManager manager =
                        SendComparisons.manager(SendComparisons.inMemory(stub.address()));
                TroubledOrganization organization = new TroubledOrganization(manager, Organizations.any(), 4)) {
            organization.begin();
            organization.begin();
            assertThat(organization.isAtRest()).isFalse();

            organization.end();
            organization.end();
            assertThat(organization.isAtRest()).isTrue();
        }
    }
}
