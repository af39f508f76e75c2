package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.StandbyUpdate;
import io.smartqueue.ultramsg.admin.StandbyView;
import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigAction;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigForm;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.util.List;
import java.util.Map;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.tuple;

/** Naming standbys, seeing them, and what stays of it. */
@Timeout(60)
class AdministrationStandbysTest {
    private static final Actor ANNA = Actor.operator("anna");
    private static final AuditNote NOTE = AuditNote.by(ANNA).action(ConfigAction.STANDBYS_CHANGED);

    private final ScriptedServer server = new ScriptedServer()
            .on("instance/status", Replies.json(200, Samples.CONNECTED))
            .on("instance/me", Replies.json(200, Samples.ME));
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager =
            builder().withoutHealthChecks().build();
    private final Administration admin = manager.administration(ANNA);

    private UltraMessageInstanceManager.Builder builder() {
        return UltraMessageInstanceManager.builder(store).allowedHosts(AllowedHosts.anyIncludingLocal());
    }

    @BeforeEach
    void configure() {
        store.organizations().put(ACME, Samples.draft(server.url()));
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    @Test
    void savesStandbysThatUltraMsgRecognizes() {
        StandbyInstance standby = Samples.standby(server.url());

        StandbyUpdate update = admin.updateStandbys(ACME, List.of(standby));

        assertThat(update).isEqualTo(new StandbyUpdate.Saved(List.of(standby)));
        assertThat(update.isSaved()).isTrue();
        assertThat(store.standbys().find(ACME)).containsExactly(standby);
        assertThat(server.requests())
                .extracting(RecordedRequest::path)
                .containsExactly("/instance2260/instance/status", "/instance2260/instance/me");
        assertThat(update.toString()).doesNotContain(Samples.TOKEN, "2015550199");
    }

    @Test
    void usesStandbysFromTheNextSendOn() {
        server.on("/instance1150/messages/chat", Replies.json(200, Samples.STOPPED))
                .on("/instance2260/messages/chat", Replies.json(200, Samples.SENT));
        assertThat(manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT).isAccepted())
                .isFalse();
        store.organizations().loseNotices();

        admin.updateStandbys(ACME, List.of(Samples.standby(server.url())));

        assertThat(manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT)
                        .orThrow()
                        .instance())
                .isEqualTo(InstanceId.parse("2260"));
    }

    @Test
    void savesNothingIfOneIsNotRecognized() {
        server.on("instance/status", Replies.json(200, Samples.WRONG_TOKEN));

        assertThat(admin.updateStandbys(ACME, List.of(Samples.standby(server.url()))))
                .isInstanceOfSatisfying(StandbyUpdate.TestFailed.class, failed -> {
                    assertThat(failed.instance()).hasToString("instance2260");
                    assertThat(failed.test().finding()).isEqualTo(ConnectionFinding.WRONG_TOKEN);
                });
        assertThat(store.standbys().find(ACME)).isEmpty();
    }

    @Test
    void savesUntestedWhenToldSo() {
        StandbyInstance standby = Samples.standby(URI.create("http://127.0.0.1:1"));

        assertThat(admin.updateStandbys(ACME, List.of(standby), Verification.SAVE_UNTESTED)
                        .isSaved())
                .isTrue();
    }

    @Test
    void savesNothingThatAimsWhereNoneMay() {
        try (UltraMessageInstanceManager strict =
                UltraMessageInstanceManager.builder(store).withoutHealthChecks().build()) {
            assertThat(strict.administration(ANNA)
                            .updateStandbys(
                                    ACME,
                                    List.of(Samples.standby(URI.create("https://evil.example"))),
                                    Verification.SAVE_UNTESTED))
                    .isInstanceOfSatisfying(StandbyUpdate.Invalid.class, invalid -> {
                        assertThat(invalid.instance()).hasToString("instance2260");
                        assertThat(invalid.problems())
                                .extracting(ConfigProblem::field, ConfigProblem::code)
                                .containsExactly(tuple(ConfigField.BASE_URL, ConfigProblem.Code.HOST_NOT_ALLOWED));
                    });
        }
        assertThat(store.standbys().find(ACME)).isEmpty();
    }

    @Test
    void savesNothingForAnOrganizationThatDoesNotExist() {
        assertThat(admin.updateStandbys(OrganizationId.of("nobody"), List.of()))
                .isEqualTo(new StandbyUpdate.NoSuchOrganization());
    }

    @Test
    void showsAllOfAStandbyButItsToken() {
        admin.updateStandbys(ACME, List.of(Samples.standby(server.url()).status(InstanceStatus.SUSPENDED)));

        StandbyView shown = admin.standbys(ACME).get(0);

        assertThat(shown.instance()).hasToString("instance2260");
        assertThat(shown.maskedToken()).isEqualTo("****ests");
        assertThat(shown.baseUrl()).isEqualTo(server.url());
        assertThat(shown.businessNumber().orElseThrow().e164()).isEqualTo("+12015550199");
        assertThat(shown.status()).isEqualTo(InstanceStatus.SUSPENDED);
        assertThat(shown).hasToString("StandbyView[instance2260, suspended]");
        assertThat(admin.standbys(OrganizationId.of("nobody"))).isEmpty();
    }

    @Test
    void keepsTokensThatAreLeftBlank() {
        StandbyInstance first = Samples.standby(server.url());
        StandbyInstance second = standby("3370", "fake-other-t0ken-9876");
        admin.updateStandbys(ACME, List.of(first, second));
        List<StandbyView> shown = admin.standbys(ACME);

        StandbyInstance moved = shown.get(0).unchanged().status(InstanceStatus.SUSPENDED);
        StandbyUpdate update = admin.updateStandbys(ACME, List.of(shown.get(1).unchanged(), moved));

        assertThat(update.isSaved()).isTrue();
        assertThat(store.standbys().find(ACME)).containsExactly(second, first.status(InstanceStatus.SUSPENDED));
    }

    @Test
    void keepsNoTokenOfAnotherInstance() {
        admin.updateStandbys(ACME, List.of(Samples.standby(server.url())));

        assertThat(admin.updateStandbys(ACME, List.of(standby("3370", "")), Verification.SAVE_UNTESTED))
                .isEqualTo(new StandbyUpdate.Invalid(
                        InstanceId.parse("3370"),
                        List.of(ConfigProblem.of(ConfigField.TOKEN, ConfigProblem.Code.REQUIRED))));
        assertThat(store.standbys().find(ACME)).hasSize(1);
    }

    @Test
    void savesNoneOfThoseAmongWhichOneIsNamedTwice() {
        StandbyInstance first = standby("3370", "fake-other-t0ken-9876");
        StandbyInstance again = standby("3370", "fake-third-t0ken-5432");

        assertThat(admin.updateStandbys(ACME, List.of(first, Samples.standby(server.url()), again)))
                .isInstanceOfSatisfying(StandbyUpdate.Invalid.class, invalid -> {
                    assertThat(invalid.instance()).hasToString("instance3370");
                    assertThat(invalid.problems())
                            .extracting(ConfigProblem::key)
                            .containsExactly("instance_id.duplicate");
                    assertThat(invalid.problems().get(0).message()).contains("name each instance once");
                });
        assertThat(server.requests()).as("tested").isEmpty();
        assertThat(store.standbys().find(ACME)).isEmpty();
    }

    @Test
    void changesNothingOfAStandbyButTheToken() {
        StandbyInstance standby = Samples.standby(server.url()).status(InstanceStatus.SUSPENDED);
        admin.updateStandbys(ACME, List.of(standby));
        AccessToken renewed = AccessToken.of("fake-other-t0ken-9876");

        admin.updateStandbys(
                ACME, List.of(admin.standbys(ACME).get(0).unchanged().token(renewed)));

        StandbyInstance stored = store.standbys().find(ACME).get(0);
        assertThat(stored.credentials().token()).isEqualTo(renewed);
        assertThat(stored.token(standby.credentials().token())).isEqualTo(standby);
        assertThatNullPointerException().isThrownBy(() -> standby.token(null));
    }

    private StandbyInstance standby(String instance, String token) {
        return StandbyInstance.of(
                new InstanceCredentials(InstanceId.parse(instance), AccessToken.of(token), server.url()));
    }

    @Test
    void recordsWhoChangedWhat() {
        StandbyInstance first = Samples.standby(server.url());
        admin.updateStandbys(ACME, List.of(first));
        admin.updateStandbys(ACME, List.of(standby("3370", "short"), first));
        admin.updateStandbys(ACME, List.of(standby("3370", "short"), first));
        admin.updateStandbys(ACME, List.of(standby("4480", "")));

        assertThat(admin.history(ACME))
                .extracting(AuditEntry::note, AuditEntry::changes)
                .containsExactly(
                        tuple(
                                NOTE,
                                List.of(change("instance2260 ****ests", "instance3370 ****, instance2260 ****ests"))),
                        tuple(NOTE, List.of(change(null, "instance2260 ****ests"))));
        assertThat(admin.history(ACME).findFirst().orElseThrow().version())
                .isEqualTo(admin.config(ACME).orElseThrow().version());
    }

    private static FieldChange change(@Nullable String before, @Nullable String after) {
        return new FieldChange(ConfigField.STANDBYS, before, after);
    }

    /** All texts look the same, and nobody is to wonder why messages fail since then. */
    @Test
    void recordsChangesThatTheTextsDoNotShow() {
        StandbyInstance standby = Samples.standby(server.url());
        admin.updateStandbys(ACME, List.of(standby));

        admin.updateStandbys(ACME, List.of(standby.status(InstanceStatus.SUSPENDED)));

        assertThat(admin.history(ACME).findFirst().orElseThrow().changes())
                .containsExactly(change("instance2260 ****ests", "instance2260 ****ests"));
    }

    @Test
    void recordsThatStandbysWentWithTheConfiguration() {
        admin.updateStandbys(ACME, List.of(Samples.standby(server.url())));

        admin.deleteConfiguration(ACME);

        AuditEntry entry = admin.history(ACME).findFirst().orElseThrow();
        assertThat(entry.note()).isEqualTo(NOTE.action(ConfigAction.DELETED));
        assertThat(entry.changes()).containsExactly(change("instance2260 ****ests", null));
    }

    @Test
    void areInNoFormAndNoTemplate() {
        ConfigForm form = ConfigForm.read(Map.of("standbys", "instance2260"));

        assertThat(form.problems()).extracting(ConfigProblem::key).containsExactly("form.unknown_field");
        assertThat(Template.fields()).doesNotContain(ConfigField.STANDBYS);
    }

    @Test
    void takesNoNulls() {
        assertThatNullPointerException().isThrownBy(() -> admin.updateStandbys(ACME, null));
        assertThatNullPointerException().isThrownBy(() -> admin.standbys(null));
        assertThatNullPointerException().isThrownBy(() -> manager.health(null));
        assertThatNullPointerException().isThrownBy(() -> manager.client(ACME, null));
    }
}
