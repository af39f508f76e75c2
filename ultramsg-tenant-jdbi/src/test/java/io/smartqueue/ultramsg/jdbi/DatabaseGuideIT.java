package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/database.md tells an administrator to run is enough for a login that migrates and one that serves. */
class DatabaseGuideIT {
    private static final Path GUIDE = Path.of("..", "docs", "database.md");
    private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

    @Test
    void setsUpALoginThatMigratesAndOneThatServes() throws Exception {
        try (TestServer server = TestServer.start(); // roles are shared by all databases of a server
                TestDatabase database = server.emptyDatabase()) {
            String serving = database.login("serving", "INHERIT");
            String migrating = database.login("migrating", "INHERIT");
            UUID id = UUID.randomUUID();
            database.execute(
                    "CREATE TABLE organizations (id uuid PRIMARY KEY, name text)",
                    "INSERT INTO organizations VALUES ('" + id + "', 'a customer of the host')");

            for (String sql : guide()) {
                database.execute(sql.replace("app_login", serving).replace("migrating_login", migrating));
            }
            PostgresTenantStore.migrate(database.settings(migrating));

            try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(serving))
                    .tokenKeys(Keys.ONE)
                    .build()) {
                OrganizationId organization = OrganizationId.of(id);
                assertThat(store.organizations()
                                .update(
                                        organization,
                                        ConfigDraft.builder()
                                                .token("fake-t0ken")
                                                .build()))
                        .isEqualTo(UpdateOutcome.WRITTEN);
                assertThat(store.quotas().reserve(organization)).isInstanceOf(Reserved.class);
                assertThat(store.resealTokens().failed()).isEmpty();
            }
        }
    }

    private static List<String> guide() throws Exception {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = SQL.matcher(Files.readString(GUIDE));
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        assertThat(blocks).hasSize(2);
        return blocks;
    }
}
