package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.RollOut;
import io.smartqueue.ultramsg.admin.RollOutOptions;
import io.smartqueue.ultramsg.admin.RollOutOutcome;
import io.smartqueue.ultramsg.admin.RollOutOutcome.Applied;
import io.smartqueue.ultramsg.admin.RollOutOutcome.ChangedMeanwhile;
import io.smartqueue.ultramsg.admin.RollOutOutcome.NoSuchOrganization;
import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.TemplatePreview;
import io.smartqueue.ultramsg.admin.TemplateSave;
import io.smartqueue.ultramsg.admin.Templates;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A template is brought to many organizations, while others change them, nodes die and organizations go, and is taken back. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class TemplatesOnPostgresIT {
    private static final int MANY = 50;
    private static final AuditNote SOMEBODY = AuditNote.by(Actor.operator("somebody else"));
    private static final ConfigDraft VALUES = ConfigDraft.builder()
            .dailyLimit(500)
            .timeZone("Europe/Berlin")
            .webhookEvents(List.of("message_ack", "message_received"))
            .build();

    private TestDatabase database;
    private PostgresTenantStore store;
    private UltraMessageInstanceManager manager;
    private final List<OrganizationId> organizations = new ArrayList<>();

    @BeforeEach
    void addOrganizations(@TestDatabase.Fresh TestDatabase fresh) throws SQLException {
        database = fresh;
        start();
        for (int i = 0; i < MANY; i++) {
            organizations.add(OrganizationId.of(database.organization(
                    "ultramsg_instance_id = 'instance" + (1000 + i) + "', daily_message_limit = 200")));
        }
    }

    @AfterEach
    void stop() {
        manager.close();
        store.close();
    }

    private void start() throws SQLException {
        store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build();
        manager =
                UltraMessageInstanceManager.builder(store).withoutHealthChecks().build();
    }

    private Templates templates() {
        return templatesOf("anna");
    }

    private Templates templatesOf(String operator) {
        return manager.templates(Actor.operator(operator));
    }

    private Template saved(String name, ConfigDraft values) {
        return ((TemplateSave.Saved) templates().save(TemplateName.of(name), values)).template();
    }

    private ConfigDraft stored(OrganizationId organization) {
        return store.organizations().find(organization).orElseThrow();
    }

    private List<AuditEntry> history(OrganizationId organization) {
        return store.organizations().history(organization, Long.MAX_VALUE, 100);
    }

    private static List<OrganizationId> applied(List<RollOutOutcome> outcomes) {
        return outcomes.stream()
                .filter(Applied.class::isInstance)
                .map(RollOutOutcome::organization)
                .toList();
    }

    @Test
    void isPreviewedRolledOutInStagesTakenUpAfterACrashAndTakenBack() throws SQLException {
        saved("starter", ConfigDraft.builder().dailyLimit(1).build());
        Template template = saved("starter", VALUES);
        OrganizationId changed = organizations.get(20);
        OrganizationId deleted = organizations.get(30);

        List<TemplatePreview> previews =
                templates().preview(template, organizations).toList();
        assertThat(previews).extracting(TemplatePreview::organization).containsExactlyElementsOf(organizations);
        assertThat(previews).allSatisfy(preview -> {
            assertThat(preview.problems()).isEmpty();
            assertThat(preview.changes())
                    .containsExactly(
                            new FieldChange(ConfigField.DAILY_LIMIT, "200", "500"),
                            new FieldChange(ConfigField.WEBHOOK_EVENTS, null, "message_ack, message_received"),
                            new FieldChange(ConfigField.TIME_ZONE, null, "Europe/Berlin"));
        });

        RollOutOptions options = RollOutOptions.defaults().id("limits of November");
        RollOut first = templates().applyPreviewed(previews, options);
        assertThat(applied(first.next(5))).containsExactlyElementsOf(organizations.subList(0, 5));
        assertThat(stored(organizations.get(5)).dailyLimit()).contains(200);

        database.execute(
                "UPDATE organizations SET daily_message_limit = 77 WHERE id = '" + changed + "'",
                "DELETE FROM organizations WHERE id = '" + deleted + "'");
        assertThat(applied(first.next(10))).hasSize(10);
        stop(); // all that is left is what the database knows
        start();

        Template found = templates().find(TemplateName.of("starter"), 2).orElseThrow();
        List<TemplatePreview> seen = previews.stream()
                .map(preview -> new TemplatePreview(
                        found, preview.organization(), preview.version(), preview.changes(), preview.problems()))
                .toList();
        RollOut second = templates().applyPreviewed(seen, options);
        assertThat(second.waiting()).containsExactlyElementsOf(organizations.subList(15, MANY));

        List<RollOutOutcome> rest = second.rest();

        assertThat(applied(rest)).hasSize(MANY - 15 - 2);
        assertThat(rest).contains(new ChangedMeanwhile(changed), new NoSuchOrganization(deleted));
        assertThat(stored(changed).dailyLimit()).contains(77);
        for (OrganizationId organization : organizations) {
            assertThat(history(organization))
                    .hasSize(organization.equals(changed) || organization.equals(deleted) ? 0 : 1);
        }

        OrganizationId wanted = organizations.get(3);
        store.organizations()
                .update(wanted, ConfigDraft.builder().dailyLimit(900).build(), SOMEBODY);
        RollOut undo = templates().undo(first.id());
        undo.next(7);
        stop();
        start();

        assertThat(templates().undo("limits of November").rest()).hasSize(MANY - 2 - 7);
        assertThat(templates().undo("limits of November").rest())
                .as("the second time")
                .isEmpty();

        for (OrganizationId organization : organizations) {
            if (!organization.equals(deleted)) {
                assertThat(stored(organization).timeZone()).isEmpty();
                assertThat(stored(organization).webhookEvents().orElse(List.of()))
                        .isEmpty();
                assertThat(stored(organization).dailyLimit().orElseThrow())
                        .isEqualTo(organization.equals(changed) ? 77 : organization.equals(wanted) ? 900 : 200);
            }
        }
    }

    /** Each change is made to a version, so the two of them never mix: one after the other has each organization. */
    @Test
    void isRolledOutByTwoOperatorsAtTheSameMoment() throws Exception {
        Template one = saved(
                "one",
                ConfigDraft.builder().dailyLimit(1001).timeZone("Europe/Rome").build());
        Template two = saved(
                "two",
                ConfigDraft.builder().dailyLimit(2002).timeZone("Asia/Tokyo").build());

        List<List<RollOutOutcome>> outcomes = atTheSameMoment(
                templatesOf("anna").apply(one, organizations),
                templatesOf("ben").apply(two, organizations));

        assertThat(outcomes).allSatisfy(each -> assertThat(applied(each)).hasSize(MANY));
        for (OrganizationId organization : organizations) {
            assertThat(List.of(
                            stored(organization).dailyLimit().orElseThrow(),
                            stored(organization).timeZone().orElseThrow()))
                    .isIn(List.of(1001, "Europe/Rome"), List.of(2002, "Asia/Tokyo"));
            List<AuditEntry> entries = history(organization);
            assertThat(entries).hasSize(2);
            assertThat(entries.get(0).changes().get(0).before())
                    .as("what the other one has set")
                    .isEqualTo(entries.get(1).changes().get(0).after());
        }
    }

    /** As when a node was thought to be dead. */
    @Test
    void isBroughtToNobodyTwiceByTwoNodesWithOneId() throws Exception {
        Template template = saved("one", VALUES);
        RollOutOptions options = RollOutOptions.defaults().id("of two nodes");

        List<List<RollOutOutcome>> outcomes = atTheSameMoment(
                templatesOf("anna").apply(template, organizations, options),
                templatesOf("ben").apply(template, organizations, options));

        assertThat(applied(outcomes.get(0)).size() + applied(outcomes.get(1)).size())
                .isEqualTo(MANY);
        assertThat(organizations)
                .allSatisfy(organization -> assertThat(history(organization)).hasSize(1));
    }

    @Test
    void isInForceForTheNextSendOnAllNodes() {
        OrganizationId organization = organizations.get(0);
        store.organizations()
                .update(organization, ConfigDraft.builder().token("fake-t0ken").build(), SOMEBODY);
        try (UltraMessageInstanceManager other =
                UltraMessageInstanceManager.builder(store).withoutHealthChecks().build()) {
            assertThat(other.getOrganizationConfig(organization).orElseThrow().dailyLimit())
                    .isEqualTo(200);

            templates().apply(saved("one", VALUES), organizations).rest();

            assertThat(manager.getOrganizationConfig(organization).orElseThrow().dailyLimit())
                    .isEqualTo(500);
            Await.until(() ->
                    other.getOrganizationConfig(organization).orElseThrow().dailyLimit() == 500);
        }
    }

    private static List<List<RollOutOutcome>> atTheSameMoment(RollOut... rollOuts) throws Exception {
        CyclicBarrier start = new CyclicBarrier(rollOuts.length);
        ExecutorService threads = Executors.newFixedThreadPool(rollOuts.length);
        try {
            List<Future<List<RollOutOutcome>>> running = new ArrayList<>();
            for (RollOut rollOut : rollOuts) {
                running.add(threads.submit(() -> {
                    start.await(30, TimeUnit.SECONDS);
                    return rollOut.rest();
                }));
            }
            List<List<RollOutOutcome>> outcomes = new ArrayList<>();
            for (Future<List<RollOutOutcome>> each : running) {
                outcomes.add(each.get(60, TimeUnit.SECONDS));
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
        }
    }
}
