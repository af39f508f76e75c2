package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.EnvironmentImport;
import io.smartqueue.ultramsg.admin.EnvironmentReport;
import io.smartqueue.ultramsg.admin.EnvironmentReport.State;
import io.smartqueue.ultramsg.admin.SharingUpdate;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.EnvironmentInstance;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Organizations that send through the old environment variables, or through another one's instance. */
@Timeout(30)
class UltraMessageInstanceManagerEnvironmentTest {
    private static final OrganizationId BAKERY = OrganizationId.of("bakery");
    private static final OrganizationId CAFE = OrganizationId.of("cafe");
    private static final OrganizationId DELI = OrganizationId.of("deli");
    private static final Actor.Operator OPERATOR = Actor.operator("upgrade");
    private static final ConfigDraft UNTOUCHED = ConfigDraft.builder()
            .baseUrl(UltraMessageConfig.DEFAULT_BASE_URL)
            .status(InstanceStatus.INACTIVE)
            .dailyLimit(1000)
            .build();

    private final ScriptedServer server = new ScriptedServer()
            .on("/chat", Replies.json(200, Samples.SENT))
            .on("instance/status", Replies.json(200, Samples.CONNECTED))
            .on("instance/me", Replies.json(200, Samples.ME));
    private final InMemoryStore store = new InMemoryStore();
    private final Map<String, String> variables = new HashMap<>(Map.of(
            EnvironmentInstance.INSTANCE_ID,
            "1150",
            EnvironmentInstance.TOKEN,
            "fake-t0ken-of-all",
            EnvironmentInstance.BASE_URL,
            server.url().toString()));
    private final UltraMessageInstanceManager manager = managerOf(variables);
    private final EnvironmentMove move = manager.environment(OPERATOR);
    private final Administration administration = manager.administration(OPERATOR);

    private UltraMessageInstanceManager managerOf(Map<String, String> variables) {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .configTimeToLive(Duration.ofHours(1)) // only notices bring news
                .readBackWindow(Duration.ofMillis(100))
                .withoutHealthChecks()
                .environment(EnvironmentInstance.of(variables))
                .build();
    }

