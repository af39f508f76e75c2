package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.StandbyView;
import io.smartqueue.ultramsg.admin.TemplateStore;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.health.HealthStore;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import io.smartqueue.ultramsg.usage.UsageStore;
import io.smartqueue.ultramsg.webhook.WebhookStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Each role and each operation, as the manager asks, and as PostgreSQL answers where nobody asks. */
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class MembersOnPostgresIT {
    private static final ConfigDraft LIMIT =
            ConfigDraft.builder().dailyLimit(100_000).build();

    private static final Map<String, BiConsumer<Administration, OrganizationId>> EDITS = Map.ofEntries(
            entry("validate", (admin, acme) -> admin.validate(acme, LIMIT)),
            entry("test a change", (admin, acme) -> admin.test(acme, LIMIT)),
            entry("update", (admin, acme) -> admin.update(acme, LIMIT, Verification.SAVE_UNTESTED)),
            entry("update after a test", (admin, acme) -> admin.update(acme, LIMIT)),
            entry("activate", Administration::activate),
            entry("suspend", Administration::suspend),
            entry("rotate the token", (admin, acme) -> admin.rotateToken(acme, "fake-t0ken-1")),
            entry("standbys", Administration::standbys),
            entry(
                    "update the standbys",
                    (admin, acme) -> admin.updateStandbys(acme, List.of(standby("3370")), Verification.SAVE_UNTESTED)),
            entry("remove the standbys", (admin, acme) -> admin.updateStandbys(acme, List.of())),
            entry("history", (admin, acme) -> admin.history(acme).findFirst()),
            entry("delete", Administration::deleteConfiguration));

    /** Reads the token for the service, whoever asks, or nobody but admins could have it tested: only Java asks here. */
    private static final List<String> ASKED_IN_JAVA_ONLY = List.of("test a change");

    private TestDatabase database;
    private PostgresTenantStore store;
    private UltraMessageInstanceManager manager;
    private UltraMessageInstanceManager forgetful;
    private OrganizationId acme;
    private OrganizationId globex;

    @BeforeEach
    void start(@TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg) throws SQLException {
        this.database = database;
        ultraMsg.addInstance("1150", "fake-t0ken-1");
        store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build();
        manager = manager(store);
        forgetful = manager(new Forgetful(store));
        acme = OrganizationId.of(database.organization("ultramsg_token = 'fake-t0ken-1', daily_message_limit = 5,"
                + " ultramsg_base_url = '" + ultraMsg.baseUrl() + "'"));
        globex = OrganizationId.of(database.organization("ultramsg_instance_id = 'instance2260'"));
        for (MemberRole role : MemberRole.values()) {
            member(acme, role.storedName(), role.storedName());
        }
        member(globex, "stranger", "admin");
        store.standbys().replace(acme, List.of(standby("4480")), AuditNote.by(Actor.operator("a test")));
    }

    private static StandbyInstance standby(String instance) {
        return StandbyInstance.of(new InstanceCredentials(
                InstanceId.parse(instance), AccessToken.of("fake-t0ken-2"), URI.create("https://api.ultramsg.com")));
    }

    private static UltraMessageInstanceManager manager(TenantStore store) {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .withoutHealthChecks()
                .build();
    }

    private void member(OrganizationId organization, String member, String role) throws SQLException {
        database.execute(
                "INSERT INTO organization_members VALUES ('" + organization + "', '" + member + "', '" + role + "')");
    }

    @AfterEach
    void stop() {
        manager.close();
        forgetful.close();
        store.close();
    }

    @Test
    void letAdminsDoEverythingToTheirOwnOrganization() throws SQLException {
        Administration admin = manager.administration(Actor.member("admin"));
        ConfigView shown = admin.config(acme).orElseThrow();
        assertThat(shown.maskedToken()).contains("****en-1");
        assertThat(shown.fields().dailyLimit()).contains(5);
        assertThat(admin.test(acme).isSuccess()).isTrue();

        for (BiConsumer<Administration, OrganizationId> edit : EDITS.values()) {
            edit.accept(admin, acme);
            assertThatThrownBy(() -> edit.accept(admin, globex)).isInstanceOf(AccessDeniedException.class);
        }

        assertThat(admin.history(acme))
                .isNotEmpty()
                .filteredOn(entry -> !entry.note().actor().equals(Actor.operator("a test")))
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.note().actor()).isEqualTo(Actor.member("admin")));
        assertThat(stored(acme)).isNotEqualTo(stored(globex));
    }

    @ParameterizedTest
    @EnumSource(names = {"MANAGER", "EMPLOYEE"})
    void letOthersSeeWithoutTokenAndLimitAndChangeNothing(MemberRole role) throws SQLException {
        List<List<String>> before = stored(acme);
        Administration member = manager.administration(Actor.member(role.storedName()));

        ConfigView shown = member.config(acme).orElseThrow();

        assertThat(shown.fields().instanceId()).contains("instance1150");
        assertThat(shown.maskedToken()).isEmpty();
        assertThat(shown.fields().dailyLimit()).isEmpty();
        assertThat(shown.isUsable()).isTrue();
        EDITS.forEach((name, edit) ->
                assertThatThrownBy(() -> edit.accept(member, acme)).as(name).isInstanceOf(AccessDeniedException.class));
        member.require(acme, Permission.SEND);
        assertThat(member.isPermitted(acme, Permission.TEST)).isEqualTo(role == MemberRole.MANAGER);
        if (role == MemberRole.MANAGER) {
            assertThat(member.test(acme).isSuccess()).isTrue();
        } else {
            assertThatThrownBy(() -> member.test(acme)).isInstanceOf(AccessDeniedException.class);
        }
        assertThat(stored(acme)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"stranger", "nobody", "Admin", "admin ", "' or true --"})
    void letStrangersDoNothing(String member) throws SQLException {
        List<List<String>> before = stored(acme);
        Administration stranger = manager.administration(Actor.member(member));

        assertThatThrownBy(() -> stranger.config(acme)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> stranger.test(acme)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> stranger.require(acme, Permission.SEND)).isInstanceOf(AccessDeniedException.class);
        EDITS.forEach((name, edit) -> assertThatThrownBy(() -> edit.accept(stranger, acme))
                .as(name)
                .isInstanceOf(AccessDeniedException.class));
        assertThat(stored(acme)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"manager", "employee", "stranger", "nobody"})
    void areRefusedByTheDatabaseWhereJavaForgetsToAsk(String name) throws SQLException {
        List<List<String>> before = stored(acme);
        Administration member = forgetful.administration(Actor.member(name));
        assertThat(member.isPermitted(acme, Permission.EDIT))
                .as("the check is bypassed")
                .isTrue();

        assertThatThrownBy(() -> member.config(acme)).isInstanceOf(AccessDeniedException.class);
        EDITS.forEach((operation, edit) -> {
            if (!ASKED_IN_JAVA_ONLY.contains(operation)) {
                assertThatThrownBy(() -> edit.accept(member, acme))
                        .as(operation)
                        .isInstanceOf(AccessDeniedException.class);
            }
        });

        assertThat(stored(acme)).isEqualTo(before);
    }

    @Test
    void mayStillDoWhatTheyMayWhereJavaForgetsToAsk() {
        Administration admin = forgetful.administration(Actor.member("admin"));

        assertThat(admin.update(acme, LIMIT, Verification.SAVE_UNTESTED).isSaved())
                .isTrue();
        assertThat(admin.config(acme).orElseThrow().fields().dailyLimit()).contains(100_000);
    }

    @Test
    void areRecordedAsWhoChangedStandbys() {
        Administration admin = manager.administration(Actor.member("admin"));

        assertThat(admin.standbys(acme)).extracting(StandbyView::maskedToken).containsExactly("****en-2");
        assertThat(admin.updateStandbys(acme, List.of(standby("3370")), Verification.SAVE_UNTESTED)
                        .isSaved())
                .isTrue();

        AuditEntry entry = admin.history(acme).findFirst().orElseThrow();
        assertThat(entry.note()).isEqualTo(AuditNote.by(Actor.member("admin")).action(ConfigAction.STANDBYS_CHANGED));
        assertThat(entry.changes())
                .containsExactly(
                        new FieldChange(ConfigField.STANDBYS, "instance4480 ****en-2", "instance3370 ****en-2"));
        admin.deleteConfiguration(acme);
        assertThat(admin.standbys(acme)).isEmpty();
        assertThat(admin.history(acme).limit(2))
                .extracting(AuditEntry::note)
                .containsOnly(AuditNote.by(Actor.member("admin")).action(ConfigAction.DELETED));
    }

    @Test
    void areTheHostsWhereItSaysSo() throws SQLException {
        database.execute("DELETE FROM organization_members");
        Memberships directory =
                (organization, member) -> MemberRole.find(member.value().toLowerCase(Locale.ROOT));
        try (UltraMessageInstanceManager asking = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .withoutHealthChecks()
                .memberships(directory)
                .build()) {
            Administration admin = asking.administration(Actor.member("ADMIN"));
            assertThat(admin.update(acme, LIMIT).isSaved()).isTrue();
            assertThat(admin.history(acme).findFirst().orElseThrow().note().actor())
                    .isEqualTo(Actor.member("ADMIN"));
            Administration employee = asking.administration(Actor.member("EMPLOYEE"));
            ConfigView shown = employee.config(acme).orElseThrow();
            assertThat(shown.maskedToken()).isEmpty();
            assertThat(shown.fields().dailyLimit()).isEmpty();
            assertThatThrownBy(() -> employee.update(acme, LIMIT)).isInstanceOf(AccessDeniedException.class);
        }
    }

    @Test
    void areNobodysConcernForOperators() {
        assertThat(manager.administration(Actor.operator("onboarding"))
                        .update(acme, LIMIT)
                        .isSaved())
                .isTrue();
    }

    private List<List<String>> stored(OrganizationId organization) throws SQLException {
        return database.query("SELECT o::text, (SELECT count(*) FROM ultramsg_config_audit),"
                + " (SELECT string_agg(s::text, ',') FROM ultramsg_standby_instances AS s) FROM organizations AS o"
                + " WHERE id = '" + organization + "'");
    }

    /** A store whose check in Java permits everybody everything, as if somebody had forgotten it. */
    private record Forgetful(TenantStore real) implements TenantStore {
        @Override
        public Memberships members() {
            return (organization, member) -> Optional.of(MemberRole.ADMIN);
        }

        @Override
        public OrganizationStore organizations() {
            return real.organizations();
        }

        @Override
        public QuotaStore quotas() {
            return real.quotas();
        }

        @Override
        public MessageLog messages() {
            return real.messages();
        }

        @Override
        public StandbyStore standbys() {
            return real.standbys();
        }

        @Override
        public HealthStore health() {
            return real.health();
        }

        @Override
        public OutboxStore outbox() {
            return real.outbox();
        }

        @Override
        public LaneScheduler lanes() {
            return real.lanes();
        }

        @Override
        public TemplateStore templates() {
            return real.templates();
        }

        @Override
        public WebhookStore webhooks() {
            return real.webhooks();
        }

        @Override
        public ConversationStore conversations() {
            return real.conversations();
        }

        @Override
        public UsageStore usage() {
            return real.usage();
        }
    }
}
