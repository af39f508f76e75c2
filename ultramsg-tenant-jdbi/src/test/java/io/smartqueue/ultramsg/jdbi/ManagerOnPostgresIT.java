package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Two nodes on one database and one UltraMsg, as in production. */
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class ManagerOnPostgresIT {
    private TestDatabase database;
    private UltraMsgServer ultraMsg;
    private PostgresTenantStore store;
    private PostgresTenantStore otherStore;
    private UltraMessageInstanceManager node;
    private UltraMessageInstanceManager otherNode;

    @BeforeEach
    void start(@TestDatabase.Fresh TestDatabase database, UltraMsgServer ultraMsg) throws SQLException {
        this.database = database;
        this.ultraMsg = ultraMsg;
        store = open();
        otherStore = open();
        node = manager(store);
        otherNode = manager(otherStore);
    }

    private PostgresTenantStore open() throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build();
    }

    /** Configuration lives long here, so that only notices can bring news. */
    private static UltraMessageInstanceManager manager(PostgresTenantStore store) {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .configTimeToLive(Duration.ofHours(1))
                .build();
    }

    @AfterEach
    void stop() {
        node.close();
        otherNode.close();
        store.close();
        otherStore.close();
    }

    @Test
    void sendsThroughEachOrganizationsOwnInstance() throws SQLException {
        StubInstance first = ultraMsg.addInstance("1150", "fake-t0ken-1");
        StubInstance second = ultraMsg.addInstance("2260", "fake-t0ken-2");
        OrganizationId acme = organization("1150", "fake-t0ken-1");
        OrganizationId globex = organization("2260", "fake-t0ken-2");

        assertThat(node.sendMessage(acme, "+15550001111", "from Acme").isAccepted())
                .isTrue();
        assertThat(otherNode.sendMessage(globex, "+15550002222", "from Globex").isAccepted())
                .isTrue();

        assertThat(first).received(text("from Acme").to("+15550001111")).receivedMessages(1);
        assertThat(second).received(text("from Globex").to("+15550002222")).receivedMessages(1);
    }

    @Test
    void takesAChangeMadeOnAnotherNodeIntoAccount() throws SQLException {
        ultraMsg.addInstance("1150", "fake-t0ken-1");
        StubInstance replacement = ultraMsg.addInstance("3370", "fake-t0ken-3");
        OrganizationId acme = organization("1150", "fake-t0ken-1");
        assertThat(node.sendMessage(acme, "+15550001111", "before").isAccepted())
                .isTrue();

        ConfigUpdate update = otherNode
                .administration(Actor.operator("a test"))
                .update(
                        acme,
                        ConfigDraft.builder()
                                .instanceId("3370")
                                .token("fake-t0ken-3")
                                .build());

        assertThat(update.isSaved()).isTrue();
        Await.until(() -> instanceOf(acme).equals("instance3370"));
        assertThat(node.sendMessage(acme, "+15550001111", "after").isAccepted()).isTrue();
        assertThat(replacement).receivedTexts("after");
    }

    @Test
    void takesAChangeMadeInSqlIntoAccount() throws SQLException {
        ultraMsg.addInstance("1150", "fake-t0ken-1");
        OrganizationId acme = organization("1150", "fake-t0ken-1");
        assertThat(node.sendMessage(acme, "+15550001111", "before").isAccepted())
                .isTrue();

        database.execute("UPDATE organizations SET whatsapp_instance_status = 'suspended' WHERE id = '" + acme + "'");

        Await.until(() -> node.getOrganizationConfig(acme).orElseThrow().status() == InstanceStatus.SUSPENDED);
        assertThat(reason(node.sendMessage(acme, "+15550001111", "after"))).isEqualTo(RejectionReason.INACTIVE);
    }

    @Test
    void sharesOneDailyLimitBetweenNodes() throws SQLException {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken-1");
        OrganizationId acme = organization("1150", "fake-t0ken-1");
        node.administration(Actor.operator("a test"))
                .update(acme, ConfigDraft.builder().dailyLimit(2).build());

        assertThat(node.sendMessage(acme, "+15550001111", "one").isAccepted()).isTrue();
        assertThat(otherNode.sendMessage(acme, "+15550001111", "two").isAccepted())
                .isTrue();
        assertThat(reason(node.sendMessage(acme, "+15550001111", "three"))).isEqualTo(RejectionReason.QUOTA_EXCEEDED);

        assertThat(instance).receivedMessages(2);
        assertThat(node.testConnection(acme).isDailyLimitReached()).isTrue();
    }

    @Test
    void replacesATokenThatCannotBeOpened() throws SQLException {
        StubInstance first = ultraMsg.addInstance("1150", "fake-t0ken-1");
        StubInstance second = ultraMsg.addInstance("2260", "fake-t0ken-2");
        OrganizationId acme = organization("1150", "fake-t0ken-1");
        OrganizationId globex = organization("2260", "fake-t0ken-2");
        database.execute(
                "UPDATE organizations SET ultramsg_token = 'ultramsg-sealed:lost:AAAA' WHERE id = '" + acme + "'");
        Await.until(() -> cannotBeOpened(acme));
        assertThat(node.sendMessage(globex, "+15550001111", "not touched by that")
                        .isAccepted())
                .isTrue();

        ConfigUpdate update = node.administration(Actor.operator("a test"))
                .update(acme, ConfigDraft.builder().token("fake-t0ken-1").build());

        assertThat(update.isSaved()).isTrue();
        assertThat(node.sendMessage(acme, "+15550001111", "mended").isAccepted())
                .isTrue();
        assertThat(first).receivedTexts("mended");
        assertThat(second).receivedTexts("not touched by that");
    }

    private boolean cannotBeOpened(OrganizationId organization) {
        try {
            node.getOrganizationConfig(organization);
            return false;
        } catch (TokenSealException e) {
            return true;
        }
    }

    @Test
    void countsWhatMayHaveBeenSentAndNotWhatWasRefused() throws SQLException {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken-1");
        OrganizationId acme = organization("1150", "fake-t0ken-1");

        instance.losesReplyAfterAccepting(1);
        assertThat(node.sendMessage(acme, "+15550001111", "lost reply"))
                .as("found at UltraMsg")
                .isInstanceOf(SendResult.Accepted.class);
        instance.worksNormally().rejectsToken();
        assertThat(reason(node.sendMessage(acme, "+15550001111", "refused"))).isEqualTo(RejectionReason.BAD_TOKEN);

        assertThat(instance).receivedMessages(1);
        assertThat(database.query(
                        "SELECT messages_sent_today FROM organizations WHERE id = ?", UUID.fromString(acme.value())))
                .containsExactly(List.of("1"));
    }

    @Test
    void touchesNoOtherOrganizationWhateverTheIdSays() throws SQLException {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken-1");
        OrganizationId acme = organization("1150", "fake-t0ken-1");

        for (String id : new String[] {
            "' or '1'='1",
            acme + "' --",
            acme + "; drop table organizations",
            "00000000-0000-0000-0000-000000000000",
            "1"
        }) {
            assertThat(reason(node.sendMessage(OrganizationId.of(id), "+15550001111", "hello")))
                    .as(id)
                    .isEqualTo(RejectionReason.NOT_CONFIGURED);
        }
        assertThat(instance).receivedNothing();
    }

    @Test
    void failsWhileTheDatabaseIsGoneAndGoesOnWhenItIsBack() throws SQLException {
        StubInstance instance = ultraMsg.addInstance("1150", "fake-t0ken-1");
        OrganizationId acme = organization("1150", "fake-t0ken-1");
        try (Cable cable = Cable.to(database.port());
                PostgresTenantStore ownStore = PostgresTenantStore.builder(
                                database.settings(database.servingLogin(), cable))
                        .tokenKeys(Keys.ONE)
                        .build();
                UltraMessageInstanceManager ownNode = manager(ownStore)) {
            assertThat(ownNode.sendMessage(acme, "+15550001111", "before").isAccepted())
                    .isTrue();

            cable.pullOut();
            assertThatThrownBy(() -> ownNode.sendMessage(acme, "+15550001111", "during"))
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.isRetryable()).isTrue());
            cable.putBackIn();

            Await.until(() -> sends(ownNode, acme));
            assertThat(instance.receivedMessages())
                    .noneMatch(message -> message.body().equals("during"));
            // and changes are heard of again
            database.execute("UPDATE organizations SET daily_message_limit = 77 WHERE id = '" + acme + "'");
            Await.until(() -> ownNode.getOrganizationConfig(acme).orElseThrow().dailyLimit() == 77);
        }
    }

    private static boolean sends(UltraMessageInstanceManager node, OrganizationId organization) {
        try {
            return node.sendMessage(organization, "+15550001111", "after").isAccepted();
        } catch (StorageException notYet) {
            return false;
        }
    }

    @Test
    void hearsOfChangesAgainAfterItsListeningConnectionWasCut() throws SQLException {
        ultraMsg.addInstance("1150", "fake-t0ken-1");
        OrganizationId acme = organization("1150", "fake-t0ken-1");
        assertThat(node.getOrganizationConfig(acme).orElseThrow().dailyLimit()).isEqualTo(1000);

        // listening connections ask for a 1 from time to time
        String listening = " FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle'"
                + " AND query ~ '^( *LISTEN .*|SELECT 1)$'";
        Await.until(() -> database.query("SELECT pid" + listening).size() == 2);
        assertThat(database.query("SELECT pg_terminate_backend(pid)" + listening))
                .hasSize(2);
        database.execute("UPDATE organizations SET daily_message_limit = 5 WHERE id = '" + acme + "'");

        Await.until(() -> node.getOrganizationConfig(acme).orElseThrow().dailyLimit() == 5);
        database.execute("UPDATE organizations SET daily_message_limit = 6 WHERE id = '" + acme + "'");
        Await.until(() -> node.getOrganizationConfig(acme).orElseThrow().dailyLimit() == 6);
    }

    private String instanceOf(OrganizationId organization) {
        return node.getOrganizationConfig(organization)
                .orElseThrow()
                .credentials()
                .instance()
                .value();
    }

    private OrganizationId organization(String instance, String token) throws SQLException {
        OrganizationId organization = OrganizationId.of(UUID.randomUUID());
        database.execute(
                "INSERT INTO organizations (id, name) VALUES ('" + organization + "', 'a customer of the host')");
        ConfigUpdate update = node.administration(Actor.operator("a test"))
                .update(
                        organization,
                        ConfigDraft.builder()
                                .instanceId(instance)
                                .token(token)
                                .baseUrl(ultraMsg.baseUrl().toString())
                                .build());
        assertThat(update).isInstanceOf(ConfigUpdate.Saved.class);
        return organization;
    }

    private static RejectionReason reason(SendResult result) {
        assertThat(result).isInstanceOf(Rejected.class);
        return ((Rejected) result).reason();
    }
}
