package com.example.shop;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.springframework.stereotype.Service;

import java.util.UUID;

/** What the shop tells its customers. */
@Service
class Notifications {
    private final UltraMessageInstanceManager whatsApp;

    Notifications(UltraMessageInstanceManager whatsApp) {
        this.whatsApp = whatsApp;
    }

    SendResult tellThatItIsReady(UUID organization, String customer, String goods) {
        return whatsApp.sendMessage(OrganizationId.of(organization), customer, goods + " is ready.");
    }
}
