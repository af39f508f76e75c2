package io.smartqueue.ultramsg.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * What comes in, as one would write it down by hand for this one purpose: plain JDBC on a pool, an event's id as the key that keeps it from
 * being taken twice, and a message's state set to whatever was told last. Thread-safe.
 */
final class BareInbound {
    private static final String CREATE_EVENTS = """
            create table if not exists bare.events (
                organization_id bigint not null,
                event_id text not null,
                received_at timestamptz not null default now(),
                primary key (organization_id, event_id))""";

    private static final String CREATE_MESSAGES = """
            create table if not exists bare.messages (
                organization_id bigint not null,
                reference text not null,
                delivery text,
                told_at timestamptz,
                primary key (organization_id, reference))""";

    private static final String INSERT =
            "insert into bare.events (organization_id, event_id) values (?, ?) on conflict do nothing";
    private static final String UPDATE =
            "update bare.messages set delivery = ?, told_at = now() where organization_id = ? and reference = ?";

    private final DataSource pool;

    BareInbound(DataSource pool) throws SQLException {
        this.pool = pool;
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE_EVENTS);
            statement.execute(CREATE_MESSAGES);
        }
    }

    /** Whether the event is new. */
    boolean insert(long organization, String event) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return insert(connection, organization, event);
        }
    }

    private static boolean insert(Connection connection, long organization, String event) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setLong(1, organization);
            statement.setString(2, event);
            return statement.executeUpdate() == 1;
        }
    }

    boolean update(long organization, String reference, String delivery) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            return update(connection, organization, reference, delivery);
        }
    }

    private static boolean update(Connection connection, long organization, String reference, String delivery)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UPDATE)) {
            statement.setString(1, delivery);
            statement.setLong(2, organization);
            statement.setString(3, reference);
            return statement.executeUpdate() == 1;
        }
    }

    /** The two of them in one transaction, unless the event was taken before. */
    boolean take(long organization, String event, String reference, String delivery) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                boolean isTaken = insert(connection, organization, event)
                        && update(connection, organization, reference, delivery);
                connection.commit();
                return isTaken;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }
}
