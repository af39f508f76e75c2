package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.NotConfiguredException;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** What an organization's own client may do, and that it goes no way past status and daily limit. */
@Timeout(30)
class UltraMessageInstanceManagerClientTest {
    private final ScriptedServer server = new ScriptedServer()
            .on("messages/chat", Replies.json(200, Samples.SENT))
            .on("instance/status", Replies.json(200, Samples.CONNECTED));
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .deadline(Duration.ofSeconds(10))
            .build();
    private final UltraMsgClient client = manager.client(Samples.ACME);

    @BeforeEach
    void configure() {
        store.organizations().put(Samples.ACME, Samples.draft(server.url()));
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    private SendResult send(UltraMsgClient sender) {
        return sender.messages().send(Samples.message(), SendOptions.defaults());
    }

    private static void assertRejected(SendResult result, RejectionReason reason) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(reason));
    }

    @Test
    void sendsWithinTheDailyLimitOnly() {
        store.quotas().limit(1);

        assertThat(send(client))
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(accepted.remainingToday()).isZero());
        assertRejected(send(client), RejectionReason.QUOTA_EXCEEDED);
        assertRejected(send(client.within(Duration.ofSeconds(5))), RejectionReason.QUOTA_EXCEEDED);
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(value = InstanceStatus.class, mode = EnumSource.Mode.EXCLUDE, names = "ACTIVE")
    void sendsNothingForAnOrganizationThatMayNotSendAndYetAnswersQuestions(InstanceStatus status) {
        store.organizations()
                .put(
                        Samples.ACME,
                        Samples.draft(server.url()).toBuilder().status(status).build());

        assertRejected(send(client), RejectionReason.INACTIVE);
        assertThat(client.instance().status().isReady()).isTrue();
        assertThat(store.quotas().reservations()).isZero();
    }

    @Test
    void givesItsDeadlineToSends() {
        server.next(Replies.silence());

        assertThat(send(client.within(Samples.BRIEFLY))).isInstanceOf(Unknown.class);
    }

    @Test
    void hasTheManagersDeadline() {
        try (UltraMessageInstanceManager impatient = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .deadline(Samples.BRIEFLY)
                .build()) {
            server.next(Replies.silence());

            assertThatExceptionOfType(NoReplyException.class)
                    .isThrownBy(() -> impatient.client(Samples.ACME).instance().status());
        }
    }

    @Test
    void followsChangesOfTheConfiguration() {
        client.instance().status();
        store.organizations()
                .put(
                        Samples.ACME,
                        Samples.draft(server.url()).toBuilder()
                                .instanceId("2260")
                                .token("another-fake-t0ken")
                                .build());

        client.instance().status();

        assertThat(server.requests())
                .extracting(RecordedRequest::target)
                .containsExactly(
                        "/instance1150/instance/status?token=" + Samples.TOKEN,
                        "/instance2260/instance/status?token=another-fake-t0ken");
    }

    @Test
    void saysThatAnOrganizationDoesNotExist() {
        UltraMsgClient nobodys = manager.client(OrganizationId.of("nobody"));

        assertThatExceptionOfType(NotConfiguredException.class)
                .isThrownBy(() -> nobodys.instance().status())
                .withMessage("no such organization exists")
                .satisfies(failure -> assertThat(failure.isRetryable()).isFalse());
        assertRejected(send(nobodys), RejectionReason.NOT_CONFIGURED);
    }

    @Test
    void saysWhyAConfigurationCannotBeUsed() {
        store.organizations()
                .put(
                        Samples.ACME,
                        Samples.draft(server.url()).toBuilder().instanceId("x").build());

        assertThatExceptionOfType(NotConfiguredException.class)
                .isThrownBy(() -> client.instance().restart())
                .withMessageContaining("instance_id: must be digits");
        assertThat(server.connections()).isZero();
    }

    @Test
    void leavesTheManagersConnectionsOpenWhenItIsClosed() {
        client.close();

        assertThat(client.instance().status().isReady()).isTrue();
    }

    @Test
    void isOfNoUseAfterTheManagerIsClosed() {
        manager.close();

        assertThatIllegalStateException().isThrownBy(() -> client.instance().status());
        assertThatIllegalStateException().isThrownBy(() -> send(client));
        assertThatIllegalStateException().isThrownBy(() -> manager.client(Samples.ACME));
    }

    @Test
    void printsNoSecret() {
        assertThat(client).hasToString("UltraMsgClient[looked up for each call]");
    }
}