    @BeforeEach
    void addOrganizations() {
        List.of(BAKERY, CAFE, DELI)
                .forEach(organization -> store.organizations().put(organization, UNTOUCHED));
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    private SendResult send(OrganizationId organization) {
        return manager.sendMessage(organization, Samples.NUMBER, Samples.TEXT);
    }

    private void assertSendsThrough(OrganizationId organization, String instance, String token) {
        assertThat(send(organization).isAccepted()).as(organization.value()).isTrue();
        RecordedRequest last = posts().get(posts().size() - 1);
        assertThat(last.path()).isEqualTo("/" + instance + "/messages/chat");
        assertThat(last.form()).containsEntry("token", token);
    }

    private void assertRejected(OrganizationId organization, RejectionReason reason) {
        assertThat(send(organization))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    }

    private List<RecordedRequest> posts() {
        return server.requests().stream()
                .filter(request -> request.path().endsWith("/chat"))
                .toList();
    }

    private ConfigDraft own(String instance, String token) {
        return ConfigDraft.builder()
                .instanceId(instance)
                .token(token)
                .baseUrl(server.url().toString())
                .build();
    }

    private ConfigDraft stored(OrganizationId organization) {
        return store.organizations().stored(organization);
    }

    private static ConfigDraft status(InstanceStatus status) {
        return ConfigDraft.builder().status(status).build();
    }

    @Test
    void servesEveryOrganizationThatNobodyHasTouched() {
        assertSendsThrough(BAKERY, "instance1150", "fake-t0ken-of-all");
        assertSendsThrough(CAFE, "instance1150", "fake-t0ken-of-all");

        assertThat(manager.testConnection(DELI).isSuccess()).isTrue();
        assertThat(manager.getOrganizationConfig(DELI)).hasValueSatisfying(config -> {
            assertThat(config.isThroughAnothersInstance()).isTrue();
            assertThat(config.credentials().instance()).isEqualTo(InstanceId.parse("1150"));
            assertThat(config.businessNumber()).isEmpty();
        });
        assertThat(manager.client(DELI).instance().status().isReady()).isTrue();
        assertThat(stored(BAKERY))
                .usingRecursiveComparison()
                .ignoringFields("version")
                .isEqualTo(UNTOUCHED);
    }

    @Test
    void servesNobodyUnlessTold() {
        try (UltraMessageInstanceManager plain = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .build()) {
            assertThat(plain.getOrganizationConfig(BAKERY)).isEmpty();
            assertThat(plain.environment(OPERATOR).report().state()).isEqualTo(State.NOT_SET);
            assertThat(plain.environment(OPERATOR).importEnvironment(BAKERY))
                    .isEqualTo(new EnvironmentImport.NothingToImport(List.of()));
        }
    }

    @Test
    void servesNoOrganizationThatDoesNotExistOrHasHalfAConfigurationOfItsOwn() {
        store.organizations().put(CAFE, ConfigDraft.builder().instanceId("77").build());
        store.organizations()
                .put(DELI, ConfigDraft.builder().token("fake-t0ken-of-deli").build());

        assertRejected(OrganizationId.of("nobody"), RejectionReason.NOT_CONFIGURED);
        assertRejected(CAFE, RejectionReason.NOT_CONFIGURED);
        assertRejected(DELI, RejectionReason.NOT_CONFIGURED);
        assertThat(posts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "null, true",
                "'', true",
                "inactive, true",
                "active, true",
                "Error, true",
                "suspended, false",
                "testing, false"
            })
    void sendsForWhomNobodyHasStopped(String status, boolean sends) {
        store.organizations()
                .put(BAKERY, UNTOUCHED.toBuilder().storedStatus(status).build());

        if (sends) {
            assertSendsThrough(BAKERY, "instance1150", "fake-t0ken-of-all");
        } else {
            assertRejected(BAKERY, RejectionReason.INACTIVE);
        }
    }

    @Test
    void keepsEachOrganizationsLimitAndPlace() {
        store.organizations()
                .put(
                        BAKERY,
                        UNTOUCHED.toBuilder()
                                .dailyLimit(3)
                                .timeZone("Asia/Kolkata")
                                .defaultRegion("IN")
                                .build());

        assertThat(manager.getOrganizationConfig(BAKERY)).hasValueSatisfying(config -> {
            assertThat(config.dailyLimit()).isEqualTo(3);
            assertThat(config.timeZone()).hasToString("Asia/Kolkata");
            assertThat(config.defaultRegion()).isPresent();
        });
        store.quotas().limit(0);
        assertRejected(BAKERY, RejectionReason.QUOTA_EXCEEDED);
    }

    @Test
    void changesWhatIsNotOfTheInstanceAndStopsWhomSomebodySuspends() {
        assertThat(administration
                        .update(BAKERY, ConfigDraft.builder().dailyLimit(5).build())
                        .isSaved())
                .isTrue();
        assertThat(stored(BAKERY).dailyLimit()).contains(5);
        assertThat(stored(BAKERY).namesInstance())
                .as("the variables are not saved")
                .isFalse();

        assertThat(administration
                        .update(BAKERY, status(InstanceStatus.SUSPENDED))
                        .isSaved())
                .isTrue();
        assertRejected(BAKERY, RejectionReason.INACTIVE);
        assertSendsThrough(CAFE, "instance1150", "fake-t0ken-of-all");
    }

    @Test
    void stopsWhomSomebodySaysToBeInactive() {
        assertThat(administration
                        .update(BAKERY, status(InstanceStatus.INACTIVE))
                        .isSaved())
                .isTrue();

        assertRejected(BAKERY, RejectionReason.INACTIVE);
        assertThat(stored(BAKERY).status()).contains("suspended");
    }

    @Test
    void triesTheVariablesTokenAtNoAddressThatSomebodyTyped() {
        for (ConfigDraft change : List.of(
                ConfigDraft.builder().baseUrl(server.httpsUrl().toString()).build(),
                ConfigDraft.builder().instanceId("77").build(),
                ConfigDraft.builder().businessNumber("+12015550123").build())) {
            assertThat(administration.update(BAKERY, change))
                    .isInstanceOfSatisfying(
                            ConfigUpdate.Invalid.class,
                            invalid -> assertThat(invalid.problems())
                                    .extracting(ConfigProblem::field)
                                    .contains(ConfigField.TOKEN));
        }
        assertThat(administration.update(
                        BAKERY, ConfigDraft.builder().token("fake-t0ken").build()))
                .isInstanceOf(ConfigUpdate.Invalid.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void showsNothingOfTheVariablesToWhoeverLooksAtAConfiguration() {
        ConfigView view = administration.config(BAKERY).orElseThrow();

        assertThat(view.problems()).isEmpty();
        assertThat(view.maskedToken()).isEmpty();
        assertThat(view.fields().namesInstance()).isFalse();
    }

    @Test
    void servesNobodyWhoseConfigurationSomebodyHasDeleted() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));

        assertThat(administration.deleteConfiguration(BAKERY)).isTrue();

        assertRejected(BAKERY, RejectionReason.NOT_CONFIGURED);
        assertThat(move.report().served()).containsExactly(CAFE, DELI);
        assertThat(move.importEnvironment(BAKERY).isImported()).isTrue();
        assertSendsThrough(BAKERY, "instance1150", "fake-t0ken-of-all");
    }

