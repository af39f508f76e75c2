package io.smartqueue.ultramsg.jdbi;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** As the tenant role, on a login with no rights of its own. */
@ExtendWith(PostgresExtension.class)
class DailyQuotaIT {

    private static final String NOON = "2026-11-23T12:00:00Z";
    private static final String COLUMNS = "granted, used, daily_limit, remaining, quota_day,"
            + " to_char(resets_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')";

    private TestDatabase database;
    private Connection connection;
    private UUID organization;

    @BeforeEach
    void connect(TestDatabase shared) throws SQLException {
        database = shared;
        connection = database.as(database.servingLogin());
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void grantsUntilTheLimitAndSaysWhatIsLeft() throws SQLException {
        given("daily_message_limit = 2");

        assertThat(reserve(NOON)).isEqualTo("t 1 2 1 2026-11-23 2026-11-24 00:00");
        assertThat(reserve(NOON)).isEqualTo("t 2 2 0 2026-11-23 2026-11-24 00:00");
        assertThat(reserve(NOON)).isEqualTo("f 2 2 0 2026-11-23 2026-11-24 00:00");
    }

    @Test
    void writesNothingWhenItRefuses() throws SQLException {
        given("daily_message_limit = 0, messages_sent_today = 7, last_message_reset_date = '2026-11-01'");
        String version = "SELECT xmin::text || ctid::text FROM organizations WHERE id = ?";
        List<List<String>> before = database.query(version, organization);

        assertThat(reserve(NOON)).isEqualTo("f 0 0 0 2026-11-23 2026-11-24 00:00");

        assertThat(database.query(version, organization)).isEqualTo(before);
    }

    @Test
    void refusesWithoutWaitingForARowThatSomebodyHolds() throws SQLException {
        given("daily_message_limit = 0");
        try (Connection host = holdRow()) {
            assertThat(reserve(NOON)).startsWith("f 0 0 0");
            host.rollback();
        }
    }

    @Test
    void takesNullForAThousand() throws SQLException {
        given("daily_message_limit = NULL, messages_sent_today = NULL");

        assertThat(reserve(NOON)).isEqualTo("t 1 1000 999 2026-11-23 2026-11-24 00:00");
    }

    @Test
    void followsALimitThatChangesDuringTheDay() throws SQLException {
        given("daily_message_limit = 5, messages_sent_today = 5, last_message_reset_date = '2026-11-23'");
        assertThat(reserve(NOON)).startsWith("f 5 5 0");

        set("daily_message_limit = 7");
        assertThat(reserve(NOON)).startsWith("t 6 7 1");

        set("daily_message_limit = 3");
        assertThat(reserve(NOON)).startsWith("f 6 3 0");
        assertThat(usage(NOON)).startsWith("f 6 3 0");
    }

    @Test
    void startsANewDayAtTheOrganizationsMidnight() throws SQLException {
        given("daily_message_limit = 1, instance_settings = '{\"time_zone\": \" Asia/Tokyo \"}'");

        assertThat(reserve("2026-11-23T14:59:59.999Z")).isEqualTo("t 1 1 0 2026-11-23 2026-11-23 15:00");
        assertThat(reserve("2026-11-23T14:59:59.999Z")).startsWith("f 1 1 0");
        assertThat(reserve("2026-11-23T15:00:00Z")).isEqualTo("t 1 1 0 2026-11-24 2026-11-24 15:00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"time_zone\": null}",
                "{\"time_zone\": \" \\t\"}",
                "{\"time_zone\": \"UTC\"}",
                "[]",
                "null"
            })
    void takesUtcWhenThereIsNoTimeZone(String settings) throws SQLException {
        given("instance_settings = '" + settings + "'");

        assertThat(reserve("2026-11-23T23:59:59Z")).endsWith("2026-11-23 2026-11-24 00:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mars/Phobos", "+02:00", "UTC+2", "GMT-3", "-05", "5", "Europe Berlin", "'; --"})
    void failsForATimeZoneThatIsNoRegion(String zone) throws SQLException {
        given("instance_settings = jsonb_build_object('time_zone', '" + zone.replace("'", "''") + "')");

        assertThatThrownBy(() -> reserve(NOON))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22023"));
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 2026-10-25T12:00:00Z", // the day has 25 hours
        "Europe/Berlin, 2026-03-28T22:59:59Z", // the next one 23
        "Europe/Berlin, 2026-03-29T12:00:00Z",
        "America/New_York, 2026-03-08T05:00:00Z",
        "America/New_York, 2026-11-01T12:00:00Z",
        "America/Havana, 2026-10-31T12:00:00Z", // midnight comes twice
        "America/Havana, 2026-11-01T04:30:00Z",
        "America/Havana, 2026-11-01T05:30:00Z",
        "America/Havana, 2026-03-07T12:00:00Z", // midnight does not come
        "Africa/Cairo, 2026-04-23T12:00:00Z",
        "Asia/Beirut, 2026-03-28T12:00:00Z",
        "Asia/Beirut, 2026-10-24T12:00:00Z",
        "Australia/Lord_Howe, 2026-10-03T12:00:00Z",
        "America/St_Johns, 2026-11-23T12:00:00Z",
        "Pacific/Kiritimati, 2026-11-23T09:59:59Z",
        "Pacific/Kiritimati, 2026-11-23T10:00:00Z",
        "Etc/GMT+12, 2026-11-23T11:59:59Z"
    })
    void agreesWithJavaAboutDays(String zone, Instant at) throws SQLException {
        LocalDate day = LocalDate.ofInstant(at, ZoneId.of(zone));
        Instant next = day.plusDays(1).atStartOfDay(ZoneId.of(zone)).toInstant();
        given("instance_settings = '{\"time_zone\": \"" + zone + "\"}'");

        assertThat(reserve(at.toString()))
                .isEqualTo("t 1 1000 999 %s %s"
                        .formatted(day, next.toString().substring(0, 16).replace('T', ' ')));
        assertThat(usage(next.toString())).startsWith("t 0 1000 1000 " + day.plusDays(1));
        assertThat(usage(next.minusMillis(1).toString())).startsWith("t 1 1000 999 " + day);
    }

