package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.LastTest;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Looking configuration up, testing it and changing it through the manager. */
@Timeout(30)
class UltraMessageInstanceManagerConfigTest {
    private static final OrganizationId ACME = Samples.ACME;
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String QR = "{\"status\":{\"accountStatus\":{\"status\":\"qr\",\"substatus\":\"normal\"}}}";

    private final ScriptedServer server = new ScriptedServer()
            .on("instance/status", Replies.json(200, Samples.CONNECTED))
            .on("instance/me", Replies.json(200, Samples.ME));
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .clock(Clock.fixed(NOW, ZoneOffset.UTC))
            .build();

    @BeforeEach
    void configure() {
        store.organizations()
                .put(
                        ACME,
                        Samples.draft(server.url()).toBuilder()
                                .status(InstanceStatus.INACTIVE)
                                .build());
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    private static ConfigDraft change(String instanceId) {
        return ConfigDraft.builder().instanceId(instanceId).build();
    }

    private ConfigUpdate.Saved assertSaved(ConfigUpdate update) {
        assertThat(update).isInstanceOf(ConfigUpdate.Saved.class);
        assertThat(update.isSaved()).isTrue();
        return (ConfigUpdate.Saved) update;
    }

    private String storedInstance() {
        return store.organizations().stored(ACME).instanceId().orElseThrow();
    }

    @Test
    void looksConfigurationUp() {
        assertThat(manager.getOrganizationConfig(ACME)
                        .orElseThrow()
                        .credentials()
                        .instance())
                .hasToString("instance1150");
        assertThat(manager.getOrganizationConfig(OrganizationId.of("nobody"))).isEmpty();

        store.organizations().put(ACME, change("not an instance"));
        assertThat(manager.getOrganizationConfig(ACME)).isEmpty();
    }

    @Test
    void testsASavedConnectionAndTellsOfItsLimit() {
        store.quotas().limit(0);

        UltraMessageTestResult result = manager.testConnection(ACME);

        assertThat(result.isSuccess()).isTrue();
        assertThat(result.isDailyLimitReached()).isTrue();
        assertThat(store.quotas().reservations()).isZero();
    }

    @Test
    void explainsWhyAConnectionCannotBeTested() {
        store.organizations().put(ACME, change("1150"));

        UltraMessageTestResult invalid = manager.testConnection(ACME);

        assertThat(invalid.finding()).isEqualTo(ConnectionFinding.INVALID_CONFIGURATION);
        assertThat(invalid.problems()).extracting(ConfigProblem::field).containsExactly(ConfigField.TOKEN);
        assertThat(manager.testConnection(OrganizationId.of("nobody")).finding())
                .isEqualTo(ConnectionFinding.NO_SUCH_ORGANIZATION);
        assertThat(server.connections()).isZero();
    }

    @Test
    void testsCredentialsThatNobodySaved() {
        assertThat(manager.testConnection(Samples.draft(server.url())).isSuccess())
                .isTrue();
        assertThat(manager.testConnection(ConfigDraft.builder().build()).problems())
                .extracting(ConfigProblem::field)
                .containsExactly(ConfigField.INSTANCE_ID, ConfigField.TOKEN);
        assertThat(store.organizations().loads()).isZero();
    }

    @Test
    void validatesWithoutAskingAnybody() {
        assertThat(manager.validate(Samples.draft(server.url()))).isEmpty();
        assertThat(manager.validate(ConfigDraft.builder().build())).hasSize(2);
        assertThat(server.connections()).isZero();
    }

    @Test
    void savesAPassingChangeAndMakesTheOrganizationActive() {
        ConfigUpdate.Saved saved =
                assertSaved(manager.administration(Actor.operator("a test")).update(ACME, change("2")));

        assertThat(saved.config().status()).isEqualTo(InstanceStatus.ACTIVE);
        assertThat(saved.config().credentials().instance()).hasToString("instance2");
        assertThat(saved.config().lastTest()).contains(new LastTest(NOW, "connected"));
        assertThat(saved.test().isSuccess()).isTrue();
        assertThat(storedInstance()).isEqualTo("instance2");
        assertThat(server.requests().get(0).path()).startsWith("/instance2/");
        assertThat(manager.getOrganizationConfig(ACME)
                        .orElseThrow()
                        .credentials()
                        .instance())
                .hasToString("instance2");
    }

    @Test
    void usesItsOwnChangeAtOnceEvenIfTheNoticeIsLost() {
        assertThat(manager.getOrganizationConfig(ACME)).isPresent();
        store.organizations().loseNotices();

        ConfigUpdate.Saved saved =
                assertSaved(manager.administration(Actor.operator("a test")).update(ACME, change("2")));

        assertThat(saved.config().credentials().instance()).hasToString("instance2");
        assertThat(manager.getOrganizationConfig(ACME)
                        .orElseThrow()
                        .credentials()
                        .instance())
                .hasToString("instance2");
    }

    @ParameterizedTest
    @CsvSource({"inactive, active", "testing, active", "error, active", "active, active", "suspended, suspended"})
    void makesEveryOrganizationActiveThatNobodySuspended(String before, String after) {
        store.organizations()
                .update(
                        ACME,
                        ConfigDraft.builder().storedStatus(before).build(),
                        AuditNote.by(Actor.operator("a test")));

        ConfigUpdate.Saved saved =
                assertSaved(manager.administration(Actor.operator("a test")).update(ACME, change("2")));

        assertThat(saved.config().status().storedName()).isEqualTo(after);
    }

    @Test
    void keepsTheStatusThatTheChangeNames() {
        ConfigDraft change =
                ConfigDraft.builder().status(InstanceStatus.TESTING).build();

        assertThat(assertSaved(manager.administration(Actor.operator("a test")).update(ACME, change))
                        .config()
                        .status())
                .isEqualTo(InstanceStatus.TESTING);
    }

    @Test
    void activatesASuspendedOrganizationIfAPersonSaysSo() {
        store.organizations()
                .update(
                        ACME,
                        ConfigDraft.builder().status(InstanceStatus.SUSPENDED).build(),
                        AuditNote.by(Actor.operator("a test")));
        ConfigDraft change = ConfigDraft.builder().status(InstanceStatus.ACTIVE).build();

        assertThat(assertSaved(manager.administration(Actor.operator("a test")).update(ACME, change))
                        .config()
                        .status())
                .isEqualTo(InstanceStatus.ACTIVE);
    }

    @Test
    void savesAConnectionThatStillWaitsForThePhoneButDoesNotActivateIt() {
        server.on("instance/status", Replies.json(200, QR));

        ConfigUpdate.Saved saved =
                assertSaved(manager.administration(Actor.operator("a test")).update(ACME, change("2")));

        assertThat(saved.config().status()).isEqualTo(InstanceStatus.INACTIVE);
        assertThat(saved.test().finding()).isEqualTo(ConnectionFinding.WAITING_FOR_QR_SCAN);
        assertThat(saved.config().lastTest()).contains(new LastTest(NOW, "waiting_for_qr_scan"));
    }

    @ParameterizedTest
    @ValueSource(strings = {Samples.WRONG_TOKEN, Samples.INSTANCE_NOT_FOUND, Samples.STOPPED, "<html>", ""})
    void savesNothingThatUltraMsgDoesNotRecognize(String reply) {
        server.on("instance/status", Replies.json(200, reply));

        ConfigUpdate update = manager.administration(Actor.operator("a test")).update(ACME, change("2"));

        assertThat(update)
                .isInstanceOfSatisfying(
                        ConfigUpdate.TestFailed.class,
                        failed -> assertThat(failed.test().isSuccess()).isFalse());
        assertThat(update.isSaved()).isFalse();
        assertThat(storedInstance()).isEqualTo("instance1150");
    }

    @Test
    void savesWhatWasUnderstoodHoweverItWasTyped() {
        ConfigDraft typed = ConfigDraft.builder()
                .instanceId(" Instance1150\n")
                .businessNumber("+49 (30) 901-820")
                .webhookUrl(" https://example.com/hook ")
                .webhookEvents(List.of(" Message_ACK "))
                .timeZone(" Europe/Berlin ")
                .defaultRegion("de")
                .build();

        assertSaved(manager.administration(Actor.operator("a test")).update(ACME, typed, Verification.SAVE_UNTESTED));

        ConfigDraft stored = store.organizations().stored(ACME);
        assertThat(stored.instanceId()).contains("instance1150");
        assertThat(stored.businessNumber()).contains("+4930901820");
        assertThat(stored.webhookUrl()).contains("https://example.com/hook");
        assertThat(stored.webhookEvents()).contains(List.of("message_ack"));
        assertThat(stored.timeZone()).contains("Europe/Berlin");
        assertThat(stored.defaultRegion()).contains("DE");
    }

    @Test
    void clearsWhatAChangeNamesBlank() {
        store.organizations()
                .update(
                        ACME,
                        ConfigDraft.builder()
                                .businessNumber("+4930901820")
                                .webhookUrl("https://example.com/hook")
                                .defaultRegion("DE")
                                .build(),
                        AuditNote.by(Actor.operator("a test")));
        ConfigDraft blank = ConfigDraft.builder()
                .businessNumber("")
                .webhookUrl(" ")
                .defaultRegion("")
                .build();

        ConfigUpdate.Saved saved = assertSaved(
                manager.administration(Actor.operator("a test")).update(ACME, blank, Verification.SAVE_UNTESTED));

        assertThat(saved.config().businessNumber()).isEmpty();
        assertThat(saved.config().webhookUrl()).isEmpty();
        assertThat(saved.config().defaultRegion()).isEmpty();
    }

    @Test
    void savesUntestedWhenToldSo() {
        ConfigUpdate.Saved saved = assertSaved(
                manager.administration(Actor.operator("a test")).update(ACME, change("2"), Verification.SAVE_UNTESTED));

        assertThat(saved.test()).isNull();
        assertThat(saved.config().status()).isEqualTo(InstanceStatus.INACTIVE);
        assertThat(saved.config().lastTest()).isEmpty();
        assertThat(server.connections()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TEST_FIRST", "SAVE_UNTESTED"})
    void savesNothingInvalid(Verification verification) {
        ConfigDraft change =
                ConfigDraft.builder().instanceId("../1").dailyLimit(-1).build();

        ConfigUpdate update = manager.administration(Actor.operator("a test")).update(ACME, change, verification);

        assertThat(update)
                .isInstanceOfSatisfying(
                        ConfigUpdate.Invalid.class,
                        invalid -> assertThat(invalid.problems())
                                .extracting(ConfigProblem::field)
                                .containsExactly(ConfigField.INSTANCE_ID, ConfigField.DAILY_LIMIT));
        assertThat(storedInstance()).isEqualTo("instance1150");
        assertThat(server.connections()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TEST_FIRST", "SAVE_UNTESTED"})
    void savesNothingForAnInstanceThatIsAnotherOrganizations(Verification verification) {
        OrganizationId globex = OrganizationId.of("globex");
        store.organizations().put(globex, change(" Instance2 "));
        ConfigDraft change = ConfigDraft.builder().instanceId("2").dailyLimit(7).build();

        ConfigUpdate update = manager.administration(Actor.operator("a test")).update(ACME, change, verification);

        assertThat(update)
                .isInstanceOfSatisfying(
                        ConfigUpdate.Invalid.class,
                        invalid -> assertThat(invalid.problems())
                                .singleElement()
                                .satisfies(problem -> {
                                    assertThat(problem.field()).isEqualTo(ConfigField.INSTANCE_ID);
                                    assertThat(problem.code()).isEqualTo(ConfigProblem.Code.IN_USE);
                                    assertThat(problem.code().text()).isEqualTo("in_use");
                                    assertThat(problem.message())
                                            .contains("of this organization's own")
                                            .doesNotContain("globex");
                                }));
        assertThat(storedInstance()).isEqualTo("instance1150");
        assertThat(store.organizations().stored(ACME).dailyLimit()).isEmpty();
        assertThat(store.organizations().stored(ACME).lastTest()).isEmpty();
    }

    @Test
    void tellsOnlyWhoHoldsTheTokenThatAnInstanceIsInUse() {
        store.organizations().put(OrganizationId.of("globex"), change("2"));
        server.on("instance/status", Replies.json(200, Samples.WRONG_TOKEN));

        assertThat(manager.administration(Actor.operator("a test")).update(ACME, change("2")))
                .isInstanceOf(ConfigUpdate.TestFailed.class);
    }

    @Test
    void goesOnChangingOrganizationsThatShareAnInstance() {
        store.organizations().put(OrganizationId.of("globex"), change("1150"));
        ConfigDraft form = ConfigDraft.builder()
                .instanceId("1150")
                .token("fake-t0ken-new")
                .dailyLimit(7)
                .build();

        ConfigUpdate.Saved saved =
                assertSaved(manager.administration(Actor.operator("a test")).update(ACME, form));

        assertThat(saved.config().dailyLimit()).isEqualTo(7);
        assertThat(saved.config().credentials().token().reveal()).isEqualTo("fake-t0ken-new");
    }

    @Test
    void savesNothingForAnOrganizationThatDoesNotExist() {
        assertThat(manager.administration(Actor.operator("a test")).update(OrganizationId.of("nobody"), change("2")))
                .isInstanceOf(ConfigUpdate.NoSuchOrganization.class);
        assertThat(server.connections()).isZero();
    }

    @Test
    void keepsTheTokenWhenTheFormLeavesItBlank() {
        ConfigDraft change = ConfigDraft.builder().token(" ").dailyLimit(7).build();

        ConfigUpdate.Saved saved =
                assertSaved(manager.administration(Actor.operator("a test")).update(ACME, change));

        assertThat(saved.config().credentials().token().reveal()).isEqualTo(Samples.TOKEN);
        assertThat(saved.config().dailyLimit()).isEqualTo(7);
    }

    @Test
    void clearsAFieldByBlankText() {
        store.organizations()
                .update(
                        ACME,
                        ConfigDraft.builder().businessNumber(Samples.NUMBER).build(),
                        AuditNote.by(Actor.operator("a test")));

        ConfigUpdate.Saved saved = assertSaved(manager.administration(Actor.operator("a test"))
                .update(ACME, ConfigDraft.builder().businessNumber("").build()));

        assertThat(saved.config().businessNumber()).isEmpty();
    }

    @Test
    void throwsWhenTheStoreCannotAnswer() {
        store.organizations().onLoad(draft -> {
            throw StorageException.unavailable("the database is gone", null);
        });

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(
                        () -> manager.administration(Actor.operator("a test")).update(ACME, change("2")));
        assertThat(server.connections()).isZero();
    }
}
