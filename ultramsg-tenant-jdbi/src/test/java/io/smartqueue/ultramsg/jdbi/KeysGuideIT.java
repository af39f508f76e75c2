package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/keys.md tells an administrator to do, from the first key to the way back. */
@ExtendWith(PostgresExtension.class)
class KeysGuideIT {
    private static final Guide GUIDE = new Guide("keys.md");

    @TempDir
    private Path folder;

    @Test
    void makesKeysChangesThemAndGoesBack(@TestDatabase.Fresh TestDatabase database) throws Exception {
        OrganizationId organization = OrganizationId.of(database.organization("ultramsg_token = 'fake-t0ken'"));
        String first = newKey();
        String second = newKey();

        StandbyInstance standby = StandbyInstance.of(new InstanceCredentials(
                InstanceId.parse("instance1151"),
                AccessToken.of("fake-t0ken-2"),
                URI.create("https://api.ultramsg.com")));

        try (PostgresTenantStore store = open(database, "2026:" + first)) {
            store.standbys().replace(organization, List.of(standby), AuditNote.by(Actor.operator("a test")));
            assertThat(token(store, organization)).isEqualTo("fake-t0ken");
            store.resealTokens();
        }
        assertThat(howFarItIs(database)).containsExactly(Arrays.asList("2026", "2"));

        try (PostgresTenantStore store = open(database, "2027:" + second + ",2026:" + first)) {
            store.resealTokens();
        }
        assertThat(howFarItIs(database)).containsExactly(Arrays.asList("2027", "2"));

        try (PostgresTenantStore store = open(database, "2027:" + second)) {
            assertThat(token(store, organization)).isEqualTo("fake-t0ken");
            assertThat(store.standbys().find(organization)).containsExactly(standby);
            store.unsealTokens();
        }
        assertThat(howFarItIs(database)).containsExactly(Arrays.asList(null, "2"));
    }

    private String newKey() throws Exception {
        List<String> commands = GUIDE.blocks("sh");
        assertThat(commands).hasSize(1).allMatch(command -> command.startsWith("openssl "));
        Program.named("openssl", "openssl");
        return Program.shell(commands.get(0), folder, Map.of());
    }

    private static PostgresTenantStore open(TestDatabase database, String keys) throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(keys)
                .build();
    }

    private static String token(PostgresTenantStore store, OrganizationId organization) {
        return store.organizations()
                .find(organization)
                .flatMap(config -> config.token())
                .map(AccessToken::reveal)
                .orElseThrow();
    }

    private static List<List<String>> howFarItIs(TestDatabase database) throws Exception {
        List<String> questions = GUIDE.blocks("sql");
        assertThat(questions).hasSize(1);
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsService(connection);
            return Sql.query(connection, questions.get(0));
        }
    }
}
