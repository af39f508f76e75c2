package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.EnvironmentInstance;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.UUID;
import javax.sql.DataSource;

/** Java that docs/from-environment-variables.md shows beside what the walk-through runs; it would ask UltraMsg itself. */
final class EnvironmentSnippets {
    private EnvironmentSnippets() {}

    static SendResult putInPlace(DataSource database, String tokenKeys, UUID organization, String number, String text) {
        // docs: begin
        PostgresTenantStore.migrate(database); // or in a step before, by another login
        var store = PostgresTenantStore.builder(database).tokenKeys(tokenKeys).build();
        var whatsApp = UltraMessageInstanceManager.builder(store)
                .environment(EnvironmentInstance.fromSystem())
                .build();

        // where your code posted to UltraMsg
        SendResult result = whatsApp.sendMessage(OrganizationId.of(organization), number, text);
        // docs: end
        return result;
    }

    static void giveAnInstance(UltraMessageInstanceManager whatsApp, Actor ann, OrganizationId deli, String token) {
        // docs: begin
        var instance = ConfigDraft.builder().instanceId("2260").token(token).build();
        whatsApp.administration(ann).update(deli, instance); // tested, then saved
        // docs: end
    }
}
