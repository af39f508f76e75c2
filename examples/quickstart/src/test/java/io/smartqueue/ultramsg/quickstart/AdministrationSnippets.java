package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.RollOut;
import io.smartqueue.ultramsg.admin.RollOutOptions;
import io.smartqueue.ultramsg.admin.RollOutOutcome;
import io.smartqueue.ultramsg.admin.StandbyUpdate;
import io.smartqueue.ultramsg.admin.StandbyView;
import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.TemplatePreview;
import io.smartqueue.ultramsg.admin.TemplateSave;
import io.smartqueue.ultramsg.admin.Templates;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigForm;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Java that docs/administration.md shows; {@link AdministrationPageTest} compares the two. Not run. */
final class AdministrationSnippets {
    private AdministrationSnippets() {}

    static String change(UltraMessageInstanceManager whatsApp, OrganizationId acme, String signedIn) {
        // docs: begin
        Administration admin = whatsApp.administration(Actor.member(signedIn)); // one for each request
        ConfigView shown = admin.config(acme).orElseThrow();

        ConfigDraft change =
                ConfigDraft.builder().version(shown.version()).dailyLimit(500).build();
        ConfigUpdate update = admin.update(acme, change); // tested, then saved
        // docs: end
        // docs: begin
        if (update instanceof ConfigUpdate.Saved saved) {
            return "saved as version " + saved.now().version();
        } else if (update instanceof ConfigUpdate.Invalid invalid) {
            return "please correct " + invalid.problems();
        } else if (update instanceof ConfigUpdate.TestFailed failed) {
            return failed.test().explanation();
        } else if (update instanceof ConfigUpdate.ChangedMeanwhile changed) {
            List<AuditEntry> since = admin.changesSince(acme, shown.version()); // who has changed what
            return "somebody else was faster: " + since + "; now it is "
                    + changed.now().fields();
        }
        return "no such organization";
        // docs: end
    }

    static List<Map<String, Object>> form(Administration admin, OrganizationId acme, Map<String, Object> json) {
        // docs: begin
        ConfigForm form = ConfigForm.read(json); // {"instance_id": "1150", "daily_limit": "500", "version": 3}
        List<ConfigProblem> problems = admin.validate(acme, form);
        if (problems.isEmpty()) {
            admin.update(acme, form, Verification.TEST_FIRST);
        }
        // docs: end
        // docs: begin
        return problems.stream()
                .map(problem -> Map.<String, Object>of(
                        "field", problem.field().code(),
                        "code", problem.code().text(),
                        "arguments", problem.arguments(),
                        "message", problem.message(Locale.GERMAN)))
                .toList();
        // docs: end
    }

    static void life(Administration admin, OrganizationId acme, String newToken) {
        // docs: begin
        admin.test(acme); // sends no message, saves nothing
        admin.suspend(acme); // stops at once, whatever is wrong with the configuration
        admin.activate(acme); // tests first
        admin.rotateToken(acme, newToken); // tests the new one first
        admin.deleteConfiguration(acme); // keeps limit, counts and history

        admin.history(acme)
                .limit(20)
                .forEach(entry -> System.out.println(entry.at() + " "
                        + entry.note().actor().name() + " " + entry.note().action()));
        // docs: end
    }

    static boolean standbys(
            Administration admin, OrganizationId acme, InstanceCredentials credentials, AccessToken renewed) {
        // docs: begin
        List<StandbyView> shown = admin.standbys(acme); // tokens masked
        StandbyInstance first = StandbyInstance.of(credentials);
        StandbyInstance second = shown.get(0).unchanged(); // keeps its token
        StandbyInstance third = shown.get(1).unchanged().token(renewed);
        StandbyUpdate update = admin.updateStandbys(acme, List.of(first, second, third)); // tested, then saved
        // docs: end
        return update.isSaved();
    }

    static void guardASend(UltraMessageInstanceManager whatsApp, OrganizationId acme, String signedIn) {
        // docs: begin
        whatsApp.administration(Actor.member(signedIn)).require(acme, Permission.SEND);
        whatsApp.sendMessage(acme, "+49 30 901820", "Your bread is ready.");
        // docs: end
    }

    static List<ConfigProblem> saveTemplate(UltraMessageInstanceManager whatsApp) {
        // docs: begin
        Templates templates = whatsApp.templates(Actor.operator("anna"));
        ConfigDraft values =
                ConfigDraft.builder().dailyLimit(500).timeZone("Europe/Berlin").build();
        TemplateSave save = templates.save(TemplateName.of("starter"), values); // version 1, 2, 3 …
        if (save instanceof TemplateSave.Invalid invalid) {
            return invalid.problems(); // field by field, as for forms
        }
        // docs: end
        return List.of();
    }

    static void rollOut(Templates templates, List<OrganizationId> organizations) {
        // docs: begin
        Template starter = templates.find(TemplateName.of("starter")).orElseThrow();
        List<TemplatePreview> previews =
                templates.preview(starter, organizations).toList();
        for (TemplatePreview preview : previews) {
            System.out.println(preview.organization() + ": " + preview.changes() + ", " + preview.problems());
        }
        // docs: end
        // docs: begin
        RollOutOptions options = RollOutOptions.defaults().id("limits-2026-11");
        RollOut rollOut = templates.applyPreviewed(previews, options); // who was changed since stays as he is
        List<RollOutOutcome> first = rollOut.next(5);
        List<RollOutOutcome> others = rollOut.rest();
        // docs: end
        // docs: begin
        RollOut undo = templates.undo("limits-2026-11");
        List<RollOutOutcome> back = undo.rest();
        // docs: end
    }

    static void begin(Administration admin, OrganizationId acme, Template starter, ConfigDraft credentials) {
        // docs: begin
        admin.update(acme, starter.values().with(credentials));
        // docs: end
    }
}
