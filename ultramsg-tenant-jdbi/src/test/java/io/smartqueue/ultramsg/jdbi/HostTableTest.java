package io.smartqueue.ultramsg.jdbi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HostTableTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sixty-four bytes, of which PostgreSQL would quietly cut the last",
                "zwölfmalzwölfmalzwölfmalzwölfmalzwölfmalzwölfmalzwölfmalzwölf",
                "nul\0",
                "two\nlines",
                "$name$",
                "x$migration$; drop table students; --",
                "${ultramsg_key}",
                "\uD800"
            })
    void refusesNamesThatPostgresCannotHaveOrThatWouldBreakOutOfTheMigrations(String name) {
        HostTable table = HostTable.organizations();

        assertThatIllegalArgumentException().isThrownBy(() -> HostTable.named(name));
        assertThatIllegalArgumentException().isThrownBy(() -> table.inSchema(name));
        assertThatIllegalArgumentException().isThrownBy(() -> table.withKey(name));
    }

    @Test
    void quotesEveryName() {
        HostTable table = HostTable.named("say \"hi\"").inSchema("App").withKey("o'key");

        assertThat(table.render("${ultramsg_schema}|${ultramsg_table}|${ultramsg_key}"))
                .isEqualTo("\"App\"|\"App\".\"say \"\"hi\"\"\"|\"o'key\"");
    }

    @Test
    void leavesNoPlaceholderInTheSqlToRunByHand() {
        assertThat(PostgresTenantStore.migrationSql(HostTable.organizations().inSchema("public")))
                .hasSize(Migration.all().size())
                .allSatisfy((file, sql) -> assertThat(sql).as(file).doesNotContain("${"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresTenantStore.migrationSql(HostTable.organizations()))
                .withMessageContaining("inSchema");
    }
}
