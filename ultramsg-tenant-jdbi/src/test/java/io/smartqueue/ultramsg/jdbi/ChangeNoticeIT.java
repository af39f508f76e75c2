package io.smartqueue.ultramsg.jdbi;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(PostgresExtension.class)
class ChangeNoticeIT {

    private static final String END = "end of what was heard";

    private TestDatabase database;
    private UUID organization;
    private Connection listener;

    @BeforeEach
    void listen(TestDatabase shared) throws SQLException {
        database = shared;
        organization = database.organization("");
        listener = database.superuser();
        Sql.execute(listener, "LISTEN ultramsg_config_changed");
    }

    @AfterEach
    void close() throws SQLException {
        listener.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ultramsg_instance_id = 'instance7'",
                "ultramsg_instance_id = NULL",
                "ultramsg_token = 'another'",
                "ultramsg_base_url = NULL",
                "whatsapp_business_number = '+4930123456'",
                "whatsapp_instance_status = 'suspended'",
                "daily_message_limit = NULL",
                "webhook_url = 'https://host.example/hook'",
                "webhook_events = '{message_received}'",
                "instance_settings = '{\"time_zone\": \"Europe/Berlin\"}'"
            })
    void tellsOfAChangedConfiguration(String change) throws SQLException {
        database.execute("UPDATE organizations SET " + change + " WHERE id = '" + organization + "'");

        assertThat(heard()).containsExactly(organization.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "messages_sent_today = messages_sent_today + 1",
                "last_message_reset_date = '2026-11-23'",
                "name = 'renamed'",
                "ultramsg_token = ultramsg_token, instance_settings = '{}'"
            })
    void keepsQuietOtherwise(String change) throws SQLException {
        database.execute("UPDATE organizations SET " + change + " WHERE id = '" + organization + "'");

        assertThat(heard()).isEmpty();
    }

    @Test
    void keepsQuietAboutReservationsAndRefunds() throws SQLException {
        database.query("SELECT * FROM update_daily_message_count(?)", organization);
        database.query("SELECT * FROM daily_message_usage(?)", organization);
        database.query(
                "SELECT refund_daily_message_count(?, (SELECT last_message_reset_date FROM organizations"
                        + " WHERE id = '" + organization + "'))",
                organization);

        assertThat(heard()).isEmpty();
    }

    @Test
    void tellsOfOrganizationsWithAnInstanceThatComeAndGo() throws SQLException {
        UUID added = database.organization("");
        assertThat(heard()).containsExactly(added.toString());

        database.execute("DELETE FROM organizations WHERE id = '" + added + "'");
        assertThat(heard()).containsExactly(added.toString());
    }

    @Test
    void tellsOfBothKeysWhenOneBecomesTheOther() throws SQLException {
        UUID key = UUID.randomUUID();

        database.execute("UPDATE organizations SET id = '" + key + "' WHERE id = '" + organization + "'");

        assertThat(heard()).containsExactly(organization.toString(), key.toString());
    }

    @Test
    void keepsQuietAboutTheHostsOwnStatements() throws SQLException {
        database.execute(
                "INSERT INTO organizations (name) VALUES ('plain')",
                "UPDATE organizations SET name = 'plainer' WHERE name = 'plain'",
                "DELETE FROM organizations WHERE name = 'plainer'");

        assertThat(heard()).isEmpty();
    }

    @Test
    void tellsOfWhatATriggerOfTheHostsChanges(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        UUID lapsing = own.organization("");
        own.execute(
                "CREATE FUNCTION lapse() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$BEGIN NEW.whatsapp_instance_status := 'suspended'; RETURN NEW; END$$",
                "CREATE TRIGGER lapse BEFORE UPDATE OF name ON organizations FOR EACH ROW EXECUTE FUNCTION lapse()");
        try (Connection other = own.superuser()) {
            Sql.execute(other, "LISTEN ultramsg_config_changed");

            own.execute("UPDATE organizations SET name = 'lapsed' WHERE id = '" + lapsing + "'");

            assertThat(other.unwrap(PGConnection.class).getNotifications(10_000))
                    .extracting(PGNotification::getParameter)
                    .containsExactly(lapsing.toString());
        }
    }

    @Test
    void goesOnWhenTheHostChangesItsTable(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        UUID id = own.organization("");
        String update = "UPDATE organizations SET daily_message_limit = %d WHERE id = '" + id + "'";
        try (Connection host = own.superuser();
                Connection other = own.superuser()) {
            Sql.execute(other, "LISTEN ultramsg_config_changed");

            Sql.execute(
                    host,
                    update.formatted(1),
                    "ALTER TABLE organizations ADD COLUMN plan text DEFAULT 'free'",
                    update.formatted(2),
                    "ALTER TABLE organizations DROP COLUMN name",
                    update.formatted(3),
                    "ALTER TABLE organizations RENAME TO companies",
                    update.formatted(4).replace("organizations", "companies"),
                    "SELECT pg_notify('ultramsg_config_changed', '" + END + "')");

            List<String> heard = new ArrayList<>();
            while (!heard.contains(END)) {
                for (PGNotification notice : other.unwrap(PGConnection.class).getNotifications(10_000)) {
                    heard.add(notice.getParameter());
                }
            }
            assertThat(heard).containsExactly(id.toString(), id.toString(), id.toString(), id.toString(), END);
            Sql.execute(host, "DROP TABLE companies");
        }
    }

    @Test
    void tellsOfChangesByATenant() throws SQLException {
        try (Connection login = database.as(database.servingLogin())) {
            Sql.beginAsTenant(login, organization);
            Sql.update(login, "UPDATE organizations SET daily_message_limit = 5");
            login.commit();
        }

        assertThat(heard()).containsExactly(organization.toString());
    }

    /** Notices arrive in the order of the commits: what is there before the last one is all there is. */
    private List<String> heard() throws SQLException {
        database.query("SELECT pg_notify('ultramsg_config_changed', ?)", END);
        List<String> heard = new ArrayList<>();
        while (true) {
            PGNotification[] notices = listener.unwrap(PGConnection.class).getNotifications(10_000);
            assertThat(notices).as("notices within 10 seconds").isNotEmpty();
            for (PGNotification notice : notices) {
                if (notice.getParameter().equals(END)) {
                    return heard;
                }
                heard.add(notice.getParameter());
            }
        }
    }
}