    @ParameterizedTest
    @CsvSource({"2026-11-24", "2026-11-25"})
    void neverGoesBackForAClockOrZoneThatDiffersALittle(String ahead) throws SQLException {
        given("daily_message_limit = 9, messages_sent_today = 4, last_message_reset_date = '" + ahead + "'");

        assertThat(reserve(NOON)).startsWith("t 5 9 4 " + ahead);
        assertThat(usage(NOON)).startsWith("t 5 9 4 " + ahead);
    }

    @Test
    void replacesADayTooFarAheadAndKeepsTheCount() throws SQLException {
        given("daily_message_limit = 9, messages_sent_today = 4, last_message_reset_date = '2026-11-26'");

        assertThat(usage(NOON)).startsWith("t 4 9 5 2026-11-23");
        assertThat(reserve(NOON)).startsWith("t 5 9 4 2026-11-23");
    }

    @Test
    void startsAnewWhereNoDayIsRecorded() throws SQLException {
        given("messages_sent_today = 77, last_message_reset_date = NULL");

        assertThat(reserve(NOON)).startsWith("t 1 1000 999 2026-11-23");
    }

    @Test
    void takesANegativeCountForNothing() throws SQLException {
        given("messages_sent_today = -5, last_message_reset_date = '2026-11-23'");

        assertThat(reserve(NOON)).startsWith("t 1 1000 999");
    }

    @Test
    void takesThePresentForItsDefault() throws SQLException {
        given("");

        Sql.beginAsTenant(connection, organization);
        assertThat(Sql.value(
                        connection,
                        "SELECT resets_at > now() AND resets_at <= now() + interval '24 hours 1 minute'"
                                + " FROM update_daily_message_count(?)",
                        organization))
                .isEqualTo("t");
    }

