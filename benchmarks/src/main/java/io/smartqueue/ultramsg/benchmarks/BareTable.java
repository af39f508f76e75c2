package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;

/**
 * The library's statements as one would write them by hand: plain JDBC on a pool, one statement, autocommit, and neither role
 * nor policy in the way.
 */
final class BareTable {
    private static final String READ = """
            select ultramsg_instance_id, ultramsg_token, ultramsg_base_url, whatsapp_business_number,
                whatsapp_instance_status, daily_message_limit, webhook_url, webhook_events, instance_settings
            from organizations where id = ?""";

    private static final String REMEMBER = """
            insert into ultramsg_last_instances (organization_id, recipient, instance_id) values (?, ?, ?)
            on conflict (organization_id, recipient) do update set instance_id = excluded.instance_id
                where ultramsg_last_instances.instance_id <> excluded.instance_id""";

    private static final String WRITE_INSTANCE = "update organizations set ultramsg_instance_id = ? where id = ?";

    /** Counts from zero again when the organization's own day is another than the one counted so far. */
    private static final String RESERVE = """
            update organizations
            set messages_sent_today = 1 + case
                    when last_message_reset_date
                        = (now() at time zone coalesce(instance_settings ->> 'time_zone', 'UTC'))::date
                    then messages_sent_today else 0 end,
                last_message_reset_date = (now() at time zone coalesce(instance_settings ->> 'time_zone', 'UTC'))::date
            where id = ?
                and case
                    when last_message_reset_date
                        = (now() at time zone coalesce(instance_settings ->> 'time_zone', 'UTC'))::date
                    then messages_sent_today else 0 end < coalesce(daily_message_limit, 1000)
            returning messages_sent_today, daily_message_limit""";

    private final DataSource pool;

    BareTable(DataSource pool) {
        this.pool = pool;
    }

    Row read(long id) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                requireOne(row.next(), id);
                return new Row(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getObject(6, Integer.class),
                        row.getString(7),
                        texts(row.getArray(8)),
                        row.getString(9));
            }
        }
    }

    private static List<String> texts(java.sql.@Nullable Array array) throws SQLException {
        return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
    }

    /** False if that instance is the one that is known: then nothing is written, as by the library. */
    boolean remember(long id, String recipient, String instance) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(REMEMBER)) {
            statement.setLong(1, id);
            statement.setString(2, recipient);
            statement.setString(3, instance);
            return statement.executeUpdate() == 1;
        }
    }

    /** As a host would that knows nothing of the library. */
    void writeInstance(long id, String instance) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(WRITE_INSTANCE)) {
            statement.setString(1, instance);
            statement.setLong(2, id);
            requireOne(statement.executeUpdate() == 1, id);
        }
    }

    /** How many messages are left. */
    int reserve(long id) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(RESERVE)) {
            statement.setLong(1, id);
            try (ResultSet row = statement.executeQuery()) {
                requireOne(row.next(), id);
                return row.getInt(2) - row.getInt(1);
            }
        }
    }

    private static void requireOne(boolean found, long id) {
        if (!found) {
            throw new IllegalStateException("no row for organization " + id);
        }
    }

    /** What stands in a row, as it stands there. */
    record Row(
            String instance,
            String token,
            @Nullable String baseUrl,
            @Nullable String businessNumber,
            String status,
            @Nullable Integer dailyLimit,
            @Nullable String webhookUrl,
            List<String> webhookEvents,
            @Nullable String settings) {}
}
