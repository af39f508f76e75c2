package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.StandbyUpdate;
import io.smartqueue.ultramsg.admin.StandbyView;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigForm;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.ConfigProblem.Code;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

/** What an organization's people do to its configuration, and what stays of it. */
@Timeout(30)
class AdministrationTest {
    private static final OrganizationId ACME = Samples.ACME;
    private static final OrganizationId NOBODY = OrganizationId.of("nobody");
    private static final Actor ANNA = Actor.operator("anna");
    private static final AuditNote SOMEBODY = AuditNote.by(Actor.operator("somebody else"));

    private final ScriptedServer server = new ScriptedServer()
            .on("instance/status", Replies.json(200, Samples.CONNECTED))
            .on("instance/me", Replies.json(200, Samples.ME));
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .clock(Clock.fixed(Instant.parse("2026-11-26T12:00:00Z"), ZoneOffset.UTC))
            .build();
    private final Administration admin = manager.administration(ANNA);

    @BeforeEach
    void configure() {
        store.organizations().put(ACME, Samples.draft(server.url()));
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    private ConfigView view() {
        return admin.config(ACME).orElseThrow();
    }

    private AuditEntry lastEntry() {
        return admin.history(ACME).findFirst().orElseThrow();
    }

    private static ConfigDraft limit(int limit) {
        return ConfigDraft.builder().dailyLimit(limit).build();
    }

    @Test
    void showsEverythingButTheToken() {
        ConfigView shown = view();

        assertThat(shown.fields().instanceId()).contains("instance1150");
        assertThat(shown.fields().token()).isEmpty();
        assertThat(shown.maskedToken()).contains("****ests");
        assertThat(shown.isUsable()).isTrue();
        assertThat(admin.config(NOBODY)).isEmpty();
    }

    @Test
    void showsWhatCannotBeUsedAndWhy() {
        store.organizations().put(ACME, ConfigDraft.builder().instanceId("x").build());

        assertThat(view().isUsable()).isFalse();
        assertThat(view().maskedToken()).isEmpty();
        assertThat(view().fields().instanceId()).contains("x");
        assertThat(view().problems())
                .containsExactly(
                        ConfigProblem.of(ConfigField.INSTANCE_ID, Code.MALFORMED),
                        ConfigProblem.of(ConfigField.TOKEN, Code.REQUIRED));
    }

    /** As after a key was lost. */
    private void loseTheKey() {
        store.organizations().onLoad(draft -> {
            throw new TokenSealException("the token cannot be opened", null);
        });
    }

    @Test
    void showsThatATokenCannotBeOpenedAndTakesAnother() {
        loseTheKey();

        assertThat(view().maskedToken()).contains("****");
        assertThat(view().problems()).containsExactly(ConfigProblem.of(ConfigField.TOKEN, Code.UNREADABLE));
        assertThat(admin.validate(ACME, limit(5)))
                .containsExactly(ConfigProblem.of(ConfigField.TOKEN, Code.UNREADABLE));
        assertThat(admin.update(ACME, limit(5)))
                .isEqualTo(new ConfigUpdate.Invalid(List.of(ConfigProblem.of(ConfigField.TOKEN, Code.UNREADABLE))));
        assertThat(admin.test(ACME).finding()).isEqualTo(ConnectionFinding.INVALID_CONFIGURATION);

        ConfigDraft replacing = ConfigDraft.builder().token(Samples.TOKEN).build();
        assertThat(admin.validate(ACME, replacing)).isEmpty();
        assertThat(admin.test(ACME, replacing).isSuccess()).isTrue();
    }

    @Test
    void checksAChangeTogetherWithWhatIsStored() {
        assertThat(admin.validate(ACME, limit(5))).isEmpty();
        assertThat(admin.validate(ACME, limit(-5)))
                .containsExactly(ConfigProblem.of(ConfigField.DAILY_LIMIT, Code.NEGATIVE));
        assertThat(admin.validate(NOBODY, limit(5)))
                .extracting(ConfigProblem::key)
                .containsExactly("instance_id.required", "token.required");
        assertThat(server.connections()).isZero();
        assertThat(admin.history(ACME)).isEmpty();
    }

    @Test
    void testsAChangeBeforeItIsSaved() {
        ConfigDraft change = ConfigDraft.builder().instanceId("2260").build();

        assertThat(admin.test(ACME, change).isSuccess()).isTrue();

        assertThat(server.requests()).extracting(request -> request.line()).anyMatch(path -> path.contains("2260"));
        assertThat(view().fields().instanceId()).contains("instance1150");
        assertThat(admin.test(ACME, ConfigDraft.builder().instanceId("x").build())
                        .problems())
                .extracting(ConfigProblem::key)
                .containsExactly("instance_id.malformed");
        assertThat(admin.test(NOBODY).finding()).isEqualTo(ConnectionFinding.NO_SUCH_ORGANIZATION);
    }

    @Test
    void recordsWhoChangedWhatAndWhatTheTestFound() {
        admin.update(ACME, limit(5));

        AuditEntry entry = lastEntry();
        assertThat(entry.note()).isEqualTo(AuditNote.by(ANNA).finding("connected"));
        assertThat(entry.changes()).containsExactly(new FieldChange(ConfigField.DAILY_LIMIT, null, "5"));
        assertThat(entry.version()).isEqualTo(view().version());
    }

    @Test
    void recordsNothingOfWhatIsNotSaved() {
        server.on("instance/status", Replies.json(200, Samples.WRONG_TOKEN));

        assertThat(admin.update(ACME, limit(5))).isInstanceOf(ConfigUpdate.TestFailed.class);
        assertThat(admin.update(ACME, limit(-5))).isInstanceOf(ConfigUpdate.Invalid.class);
        assertThat(admin.update(NOBODY, limit(5))).isInstanceOf(ConfigUpdate.NoSuchOrganization.class);

        assertThat(admin.history(ACME)).isEmpty();
    }

    @Test
    void letsOfTwoWhoWereShownTheSameOneThrough() {
        Administration ben = manager.administration(Actor.operator("ben"));
        ConfigView annas = view();
        ConfigView bens = ben.config(ACME).orElseThrow();

        ConfigUpdate first = admin.update(ACME, to(annas, 5), Verification.SAVE_UNTESTED);
        ConfigUpdate second = ben.update(ACME, to(bens, 6), Verification.SAVE_UNTESTED);

        assertThat(first.isSaved()).isTrue();
        assertThat(second).isInstanceOfSatisfying(ConfigUpdate.ChangedMeanwhile.class, changed -> {
            assertThat(changed.now().fields().dailyLimit()).contains(5);
            assertThat(changed.now().version()).isGreaterThan(bens.version());
        });
        assertThat(ben.update(ACME, to(((ConfigUpdate.ChangedMeanwhile) second).now(), 6))
                        .isSaved())
                .as("once he has seen it")
                .isTrue();
    }

    private static ConfigDraft to(ConfigView shown, int limit) {
        return shown.fields().toBuilder().dailyLimit(limit).build();
    }

    @Test
    void asksNobodyAboutAChangeThatComesTooLate() {
        ConfigView shown = view();
        admin.update(ACME, limit(5), Verification.SAVE_UNTESTED);

        assertThat(admin.update(ACME, to(shown, 6))).isInstanceOf(ConfigUpdate.ChangedMeanwhile.class);

        assertThat(server.connections()).isZero();
    }

    /** Runs after each of some next reads of the configuration, as somebody else's change would come in between. */
    private void afterEachOf(int reads, Consumer<Integer> somebodyElse) {
        AtomicInteger left = new AtomicInteger(reads);
        store.organizations().onLoad(draft -> {
            int number = left.getAndDecrement();
            if (number > 0) {
                somebodyElse.accept(number);
            }
            return draft;
        });
    }

    @Test
    void checksAndTestsAgainWhatWasChangedMeanwhile() {
        afterEachOf(
                1,
                number -> store.organizations()
                        .update(
                                ACME,
                                ConfigDraft.builder().instanceId("instance2260").build(),
                                SOMEBODY));

        ConfigUpdate update = admin.update(ACME, limit(5));

        assertThat(update.isSaved()).isTrue();
        assertThat(server.requests())
                .extracting(request -> request.line())
                .filteredOn(path -> path.contains("instance/status"))
                .satisfiesExactly(
                        first -> assertThat(first).contains("1150"),
                        second -> assertThat(second).contains("2260"));
        assertThat(view().fields().instanceId()).contains("instance2260");
    }

    @Test
    void tellsWhatIsStoredByItsOwnVersionAndNotBySomebodyElsesWhoCameAfter() {
        long before = view().version();
        afterEachOf(2, number -> {
            if (number == 1) { // when what is in force is read, after the change was written
                store.organizations().update(ACME, limit(9), SOMEBODY);
            }
        });

        ConfigUpdate.Saved saved = (ConfigUpdate.Saved) admin.update(ACME, limit(5));

        assertThat(saved.now().version()).isEqualTo(before + 1);
        assertThat(saved.now().fields().dailyLimit()).contains(5);
        assertThat(saved.now().maskedToken()).isEqualTo(view().maskedToken()).isPresent();
        assertThat(saved.now().fields().token()).isEmpty();
        assertThat(saved.now().isUsable()).isTrue();
        assertThat(view().version()).isEqualTo(before + 2);
        ConfigDraft next = saved.now().fields().toBuilder().timeZone("UTC").build();
        assertThat(admin.update(ACME, next)).isInstanceOf(ConfigUpdate.ChangedMeanwhile.class);
    }

    @Test
    void tellsTheNewTokensLastCharactersAndTheVersionThatANewTestHasNotRaised() {
        ConfigUpdate.Saved renewed = (ConfigUpdate.Saved) admin.rotateToken(ACME, "fake-other-t0ken-9876");
        ConfigUpdate.Saved again = (ConfigUpdate.Saved) admin.update(ACME, limit(5));
        ConfigUpdate.Saved untested = (ConfigUpdate.Saved) admin.update(ACME, limit(5), Verification.SAVE_UNTESTED);

        assertThat(renewed.now().maskedToken()).contains("****9876");
        assertThat(again.now().maskedToken()).contains("****9876");
        assertThat(untested.now().version()).isEqualTo(view().version());
    }

    @Test
    void tellsThatTheConfigurationChangesTimeAndAgain() {
        afterEachOf(10, number -> store.organizations().update(ACME, limit(100 + number), SOMEBODY));

        assertThat(admin.update(
                        ACME, ConfigDraft.builder().timeZone("Europe/Berlin").build()))
                .isInstanceOf(ConfigUpdate.ChangedMeanwhile.class);
        assertThat(admin.history(ACME)).noneMatch(entry -> entry.note().actor().equals(ANNA));
    }

    @Test
    void isToldThatAnOrganizationWentMeanwhile() {
        afterEachOf(1, number -> store.organizations().remove(ACME));

        assertThat(admin.update(ACME, limit(5))).isInstanceOf(ConfigUpdate.NoSuchOrganization.class);
    }

    @Test
    void suspendsWhateverIsWrong() {
        store.organizations().put(ACME, ConfigDraft.builder().instanceId("x").build());
        loseTheKey();

        assertThat(admin.suspend(ACME)).isTrue();
        assertThat(admin.suspend(NOBODY)).isFalse();

        assertThat(store.organizations().stored(ACME).status()).contains("suspended");
        assertThat(lastEntry().note()).isEqualTo(AuditNote.by(ANNA).action(ConfigAction.SUSPENDED));
        assertThat(server.connections()).isZero();
    }

    @Test
    void rejectsSendsOfWhomItHasSuspendedUntilItActivatesHim() {
        manager.getOrganizationConfig(ACME);

        admin.suspend(ACME);

        assertThat(manager.send(ACME, Samples.message()))
                .isInstanceOfSatisfying(
                        SendResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.INACTIVE));
        assertThat(admin.update(ACME, limit(5)).isSaved()).isTrue();
        assertThat(view().fields().status()).as("a test does not undo it").contains("suspended");
        assertThat(admin.activate(ACME))
                .isInstanceOfSatisfying(
                        ConfigUpdate.Saved.class,
                        saved -> assertThat(saved.config().status()).isEqualTo(InstanceStatus.ACTIVE));
        assertThat(lastEntry().note().action()).isEqualTo(ConfigAction.ACTIVATED);
    }

