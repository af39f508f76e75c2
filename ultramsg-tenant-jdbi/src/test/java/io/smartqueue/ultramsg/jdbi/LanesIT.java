package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.LaneMemory;
import io.smartqueue.ultramsg.outbox.NextTurn;
import io.smartqueue.ultramsg.outbox.NextTurn.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import static org.assertj.core.api.Assertions.assertThat;

/** Lanes of several nodes on one database; their turns do what a test says. */
@ExtendWith(PostgresExtension.class)
class LanesIT {
    private static final Duration LONG = Duration.ofHours(1);

    private final ExecutorService others = Executors.newCachedThreadPool();
    private final List<PostgresTenantStore> nodes = new ArrayList<>();
    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase shared) throws SQLException {
        database = shared;
        database.execute("TRUNCATE ultramsg_lanes, ultramsg_wakes");
        store = node();
    }

    @AfterEach
    void close() {
        nodes.forEach(PostgresTenantStore::close);
        others.shutdownNow();
    }

    private PostgresTenantStore node() throws SQLException {
        PostgresTenantStore node = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build();
        nodes.add(node);
        return node;
    }

    private static OrganizationId organization() {
        return OrganizationId.of(UUID.randomUUID());
    }

    /** Leaves a call as whoever enqueues does. */
    private void call(OrganizationId organization) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            call(connection, organization);
            connection.commit();
        }
    }

    private static void call(Connection connection, OrganizationId organization) throws SQLException {
        Sql.beginAsTenant(connection, organization);
        Sql.update(
                connection,
                "INSERT INTO ultramsg_wakes (organization_id) VALUES (CAST(? AS uuid))",
                organization.value());
    }

    private List<List<String>> lanes() throws SQLException {
        return database.query("SELECT task_instance, encode(task_data, 'escape'), picked FROM ultramsg_lanes");
    }

    private static NextTurn in(Duration pause, Reason reason) {
        return new NextTurn(pause, reason, LaneMemory.NONE);
    }

    @Test
    void givesALaneToWhoeverCallsAndForgetsItWhenItIsDone() throws SQLException {
        Queue<OrganizationId> turns = new ConcurrentLinkedQueue<>();
        OrganizationId organization = organization();
        store.lanes()
                .start(
                        (lane, memory, isEnding) -> {
                            turns.add(lane);
                            return Optional.empty();
                        },
                        4);

        call(organization);
        Await.until(() -> !turns.isEmpty() && lanes().isEmpty());

        assertThat(turns).containsExactly(organization);
        assertThat(database.query("SELECT * FROM ultramsg_wakes")).isEmpty();
    }
}
