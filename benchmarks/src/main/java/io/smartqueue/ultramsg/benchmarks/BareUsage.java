package io.smartqueue.ultramsg.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * What organizations send and receive by day, as one would keep it by hand: plain JDBC on a pool, a column for each number, sums in SQL, and
 * no latencies, since SQL cannot put percentiles together. Thread-safe.
 */
final class BareUsage {
    private static final String CREATE = """
            create table if not exists bare.usage (
                organization_id bigint not null,
                day date not null,
                attempted bigint not null default 0,
                accepted bigint not null default 0,
                rejected bigint not null default 0,
                delivered bigint not null default 0,
                read bigint not null default 0,
                failed bigint not null default 0,
                received bigint not null default 0,
                primary key (organization_id, day)) with (fillfactor = 70)""";

    private static final String ADD = """
            insert into bare.usage as u (organization_id, day, attempted, accepted, rejected) values (?, ?, ?, ?, ?)
            on conflict (organization_id, day) do update
            set attempted = u.attempted + excluded.attempted, accepted = u.accepted + excluded.accepted,
                rejected = u.rejected + excluded.rejected""";

    private static final String SUM = """
            select sum(attempted), sum(accepted), sum(rejected), sum(delivered), sum(read), sum(failed), sum(received)
            from bare.usage where organization_id = ? and day between ? and ?""";

    private static final String TOP = """
            select organization_id, sum(accepted) as amount from bare.usage where day between ? and ?
            group by organization_id order by amount desc limit ?""";

    private final DataSource pool;

    BareUsage(DataSource pool) throws SQLException {
        this.pool = pool;
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        }
    }

    boolean add(long organization, LocalDate day, long attempted, long accepted, long rejected) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(ADD)) {
            statement.setLong(1, organization);
            statement.setObject(2, day);
            statement.setLong(3, attempted);
            statement.setLong(4, accepted);
            statement.setLong(5, rejected);
            return statement.executeUpdate() == 1;
        }
    }

    /** The sums over some days, in the order of the columns. */
    List<Long> sums(long organization, LocalDate from, LocalDate to) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(SUM)) {
            statement.setLong(1, organization);
            statement.setObject(2, from);
            statement.setObject(3, to);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                List<Long> sums = new ArrayList<>();
                for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                    sums.add(row.getLong(column));
                }
                return sums;
            }
        }
    }

    /** Who has the most accepted messages, the one with the most first. */
    List<Long> top(LocalDate from, LocalDate to, int most) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(TOP)) {
            statement.setObject(1, from);
            statement.setObject(2, to);
            statement.setInt(3, most);
            try (ResultSet row = statement.executeQuery()) {
                List<Long> organizations = new ArrayList<>();
                while (row.next()) {
                    organizations.add(row.getLong(1));
                }
                return organizations;
            }
        }
    }
}
