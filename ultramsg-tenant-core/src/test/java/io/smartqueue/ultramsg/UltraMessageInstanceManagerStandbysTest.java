package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.admin.StandbyUpdate;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.util.List;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.tuple;

/** Naming standbys, and hearing how they and an organization's own instance are. */
@Timeout(60)
class UltraMessageInstanceManagerStandbysTest {
    private final ScriptedServer server = new ScriptedServer()
            .on("instance/status", Replies.json(200, Samples.CONNECTED))
            .on("instance/me", Replies.json(200, Samples.ME));
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager =
            builder().withoutHealthChecks().build();

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

        StandbyUpdate update = manager.updateStandbys(ACME, List.of(standby));

        assertThat(update).isEqualTo(new StandbyUpdate.Saved(List.of(standby)));
        assertThat(update.isSaved()).isTrue();
        assertThat(manager.standbys(ACME)).containsExactly(standby);
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

        manager.updateStandbys(ACME, List.of(Samples.standby(server.url())));

        assertThat(manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT)
                        .orThrow()
                        .instance())
                .isEqualTo(InstanceId.parse("2260"));
    }

    @Test
    void savesNothingIfOneIsNotRecognized() {
        server.on("instance/status", Replies.json(200, Samples.WRONG_TOKEN));

        assertThat(manager.updateStandbys(ACME, List.of(Samples.standby(server.url()))))
                .isInstanceOfSatisfying(StandbyUpdate.TestFailed.class, failed -> {
                    assertThat(failed.instance()).hasToString("instance2260");
                    assertThat(failed.test().finding()).isEqualTo(ConnectionFinding.WRONG_TOKEN);
                });
        assertThat(manager.standbys(ACME)).isEmpty();
    }

    @Test
    void savesUntestedWhenToldSo() {
        StandbyInstance standby = Samples.standby(URI.create("http://127.0.0.1:1"));

        assertThat(manager.updateStandbys(ACME, List.of(standby), Verification.SAVE_UNTESTED)
                        .isSaved())
                .isTrue();
    }

    @Test
    void savesNothingThatAimsWhereNoneMay() {
        try (UltraMessageInstanceManager strict =
                UltraMessageInstanceManager.builder(store).withoutHealthChecks().build()) {
            assertThat(strict.updateStandbys(
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
        assertThat(manager.standbys(ACME)).isEmpty();
    }

    @Test
    void savesNothingForAnOrganizationThatDoesNotExist() {
        assertThat(manager.updateStandbys(OrganizationId.of("nobody"), List.of()))
                .isEqualTo(new StandbyUpdate.NoSuchOrganization());
    }

    @Test
    void takesNoNulls() {
        assertThatNullPointerException().isThrownBy(() -> manager.updateStandbys(ACME, null));
        assertThatNullPointerException().isThrownBy(() -> manager.standbys(null));
        assertThatNullPointerException().isThrownBy(() -> manager.health(null));
        assertThatNullPointerException().isThrownBy(() -> manager.client(ACME, null));
    }
}
