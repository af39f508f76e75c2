package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

/** One organization's trouble with the database does not become another's. */
@ExtendWith(PostgresExtension.class)
class OrganizationsApartIT {
    private static final int CALLERS = 20;

    /** The store has three connections, and keeps one of them to listen on. */
    @Test
    @Timeout(120)
    void countForEachOtherWhileAHostsTransactionHoldsOnesRow(@TestDatabase.Fresh TestDatabase database)
            throws Exception {
        OrganizationId held = OrganizationId.of(database.organization("ultramsg_instance_id = 'instance1'"));
        OrganizationId free = OrganizationId.of(database.organization("ultramsg_instance_id = 'instance2'"));
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (PostgresTenantStore store = PostgresTenantStore.builder(
                                JdbcSettings.builder(database.jdbcUrl(), database.servingLogin(), "")
                                        .poolSize(4)
                                        .build())
                        .tokenKeys(Keys.ONE)
                        .build();
                Connection host = database.superuser()) {
            host.setAutoCommit(false);
            Sql.execute(host, "UPDATE organizations SET daily_message_limit = 5 WHERE id = '" + held + "'");
            List<Future<?>> waiting = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                waiting.add(callers.submit(() -> store.quotas().reserve(held)));
            }

            Await.until(() -> waitingForLocks(database) > 0);
            for (int i = 0; i < 10; i++) {
                assertThat(store.quotas().reserve(free)).isInstanceOf(Reserved.class);
                assertThat(waitingForLocks(database)).isLessThanOrEqualTo(2);
            }

            for (Future<?> call : waiting) {
                assertThat(failure(call))
                        .isInstanceOfSatisfying(
                                StorageException.class,
                                refused -> assertThat(refused.isRetryable()).isTrue());
            }
            host.rollback();
            assertThat(store.quotas().reserve(held)).isInstanceOf(Reserved.class);
        } finally {
            callers.shutdownNow();
        }
    }

    private static int waitingForLocks(TestDatabase database) throws SQLException {
        return Integer.parseInt(database.query("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                .get(0)
                .get(0));
    }

    private static Throwable failure(Future<?> call) throws InterruptedException {
        try {
            return new AssertionError("reserved: " + call.get());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
