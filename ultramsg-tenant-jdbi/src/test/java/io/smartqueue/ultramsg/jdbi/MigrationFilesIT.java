package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** The migrations as files that an administrator runs with PostgreSQL's own tool, by the command in docs/database.md. */
@ExtendWith(PostgresExtension.class)
class MigrationFilesIT {
    private static final Guide GUIDE = new Guide("database.md");

    @TempDir
    private Path folder;

    @Test
    void setADatabaseUpWithPsql(@TestDatabase.Empty TestDatabase database) throws Exception {
        Program.named("psql", "postgresql-client");
        List<String> commands = GUIDE.blocks("sh");
        assertThat(commands).hasSize(1).allMatch(command -> command.startsWith("psql "));
        Map<String, String> files =
                PostgresTenantStore.migrationSql(HostTable.organizations().inSchema("public"));
        String example = files.keySet().iterator().next();
        assertThat(commands.get(0)).contains(example);

        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
            Program.shell(commands.get(0).replace(example, file.getKey()), folder, reach(database));
        }

        OrganizationId organization = OrganizationId.of(database.organization(""));
        try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build()) {
            assertThat(store.quotas().reserve(organization)).isInstanceOf(Reserved.class);
        }
    }

    private static Map<String, String> reach(TestDatabase database) {
        return Map.of(
                "PGHOST",
                "localhost",
                "PGPORT",
                Integer.toString(database.port()),
                "PGUSER",
                "postgres",
                "PGDATABASE",
                database.name());
    }
}
