package io.smartqueue.ultramsg.jdbi;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(PostgresExtension.class)
class DailyQuotaConcurrencyIT {

    private static final int SENDERS = 16;
    private static final int MESSAGES = 100;
    private static final String BEFORE_MIDNIGHT = "2026-11-23T23:59:59.999Z";
    private static final String AFTER_MIDNIGHT = "2026-11-24T00:00:00.001Z";

    @Test
    void grantsExactlyTheLimitAndAgainOnTheNextDay(TestDatabase database) throws Exception {
        UUID organization = database.organization("daily_message_limit = 500");

        assertThat(grantedByDay(database, organization, n -> BEFORE_MIDNIGHT)).isEqualTo(Map.of("2026-11-23", 500));
        assertThat(grantedByDay(database, organization, n -> AFTER_MIDNIGHT)).isEqualTo(Map.of("2026-11-24", 500));
    }

    @Test
    void grantsNoMoreThanTheLimitOfEitherDayAroundMidnight(TestDatabase database) throws Exception {
        UUID organization = database.organization("daily_message_limit = 500");

        Map<String, Integer> granted = grantedByDay(
                database, organization, n -> n < MESSAGES / 4 || n % 2 == 0 ? BEFORE_MIDNIGHT : AFTER_MIDNIGHT);

        assertThat(granted.get("2026-11-23")).isBetween(1, 500);
        assertThat(granted.get("2026-11-24")).isEqualTo(500);
        assertThat(database.query(
                        "SELECT messages_sent_today, last_message_reset_date FROM organizations WHERE id = ?",
                        organization))
                .containsExactly(List.of("500", "2026-11-24"));
    }

    @Test
    void losesNoReservationAndNoRefund(TestDatabase database) throws Exception {
        UUID organization = database.organization("daily_message_limit = 5000");

        everySender(database, organization, (connection, n) -> {
            assertThat(reserve(connection, organization, BEFORE_MIDNIGHT)).isEqualTo("2026-11-23");
            if (n % 4 == 0) {
                assertThat(Sql.value(connection, "SELECT refund_daily_message_count(?, '2026-11-23')", organization))
                        .isEqualTo("t");
            }
        });

        assertThat(database.query("SELECT messages_sent_today FROM organizations WHERE id = ?", organization))
                .containsExactly(List.of(String.valueOf(SENDERS * MESSAGES * 3 / 4)));
    }

    private static Map<String, Integer> grantedByDay(
            TestDatabase database, UUID organization, IntFunction<String> instant) throws Exception {
        Map<String, Integer> granted = new TreeMap<>();
        everySender(database, organization, (connection, n) -> {
            String day = reserve(connection, organization, instant.apply(n));
            if (day != null) {
                synchronized (granted) {
                    granted.merge(day, 1, Integer::sum);
                }
            }
        });
        return granted;
    }

    /** The day that a message was granted on, or null. */
    private static String reserve(Connection connection, UUID organization, String instant) throws SQLException {
        return Sql.value(
                connection,
                "SELECT CASE WHEN granted THEN quota_day END FROM update_daily_message_count(?, ?::timestamptz)",
                organization,
                instant);
    }

    private interface Step {
        void run(Connection connection, int message) throws SQLException;
    }

    private static void everySender(TestDatabase database, UUID organization, Step step) throws Exception {
        String login = database.servingLogin();
        CyclicBarrier start = new CyclicBarrier(SENDERS);
        Callable<Void> sender = () -> {
            try (Connection connection = database.as(login)) {
                start.await();
                for (int n = 0; n < MESSAGES; n++) {
                    Sql.beginAsTenant(connection, organization);
                    step.run(connection, n);
                    connection.commit();
                }
                return null;
            }
        };
        ExecutorService pool = Executors.newFixedThreadPool(SENDERS);
        try {
            List<Callable<Void>> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                senders.add(sender);
            }
            for (Future<Void> done : pool.invokeAll(senders)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }
}
