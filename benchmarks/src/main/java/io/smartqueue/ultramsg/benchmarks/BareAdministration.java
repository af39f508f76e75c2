package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * What members see and change, as one would write it by hand for this one purpose: plain JDBC on a pool, the member's role asked first, on
 * the same connection, and neither role nor policy of the database in the way. Thread-safe.
 */
final class BareAdministration {
    private static final String CREATE = """
            create table if not exists bare.audit (
                organization_id bigint not null,
                number bigint generated always as identity,
                recorded_at timestamptz not null default now(),
                actor text not null,
                field text not null,
                before text,
                after text,
                version bigint not null,
                primary key (organization_id, number))""";

    private static final String ROLE =
            "select role from organization_members where organization_id = ? and member_id = ? and active";

    private static final String VIEW_OF_ADMIN = """
            select ultramsg_instance_id, ultramsg_base_url, whatsapp_business_number, whatsapp_instance_status, webhook_url,
                webhook_events, instance_settings, ultramsg_config_version, right(ultramsg_token, 4), daily_message_limit
            from organizations where id = ?""";

    private static final String VIEW_OF_OTHERS = """
            select ultramsg_instance_id, ultramsg_base_url, whatsapp_business_number, whatsapp_instance_status, webhook_url,
                webhook_events, instance_settings, ultramsg_config_version, null::text, null::integer
            from organizations where id = ?""";

    /** A trigger of the library's raises the version, for whoever changes a configuration. */
    private static final String UPDATE =
            "update organizations set daily_message_limit = ? where id = ? and ultramsg_config_version = ?";

    private static final String RECORD = """
            insert into bare.audit (organization_id, actor, field, before, after, version)
            values (?, ?, 'daily_limit', ?, ?, ?)""";

    private static final String HISTORY = """
            select number, recorded_at, actor, field, before, after, version
            from bare.audit where organization_id = ? order by number desc limit 100""";

    private static final String ADMIN = "admin";

    private final DataSource pool;

    BareAdministration(DataSource pool) throws SQLException {
        this.pool = pool;
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        }
    }

    View view(long id, String member) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            String role = role(connection, id, member);
            try (PreparedStatement statement =
                    connection.prepareStatement(role.equals(ADMIN) ? VIEW_OF_ADMIN : VIEW_OF_OTHERS)) {
                statement.setLong(1, id);
                try (ResultSet row = statement.executeQuery()) {
                    require(row.next());
                    return view(row);
                }
            }
        }
    }

    private static View view(ResultSet row) throws SQLException {
        java.sql.Array events = row.getArray(6);
        return new View(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                events == null ? List.of() : Arrays.asList((String[]) events.getArray()),
                row.getString(7),
                row.getLong(8),
                row.getString(9),
                row.getObject(10, Integer.class));
    }

    /** Changes the limit of exactly this version, whose limit is known from it, and records that, or neither. */
    boolean update(long id, String member, long version, int before, int after) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                require(role(connection, id, member).equals(ADMIN));
                write(connection, id, version, after);
                record(connection, id, member, version + 1, before, after);
                connection.commit();
                return true;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private static void write(Connection connection, long id, long version, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UPDATE)) {
            statement.setInt(1, limit);
            statement.setLong(2, id);
            statement.setLong(3, version);
            require(statement.executeUpdate() == 1);
        }
    }

    private static void record(Connection connection, long id, String member, long version, int before, int after)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RECORD)) {
            statement.setLong(1, id);
            statement.setString(2, member);
            statement.setString(3, Integer.toString(before));
            statement.setString(4, Integer.toString(after));
            statement.setLong(5, version);
            statement.executeUpdate();
        }
    }

    /** The newest hundred. */
    List<Entry> history(long id, String member) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            require(role(connection, id, member).equals(ADMIN));
            try (PreparedStatement statement = connection.prepareStatement(HISTORY)) {
                statement.setLong(1, id);
                try (ResultSet row = statement.executeQuery()) {
                    List<Entry> entries = new ArrayList<>();
                    while (row.next()) {
                        entries.add(new Entry(
                                row.getLong(1),
                                row.getObject(2, OffsetDateTime.class),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5),
                                row.getString(6),
                                row.getLong(7)));
                    }
                    return entries;
                }
            }
        }
    }

    private static String role(Connection connection, long id, String member) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ROLE)) {
            statement.setLong(1, id);
            statement.setString(2, member);
            try (ResultSet row = statement.executeQuery()) {
                require(row.next());
                return Objects.requireNonNull(row.getString(1));
            }
        }
    }

    private static void require(boolean done) {
        if (!done) {
            throw new IllegalStateException("it was not found, or may not be done");
        }
    }

    /** What a member is shown; token and limit are an admin's. */
    record View(
            String instance,
            @Nullable String baseUrl,
            @Nullable String businessNumber,
            String status,
            @Nullable String webhookUrl,
            List<String> webhookEvents,
            @Nullable String settings,
            long version,
            @Nullable String endOfToken,
            @Nullable Integer dailyLimit) {}

    /** What was changed once. */
    record Entry(
            long number,
            OffsetDateTime at,
            String actor,
            String field,
            @Nullable String before,
            @Nullable String after,
            long version) {}
}
