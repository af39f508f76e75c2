package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.testkit.LaneSchedulerContract;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;

@ExtendWith(PostgresExtension.class)
class PostgresLaneSchedulerIT extends LaneSchedulerContract {
    private TestDatabase database;
    private PostgresTenantStore store;
    private PostgresTenantStore anotherNode;

    @BeforeEach
    void open(TestDatabase database) throws SQLException {
        this.database = database;
        this.store = node();
        this.anotherNode = node();
    }

    private PostgresTenantStore node() throws SQLException {
        return PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .clock(clock())
                .build();
    }

    @Override
    protected void closeStores() {
        anotherNode.close();
        store.close();
    }

    @Override
    protected OutboxStore store() {
        return store.outbox();
    }

    @Override
    protected LaneScheduler lanes() {
        return store.lanes();
    }

    @Override
    protected LaneScheduler lanesOfAnotherNode() {
        return anotherNode.lanes();
    }

    @Override
    protected OrganizationId newOrganization() {
        try {
            return OrganizationId.of(database.organization("daily_message_limit = 1000"));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
