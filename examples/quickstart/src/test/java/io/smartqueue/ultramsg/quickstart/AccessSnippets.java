package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.InMemoryTenantStore;

import java.util.Optional;

/** Java that docs/access.md shows; {@link AccessPageTest} compares the two. Not run. */
final class AccessSnippets {
    private AccessSnippets() {}

    static int askedBeforeEachCall(
            UltraMessageInstanceManager whatsApp, OrganizationId acme, String signedIn, ConfigDraft change) {
        // docs: begin
        Administration anna = whatsApp.administration(Actor.member(signedIn)); // as your sign-in says
        try {
            ConfigView shown = anna.config(acme).orElseThrow(); // an employee sees neither token nor limit
            ConfigUpdate update = anna.update(acme, change); // takes an admin
            return update.isSaved() ? 200 : 422;
        } catch (AccessDeniedException e) {
            return 403;
        }
        // docs: end
    }

    static void beforeASend(UltraMessageInstanceManager whatsApp, OrganizationId acme, String signedIn) {
        // docs: begin
        whatsApp.administration(Actor.member(signedIn)).require(acme, Permission.SEND);
        whatsApp.sendMessage(acme, "+49 30 901820", "Your table is ready.");
        // docs: end
    }

    /** The host's own. */
    interface Directory {
        Optional<String> roleOf(String person, String organization);
    }

    static UltraMessageInstanceManager membersElsewhere(TenantStore store, Directory directory) {
        // docs: begin
        UltraMessageInstanceManager whatsApp = UltraMessageInstanceManager.builder(store)
                .memberships((organization, member) ->
                        directory.roleOf(member.value(), organization.value()).flatMap(MemberRole::find))
                .build();
        // docs: end
        return whatsApp;
    }

    static void inTests(OrganizationId acme) {
        // docs: begin
        InMemoryTenantStore store = InMemoryTenantStore.create();
        store.addMember(acme, MemberId.of("anna"), MemberRole.EMPLOYEE);
        // docs: end
    }
}