    @Test
    void movesAnOrganizationToAnInstanceOfItsOwn() {
        assertSendsThrough(BAKERY, "instance1150", "fake-t0ken-of-all");

        assertThat(administration
                        .update(BAKERY, own("77", "fake-t0ken-of-bakery"))
                        .isSaved())
                .isTrue();

        assertSendsThrough(BAKERY, "instance77", "fake-t0ken-of-bakery");
        assertSendsThrough(CAFE, "instance1150", "fake-t0ken-of-all");
        assertThat(manager.getOrganizationConfig(BAKERY).orElseThrow().isThroughAnothersInstance())
                .isFalse();
    }

    @Test
    void findsOutThroughTheVariablesWhatWasSentThroughThemBefore() {
        SendOptions once = SendOptions.builder()
                .idempotencyKey(IdempotencyKey.of("order-42"))
                .build();
        server.next(Replies.lostReply()).on("/messages", Replies.json(200, "{\"messages\":[]}"));
        SendResult unknown = manager.send(BAKERY, Samples.message(), once);
        assertThat(unknown).isInstanceOf(SendResult.Unknown.class);
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));
        server.on(
                "/messages",
                Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"" + unknown.reference() + "\"}]}"));

        assertThat(manager.send(BAKERY, Samples.message(), once).isAccepted()).isTrue();

        assertThat(posts()).hasSize(1);
        assertThat(server.requests().get(server.requests().size() - 1).path()).startsWith("/instance1150/messages");
    }

    @Test
    void givesTheInstanceToOneOwnerAndTellsTheNextWhose() {
        assertThat(move.importEnvironment(BAKERY).isImported()).isTrue();

        assertThat(stored(BAKERY).token().orElseThrow().reveal()).isEqualTo("fake-t0ken-of-all");
        assertThat(stored(BAKERY).status()).contains("active");
        assertThat(stored(BAKERY).lastTest()).isPresent();
        assertThat(move.importEnvironment(CAFE)).isEqualTo(new EnvironmentImport.HeldByAnother(List.of(BAKERY)));
        assertThat(stored(CAFE).namesInstance()).isFalse();
        assertThat(move.importEnvironment(BAKERY).isImported()).as("again").isTrue();
        assertSendsThrough(BAKERY, "instance1150", "fake-t0ken-of-all");
        assertSendsThrough(CAFE, "instance1150", "fake-t0ken-of-all");
    }

    @Test
    void recordsWhoImportedAndWhoLetWhomShare() {
        move.importEnvironment(BAKERY);
        move.shareInstance(CAFE, BAKERY);

        List<AuditEntry> ofBakery = store.organizations().history(BAKERY, Long.MAX_VALUE, 10);
        assertThat(ofBakery)
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry.note().actor()).isEqualTo(OPERATOR));
        assertThat(ofBakery.get(0).changes())
                .containsExactly(new FieldChange(ConfigField.LENDS_INSTANCE_TO, null, "cafe"));
        assertThat(ofBakery.get(1).note().origin().orElseThrow().kind()).isEqualTo("environment");
        assertThat(ofBakery.get(1).note().finding()).contains("connected");
        assertThat(ofBakery.get(1).changes())
                .contains(
                        new FieldChange(ConfigField.INSTANCE_ID, null, "instance1150"),
                        new FieldChange(ConfigField.TOKEN, null, "****-all"));
        assertThat(store.organizations().history(CAFE, Long.MAX_VALUE, 10))
                .singleElement()
                .extracting(AuditEntry::changes)
                .isEqualTo(List.of(new FieldChange(ConfigField.INSTANCE_OF, null, "bakery")));
    }

    @Test
    void takesNoInstanceFromAnOrganizationThatHasOne() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));

        assertThat(move.importEnvironment(BAKERY)).isEqualTo(new EnvironmentImport.HasInstance());
        assertThat(stored(BAKERY).instanceId()).contains("instance77");
    }

    @Test
    void importsNothingThatUltraMsgDoesNotRecognize() {
        server.on("instance/status", Replies.json(200, Samples.WRONG_TOKEN));

        assertThat(move.importEnvironment(BAKERY))
                .isInstanceOfSatisfying(
                        EnvironmentImport.NotSaved.class,
                        refused -> assertThat(refused.why()).isInstanceOf(ConfigUpdate.TestFailed.class));
        assertThat(move.importEnvironment(OrganizationId.of("nobody")))
                .isEqualTo(new EnvironmentImport.NotSaved(new ConfigUpdate.NoSuchOrganization()));
        assertThat(stored(BAKERY))
                .usingRecursiveComparison()
                .ignoringFields("version")
                .isEqualTo(UNTOUCHED);
    }

    @ParameterizedTest
    @CsvSource({"suspended, suspended", "testing, testing", "inactive, active", "error, active"})
    void activatesAnOwnerThatNobodyHasStopped(String before, String after) {
        store.organizations()
                .put(BAKERY, UNTOUCHED.toBuilder().storedStatus(before).build());
        server.on(
                "instance/status",
                Replies.json(200, "{\"status\":{\"accountStatus\":{\"status\":\"qr\",\"substatus\":\"normal\"}}}"));

        assertThat(move.importEnvironment(BAKERY).isImported()).isTrue();

        assertThat(stored(BAKERY).status()).contains(after);
    }

    @ParameterizedTest
    @ValueSource(strings = {EnvironmentInstance.INSTANCE_ID, EnvironmentInstance.TOKEN})
    void servesNobodyThroughHalfTheVariablesAndSaysSo(String missing) throws InterruptedException {
        variables.remove(missing);
        String log;
        try (CapturedLog captured = new CapturedLog();
                UltraMessageInstanceManager half = managerOf(variables)) {
            EnvironmentReport report = half.environment(OPERATOR).report();

            assertThat(report.state()).isEqualTo(State.UNUSABLE);
            assertThat(report.canBeRemoved()).isFalse();
            assertThat(report.problems()).singleElement().asString().contains(missing + " is missing");
            assertThat(half.environment(OPERATOR).importEnvironment(BAKERY))
                    .isEqualTo(new EnvironmentImport.NothingToImport(report.problems()));
            assertThat(half.sendMessage(BAKERY, Samples.NUMBER, Samples.TEXT))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.NOT_CONFIGURED));
            while (!captured.text().contains("serves nobody")) {
                Thread.onSpinWait();
            }
            log = captured.text();
        }
        assertThat(log).contains(missing + " is missing").doesNotContain("fake-t0ken-of-all");
    }

    @Test
    void reportsWhomTheVariablesServeUntilTheyAreIgnored() {
        assertThat(move.report().summary())
                .isEqualTo(
                        "ULTRAMSG_INSTANCE_ID and ULTRAMSG_TOKEN: 3 organizations without an instance of their own send"
                                + " through instance1150, which belongs to no organization yet");

        move.importEnvironment(BAKERY);
        EnvironmentReport serving = move.report();
        assertThat(serving.state()).isEqualTo(State.SERVING);
        assertThat(serving.holders()).containsExactly(BAKERY);
        assertThat(serving.served()).containsExactly(CAFE, DELI);
        assertThat(serving.canBeRemoved()).isFalse();

        assertThat(move.shareInstance(CAFE, BAKERY)).isEqualTo(SharingUpdate.SAVED);
        administration.update(DELI, status(InstanceStatus.SUSPENDED), Verification.SAVE_UNTESTED);
        EnvironmentReport ignored = move.report();
        assertThat(ignored.state()).isEqualTo(State.IGNORED);
        assertThat(ignored.sharing()).isEqualTo(Map.of(CAFE, BAKERY));
        assertThat(ignored.canBeRemoved()).isTrue();
        assertThat(ignored.summary())
                .isEqualTo(
                        "ULTRAMSG_INSTANCE_ID and ULTRAMSG_TOKEN are ignored and can be removed: nobody sends through"
                                + " them; instance1150 belongs to organization bakery");
    }

    @Test
    void sharesTheOwnersInstanceWithoutTheVariablesToo() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));
        move.shareInstance(CAFE, BAKERY);
        assertSendsThrough(CAFE, "instance77", "fake-t0ken-of-bakery");

        try (UltraMessageInstanceManager later = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .build()) {
            assertThat(later.sendMessage(CAFE, Samples.NUMBER, Samples.TEXT).isAccepted())
                    .isTrue();
            assertThat(later.getOrganizationConfig(DELI)).isEmpty();
        }
    }

    @Test
    void givesThoseWhoShareTheOwnersNewTokenAndNewInstanceAtOnce() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));
        move.shareInstance(CAFE, BAKERY);
        assertSendsThrough(CAFE, "instance77", "fake-t0ken-of-bakery");

        administration.update(
                BAKERY, ConfigDraft.builder().token("fake-t0ken-that-is-new").build());
        assertSendsThrough(CAFE, "instance77", "fake-t0ken-that-is-new");

        administration.update(BAKERY, own("78", "fake-t0ken-of-78"));
        assertSendsThrough(CAFE, "instance78", "fake-t0ken-of-78");
    }

    @Test
    void stopsThoseWhoShareAnInstanceThatIsFoundNotToWorkButNotWithItsSuspendedOwner() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));
        move.shareInstance(CAFE, BAKERY);

        administration.update(BAKERY, status(InstanceStatus.SUSPENDED), Verification.SAVE_UNTESTED);
        assertSendsThrough(CAFE, "instance77", "fake-t0ken-of-bakery");

        store.organizations()
                .put(
                        BAKERY,
                        stored(BAKERY).toBuilder().status(InstanceStatus.ERROR).build());
        assertRejected(CAFE, RejectionReason.INACTIVE);
    }

    @Test
    void stopsThoseWhoShareWhatIsNoMore() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));
        move.shareInstance(CAFE, BAKERY);
        assertSendsThrough(CAFE, "instance77", "fake-t0ken-of-bakery");

        store.organizations().put(BAKERY, UNTOUCHED);

        assertRejected(CAFE, RejectionReason.NOT_CONFIGURED);
        assertThat(move.report().lost()).isEqualTo(Map.of(CAFE, BAKERY));
        store.organizations().remove(BAKERY);
        assertRejected(CAFE, RejectionReason.NOT_CONFIGURED);
    }

    @Test
    void endsSharingAndGoesBackToNothing() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));
        move.shareInstance(CAFE, BAKERY);

        assertThat(move.endSharing(CAFE)).isEqualTo(SharingUpdate.SAVED);

        assertRejected(CAFE, RejectionReason.NOT_CONFIGURED);
        assertThat(stored(BAKERY).withoutBlanks().lendsInstanceTo()).isEmpty();
        assertThat(move.endSharing(CAFE)).isEqualTo(SharingUpdate.NOT_SHARING);
        assertThat(move.endSharing(OrganizationId.of("nobody"))).isEqualTo(SharingUpdate.NO_SUCH_ORGANIZATION);
        assertThat(move.shareInstance(CAFE, BAKERY)).isEqualTo(SharingUpdate.SAVED);
        assertSendsThrough(CAFE, "instance77", "fake-t0ken-of-bakery");
    }

    @Test
    void prefersAnOrganizationsOwnInstanceToTheOneItShares() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));
        move.shareInstance(CAFE, BAKERY);

        assertThat(administration.update(CAFE, own("88", "fake-t0ken-of-cafe")).isSaved())
                .isTrue();

        assertSendsThrough(CAFE, "instance88", "fake-t0ken-of-cafe");
    }

    @Test
    void refusesToShareWhatCannotBeShared() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));
        move.shareInstance(CAFE, BAKERY);
        OrganizationId nobody = OrganizationId.of("nobody");

        assertThat(move.shareInstance(DELI, CAFE))
                .as("what is borrowed itself")
                .isEqualTo(SharingUpdate.OWNER_HAS_NONE);
        assertThat(move.shareInstance(DELI, nobody)).isEqualTo(SharingUpdate.OWNER_HAS_NONE);
        assertThat(move.shareInstance(DELI, OrganizationId.of("DELI"))).isEqualTo(SharingUpdate.ITSELF);
        assertThat(move.shareInstance(nobody, BAKERY)).isEqualTo(SharingUpdate.NO_SUCH_ORGANIZATION);
        assertThat(move.shareInstance(BAKERY, CAFE)).isEqualTo(SharingUpdate.HAS_INSTANCE);
        assertThat(stored(DELI))
                .usingRecursiveComparison()
                .ignoringFields("version")
                .isEqualTo(UNTOUCHED);
    }

    @Test
    void sharesOnlyIfTheOwnerSaysSoToo() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));
        store.organizations()
                .put(CAFE, UNTOUCHED.toBuilder().instanceOf(BAKERY.value()).build());
        store.organizations()
                .put(DELI, UNTOUCHED.toBuilder().instanceOf("\u0000").build());

        assertRejected(CAFE, RejectionReason.NOT_CONFIGURED);
        assertRejected(DELI, RejectionReason.NOT_CONFIGURED);
    }

    @Test
    void takesNoSharingFromAFormOfTheOrganizations() {
        administration.update(BAKERY, own("77", "fake-t0ken-of-bakery"));

        for (ConfigDraft change : List.of(
                ConfigDraft.builder().instanceOf(CAFE.value()).build(),
                ConfigDraft.builder().lendsInstanceTo(List.of(CAFE.value())).build())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> administration.update(BAKERY, change, Verification.SAVE_UNTESTED))
                    .withMessageContaining("shareInstance");
        }
    }
}
