package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.UsageStoreContract;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.usage.UsageStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(PostgresExtension.class)
class PostgresUsageStoreIT extends UsageStoreContract {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 25);
    private static final UsageCounts ONE = UsageCounts.builder()
            .count(UsageMeasure.REJECTED, 1)
            .rejectedBy(RejectionReason.RATE_LIMITED, 1)
            .build();

    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase database, SharedStore shared) throws SQLException {
        this.database = database;
        database.execute("DELETE FROM ultramsg_usage");
        this.store = shared.at(clock());
    }

    @Override
    protected UsageStore store() {
        return store.usage();
    }

    @Override
    protected OrganizationId newOrganization() {
        try {
            return OrganizationId.of(database.organization(""));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected void remove(OrganizationId organization) {
        try {
            database.execute("DELETE FROM organizations WHERE id = '" + organization + "'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected OrganizationId missingOrganization() {
        return OrganizationId.of(UUID.randomUUID());
    }

    /** While a deployment rolls, a newer version writes what this one does not know, and must find it again. */
    @Test
    void keepsNamesThatANewerVersionHasWritten() throws SQLException {
        OrganizationId organization = newOrganization();
        store().add(organization, DAY, ONE);
        database.execute(
                "UPDATE ultramsg_usage SET rejected = 8, rejected_by = rejected_by || '{\"INVENTED_LATER\": 7}',"
                        + " risk_actions = '{INVENTED_LATER}'");

        UsageDay sum = store().add(organization, DAY, ONE).orElseThrow();

        assertThat(sum.counts().count(UsageMeasure.REJECTED)).isEqualTo(9);
        assertThat(sum.counts().rejectedBy()).hasSize(1).containsEntry(RejectionReason.RATE_LIMITED, 2L);
        assertThat(sum.riskActions()).isEmpty();
        assertThat(database.query("SELECT rejected_by ->> 'INVENTED_LATER', risk_actions::text FROM ultramsg_usage"))
                .containsExactly(List.of("7", "{INVENTED_LATER}"));
    }

    @Test
    void saysWhichDayHasLatenciesThatItCannotRead() throws SQLException {
        OrganizationId organization = newOrganization();
        store().add(organization, DAY, ONE);
        database.execute("UPDATE ultramsg_usage SET latencies = '\\x00'");

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> store().find(organization, DAY, DAY))
                .withMessageContaining("latencies of 2026-11-25");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT rejected_by FROM ultramsg_usage",
                "SELECT latencies FROM ultramsg_usage",
                "INSERT INTO ultramsg_usage (organization_id, day) SELECT organization_id, now() FROM ultramsg_usage",
                "UPDATE ultramsg_usage SET read = 0"
            })
    void letsTheServiceDoNoMoreThanItHasTo(String attempt) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            connection.setAutoCommit(false);
            Sql.execute(connection, "SET LOCAL ROLE ultramsg_service");

            assertThatThrownBy(() -> Sql.execute(connection, attempt)).hasMessageContaining("permission denied");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE FROM ultramsg_usage", "TRUNCATE ultramsg_usage"})
    void letsATenantDeleteNothing(String attempt) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, database.organization(""));

            assertThatThrownBy(() -> Sql.execute(connection, attempt)).hasMessageContaining("permission denied");
        }
    }

    @Test
    void showsATenantItsOwnDaysAlone() throws SQLException {
        store().add(newOrganization(), DAY, ONE);
        OrganizationId own = newOrganization();
        store().add(own, DAY, ONE);
        try (Connection connection = database.as(database.servingLogin())) {
            Sql.beginAsTenant(connection, own.value());

            assertThat(Sql.query(connection, "SELECT organization_id FROM ultramsg_usage"))
                    .containsExactly(List.of(own.value()));
            assertThat(Sql.update(connection, "UPDATE ultramsg_usage SET read = 5"))
                    .isEqualTo(1);
        }
    }
}