    @Test
    void answersNothingForAnOrganizationThatIsNotThere() throws SQLException {
        given("");
        Sql.beginAsTenant(connection, organization);

        for (String function : List.of("update_daily_message_count", "daily_message_usage")) {
            assertThat(Sql.query(connection, "SELECT * FROM " + function + "(?)", UUID.randomUUID()))
                    .isEmpty();
            assertThat(Sql.query(connection, "SELECT * FROM " + function + "(NULL)"))
                    .isEmpty();
        }
    }

    @Test
    void readsUsageWithoutChangingIt() throws SQLException {
        given("daily_message_limit = 3, messages_sent_today = 2, last_message_reset_date = '2026-11-23'");

        assertThat(usage(NOON)).isEqualTo("t 2 3 1 2026-11-23 2026-11-24 00:00");
        assertThat(usage(NOON)).isEqualTo("t 2 3 1 2026-11-23 2026-11-24 00:00");
        assertThat(usage("2026-11-24T00:00:00Z")).isEqualTo("t 0 3 3 2026-11-24 2026-11-25 00:00");
    }

    @Test
    void givesAReservationBackOnItsDay() throws SQLException {
        given("daily_message_limit = 1");
        reserve(NOON);

        assertThat(refund("2026-11-23")).isEqualTo("t");
        assertThat(reserve(NOON)).startsWith("t 1 1 0");
    }

    @Test
    void givesNothingBackAfterMidnight() throws SQLException {
        given("");
        reserve("2026-11-23T23:59:59Z");
        reserve("2026-11-24T00:00:01Z");

        assertThat(refund("2026-11-23")).isEqualTo("f");
        assertThat(usage("2026-11-24T00:00:02Z")).startsWith("t 1 1000 999 2026-11-24");
    }

    @Test
    void neverGivesBackBelowZero() throws SQLException {
        given("messages_sent_today = 0, last_message_reset_date = '2026-11-23'");

        assertThat(refund("2026-11-23")).isEqualTo("f");
        assertThat(usage(NOON)).startsWith("t 0");
    }

    @Test
    void givesUpOnARowThatSomebodyHolds() throws SQLException {
        given("messages_sent_today = 1, last_message_reset_date = '2026-11-23'");
        try (Connection host = holdRow()) {
            long start = System.nanoTime();
            assertLockNotAvailable(() -> reserve(NOON));
            Sql.end(connection);
            assertLockNotAvailable(() -> refund("2026-11-23"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            host.rollback();
        }
    }

    private interface Call {
        String run() throws SQLException;
    }

    private void assertLockNotAvailable(Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55P03"));
    }

    private Connection holdRow() throws SQLException {
        Connection host = database.superuser();
        host.setAutoCommit(false);
        Sql.update(
                host, "UPDATE organizations SET messages_sent_today = messages_sent_today WHERE id = ?", organization);
        return host;
    }

    private void given(String columns) throws SQLException {
        organization = database.organization(columns);
    }

    private void set(String columns) throws SQLException {
        database.execute("UPDATE organizations SET %s WHERE id = '%s'".formatted(columns, organization));
    }

    private String reserve(String at) throws SQLException {
        return call("SELECT " + COLUMNS + " FROM update_daily_message_count(?, ?::timestamptz)", at);
    }

    private String usage(String at) throws SQLException {
        return call("SELECT " + COLUMNS + " FROM daily_message_usage(?, ?::timestamptz)", at);
    }

    private String refund(String day) throws SQLException {
        return call("SELECT refund_daily_message_count(?, ?::date)", day);
    }

    private String call(String query, String argument) throws SQLException {
        Sql.beginAsTenant(connection, organization);
        List<List<String>> rows = Sql.query(connection, query, organization, argument);
        connection.commit();
        assertThat(rows).as(query.toLowerCase(Locale.ROOT)).hasSize(1);
        return String.join(" ", rows.get(0));
    }
}
