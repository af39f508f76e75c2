package com.example.shop;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import java.util.UUID;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.text;

@SpringBootTest
@Import(TestSurroundings.class)
@ExtendWith(UltraMsgExtension.class)
class NotificationsTest {
    private static final UUID BAKERY = UUID.fromString("6f9c1d1e-6c39-4b1c-9a55-0d7a5b0c3b01");

    @Autowired
    private Notifications notifications;

    @Autowired
    private UltraMessageInstanceManager whatsApp;

    // docs: begin
    @Test
    void tellsTheCustomer(UltraMsgServer ultraMsg) {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken");
        ConfigDraft config = ConfigDraft.builder()
                .instanceId("1150")
                .token("fake-t0ken")
                .baseUrl(ultraMsg.baseUrl().toString())
                .build();
        whatsApp.administration(Actor.operator("a test")).update(OrganizationId.of(BAKERY), config);

        notifications.tellThatItIsReady(BAKERY, "+49 30 901820", "Your bread");

        assertThat(instance).received(text("Your bread is ready.").to("+4930901820"));
    }
    // docs: end
}