    @Test
    void activatesNobodyWhoseCredentialsAreWrong() {
        admin.suspend(ACME);
        server.on("instance/status", Replies.json(200, Samples.WRONG_TOKEN));

        assertThat(admin.activate(ACME)).isInstanceOf(ConfigUpdate.TestFailed.class);

        assertThat(view().fields().status()).contains("suspended");
    }

    @Test
    void replacesATokenOnceTheNewOneWorks() {
        ConfigUpdate update = admin.rotateToken(ACME, "fake-other-t0ken-9876");

        assertThat(update.isSaved()).isTrue();
        assertThat(view().maskedToken()).contains("****9876");
        assertThat(lastEntry().note().action()).isEqualTo(ConfigAction.TOKEN_ROTATED);
        assertThat(lastEntry().changes()).containsExactly(new FieldChange(ConfigField.TOKEN, "****ests", "****9876"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  "})
    void replacesATokenByNoBlank(String blank) {
        assertThat(admin.rotateToken(ACME, blank))
                .isEqualTo(new ConfigUpdate.Invalid(List.of(ConfigProblem.of(ConfigField.TOKEN, Code.REQUIRED))));
    }

    @Test
    void deletesWhatIsNeededToSendAndKeepsTheRestAndTheHistory() {
        admin.update(ACME, limit(5));
        store.standbys().replace(ACME, List.of(Samples.standby(server.url())), AuditNote.by(Actor.operator("a test")));

        assertThat(admin.deleteConfiguration(ACME)).isTrue();

        assertThat(view().fields()).hasToString("ConfigDraft[status, daily_limit]");
        assertThat(view().maskedToken()).isEmpty();
        assertThat(store.standbys().find(ACME)).isEmpty();
        assertThat(admin.history(ACME))
                .extracting(entry -> entry.note().action())
                .containsExactly(
                        ConfigAction.DELETED, ConfigAction.DELETED, ConfigAction.UPDATED, ConfigAction.UPDATED);
        assertThat(admin.deleteConfiguration(NOBODY)).isFalse();
    }

    @Test
    void rejectsWhatWaitsAndWhatIsSentOnceAConfigurationIsDeleted() {
        manager.getOrganizationConfig(ACME);

        admin.deleteConfiguration(ACME);

        assertThat(store.outbox().rejected()).containsExactly(RejectionReason.NOT_CONFIGURED);
        assertThat(manager.send(ACME, Samples.message()))
                .isInstanceOfSatisfying(
                        SendResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectionReason.NOT_CONFIGURED));
        admin.deleteConfiguration(NOBODY);
        assertThat(store.outbox().rejected()).hasSize(1);
    }

    @Test
    void readsHistoryPageByPage() {
        for (int limit = 1; limit <= 250; limit++) {
            store.organizations().update(ACME, limit(limit), SOMEBODY);
        }

        List<AuditEntry> history = admin.history(ACME).toList();
        assertThat(history).hasSize(250).isSortedAccordingTo((a, b) -> Long.compare(b.number(), a.number()));
        assertThat(admin.history(ACME, history.get(19).number())).isEqualTo(history.subList(20, 250));
        assertThat(admin.history(ACME, history.get(249).number())).isEmpty();
    }

    @Test
    void tellsWhatHasChangedSinceAVersion() {
        admin.update(ACME, limit(5));
        ConfigView shown = view();
        assertThat(admin.changesSince(ACME, shown.version())).isEmpty();

        store.organizations().update(ACME, limit(6), SOMEBODY);
        admin.update(ACME, ConfigDraft.builder().timeZone("UTC").build());
        admin.update(ACME, ConfigDraft.builder().build()); // a test, which is recorded and changes nothing

        assertThat(admin.changesSince(ACME, shown.version()))
                .extracting(
                        entry -> entry.note().actor(),
                        entry -> entry.changes().get(0).field())
                .containsExactly(tuple(ANNA, ConfigField.TIME_ZONE), tuple(SOMEBODY.actor(), ConfigField.DAILY_LIMIT));
        assertThat(admin.changesSince(ACME, view().version())).isEmpty();
        assertThat(admin.changesSince(NOBODY, 0)).isEmpty();
    }

    @Test
    void takesFormsAsTheyWereSent() {
        long version = view().version();

        assertThat(admin.update(
                                ACME,
                                ConfigForm.read(Map.of("daily_limit", "5", "token", "", "version", version)),
                                Verification.SAVE_UNTESTED)
                        .isSaved())
                .isTrue();
        assertThat(view().fields().dailyLimit()).contains(5);

        ConfigForm wrong = ConfigForm.read(
                Map.of("daily_limit", List.of(), "colour", "red", "time_zone", "<script>alert(1)</script>"));
        assertThat(admin.update(ACME, wrong, Verification.SAVE_UNTESTED))
                .isEqualTo(new ConfigUpdate.Invalid(admin.validate(ACME, wrong)));
        assertThat(admin.validate(ACME, wrong))
                .extracting(ConfigProblem::key)
                .containsExactlyInAnyOrder("daily_limit.wrong_type", "form.unknown_field", "time_zone.unknown");
        assertThat(admin.validate(ACME, wrong))
                .allSatisfy(problem -> assertThat(problem.toString()).doesNotContain("script"));
    }

    @Test
    void letsMembersDoWhatTheyMayAndNothingElse() {
        Administration employee = permitted(Permission.VIEW, Permission.SEND);
        Administration manager = permitted(Permission.VIEW, Permission.TEST, Permission.SEND);
        Administration nobody = permitted();

        assertThat(employee.config(ACME).orElseThrow().maskedToken()).isEmpty();
        assertThat(employee.config(ACME).orElseThrow().isUsable()).isTrue();
        assertThat(employee.isPermitted(ACME, Permission.SEND)).isTrue();
        employee.require(ACME, Permission.SEND);
        assertThat(manager.test(ACME).isSuccess()).isTrue();
        List<Runnable> edits = List.of(
                () -> manager.validate(ACME, limit(5)),
                () -> manager.test(ACME, limit(5)),
                () -> manager.update(ACME, limit(5)),
                () -> manager.update(ACME, ConfigForm.read(Map.of("colour", 1)), Verification.SAVE_UNTESTED),
                () -> manager.activate(ACME),
                () -> manager.suspend(ACME),
                () -> manager.rotateToken(ACME, Samples.TOKEN),
                () -> manager.standbys(ACME),
                () -> manager.updateStandbys(ACME, List.of()),
                () -> manager.deleteConfiguration(ACME),
                () -> manager.history(ACME),
                () -> employee.test(ACME),
                () -> nobody.config(ACME),
                () -> nobody.require(ACME, Permission.SEND));
        assertThat(edits)
                .allSatisfy(edit ->
                        assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(edit::run));
        assertThat(store.organizations().history(ACME, Long.MAX_VALUE, 1)).isEmpty();
    }

    /** Everything is done by anna's editor; what she may is said here. */
    private Administration permitted(Permission... permissions) {
        return new Administration(
                (organization, permission) -> List.of(permissions).contains(permission), editor());
    }

    private Administration.Editor editor() {
        return new Administration.Editor() {
            @Override
            public Optional<ConfigView> view(OrganizationId organization) {
                return admin.config(organization);
            }

            @Override
            public Optional<ConfigView> viewWithoutToken(OrganizationId organization) {
                return admin.config(organization).map(view -> ConfigView.of(view.fields(), null, view.problems()));
            }

            @Override
            public List<ConfigProblem> validate(OrganizationId organization, ConfigDraft change) {
                return admin.validate(organization, change);
            }

            @Override
            public UltraMessageTestResult test(OrganizationId organization, ConfigDraft change) {
                return admin.test(organization, change);
            }

            @Override
            public ConfigUpdate update(
                    OrganizationId organization, ConfigDraft change, Verification verification, ConfigAction action) {
                return admin.update(organization, change, verification);
            }

            @Override
            public boolean suspend(OrganizationId organization) {
                return admin.suspend(organization);
            }

            @Override
            public List<StandbyView> standbys(OrganizationId organization) {
                return admin.standbys(organization);
            }

            @Override
            public StandbyUpdate updateStandbys(
                    OrganizationId organization, List<StandbyInstance> standbys, Verification verification) {
                return admin.updateStandbys(organization, standbys, verification);
            }

            @Override
            public boolean delete(OrganizationId organization) {
                return admin.deleteConfiguration(organization);
            }

            @Override
            public List<AuditEntry> history(OrganizationId organization, long beforeNumber, int most) {
                return store.organizations().history(organization, beforeNumber, most);
            }
        };
    }

    @Test
    void isOfNoUseOnceTheManagerIsClosed() {
        manager.close();

        assertThatIllegalStateException().isThrownBy(() -> admin.config(ACME));
        assertThatIllegalStateException().isThrownBy(() -> admin.update(ACME, limit(5)));
    }
}
