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
