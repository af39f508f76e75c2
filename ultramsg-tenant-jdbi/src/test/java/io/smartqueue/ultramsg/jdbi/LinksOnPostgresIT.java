package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.link.ChatLinkResult;
import io.smartqueue.ultramsg.link.ChatLinkResult.Found;
import io.smartqueue.ultramsg.link.ChatLinkResult.Refused;
import io.smartqueue.ultramsg.link.LinkRefusal;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes on one database: a number changed anywhere is where the links of both lead, whoever has changed it. */
@ExtendWith(PostgresExtension.class)
class LinksOnPostgresIT {
    private static final InstanceId STANDBY = InstanceId.parse("2260");
    private static final Actor OPERATOR = Actor.operator("a test");

    private TestDatabase database;
    private PostgresTenantStore store;
    private PostgresTenantStore otherStore;
    private UltraMessageInstanceManager node;
    private UltraMessageInstanceManager otherNode;
    private OrganizationId acme;

    @BeforeEach
    void start(TestDatabase shared) throws SQLException {
        database = shared;
        store = open();
        otherStore = open();
        node = manager(store);
        otherNode = manager(otherStore);
        acme = OrganizationId.of(database.organization("whatsapp_business_number = '+15550001111'"));
    }

    private PostgresTenantStore open() throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build();
    }

    /** Configuration lives long here, so that only notices can bring news. */
    private static UltraMessageInstanceManager manager(PostgresTenantStore store) {
        return UltraMessageInstanceManager.builder(store)
                .configTimeToLive(Duration.ofHours(1))
                .withoutHealthChecks()
                .build();
    }

    @AfterEach
    void stop() {
        node.close();
        otherNode.close();
        store.close();
        otherStore.close();
    }

    private static String digits(ChatLinkResult result) {
        return result instanceof Found found ? found.link().url().getPath().substring(1) : "none";
    }

    private String on(UltraMessageInstanceManager manager) {
        return digits(manager.links().chat(acme));
    }

    @Test
    void leadToTheNewNumberOnBothNodes() {
        assertThat(on(node)).isEqualTo("15550001111");
        assertThat(on(otherNode)).isEqualTo("15550001111");

        ConfigDraft change =
                ConfigDraft.builder().businessNumber("+15550002222").build();
        assertThat(node.administration(OPERATOR)
                        .update(acme, change, Verification.SAVE_UNTESTED)
                        .isSaved())
                .isTrue();

        assertThat(on(node)).as("at once").isEqualTo("15550002222");
        Await.until(() -> on(otherNode).equals("15550002222"));
    }

    @Test
    void leadNowhereAsSoonAsTheHostHasTakenTheNumberAway() throws SQLException {
        assertThat(on(node)).isEqualTo("15550001111");
        assertThat(on(otherNode)).isEqualTo("15550001111");

        database.execute("UPDATE organizations SET whatsapp_business_number = NULL WHERE id = '"
                + UUID.fromString(acme.value()) + "'");

        Await.until(() -> on(node).equals("none") && on(otherNode).equals("none"));
        assertThat(node.links().chat(acme))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(LinkRefusal.NO_NUMBER));
    }

    @Test
    void leadToTheNumberOfAStandbyOnBothNodes() {
        assertThat(digits(otherNode.links().chat(acme, STANDBY))).isEqualTo("none");
        StandbyInstance standby = StandbyInstance.of(new InstanceCredentials(
                        STANDBY, AccessToken.of("fake-t0ken-2"), URI.create("https://api.ultramsg.com")))
                .businessNumber(PhoneNumber.parse("+15550003333"));

        assertThat(store.standbys().replace(acme, List.of(standby), AuditNote.by(OPERATOR)))
                .isEqualTo(UpdateOutcome.WRITTEN);

        Await.until(() -> digits(otherNode.links().chat(acme, STANDBY)).equals("15550003333"));
        assertThat(on(otherNode)).isEqualTo("15550001111");
    }
}
