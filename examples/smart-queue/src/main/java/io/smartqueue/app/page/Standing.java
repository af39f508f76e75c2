package io.smartqueue.app.page;

import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;

/**
 * Whether an organization's messages leave at present.
 *
 * @param words why not; empty if they do
 * @param path of the organization, where its details are
 */
record Standing(boolean isReady, String words, String path) {
    static Standing of(UltraMessageInstanceManager whatsApp, Visit visit) {
        String path = visit.organization().path();
        return whatsApp.getOrganizationConfig(visit.id())
                .map(config -> of(config, path))
                .orElse(new Standing(false, "WhatsApp is not set up yet: messages wait until it is.", path));
    }

    private static Standing of(UltraMessageConfig config, String path) {
        return config.status().maySend()
                ? new Standing(true, "", path)
                : new Standing(false, "WhatsApp is " + config.status().storedName() + " here: messages wait.", path);
    }
}
