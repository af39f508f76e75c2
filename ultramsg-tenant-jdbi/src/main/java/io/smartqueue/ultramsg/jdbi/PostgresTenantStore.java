package io.smartqueue.ultramsg.jdbi;

import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.admin.TemplateStore;
import io.smartqueue.ultramsg.conversation.ConversationStore;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.health.HealthStore;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.TokenSeal;
import io.smartqueue.ultramsg.outbox.LaneScheduler;
import io.smartqueue.ultramsg.outbox.OutboxChanges;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.usage.UsageStore;
import io.smartqueue.ultramsg.webhook.WebhookStore;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Keeps configuration and limits in PostgreSQL, in the host's own table {@code organizations}, and what became of messages and
 * standby instances in tables beside it, each organization behind row-level security.
 *
 * <pre>{@code
 * PostgresTenantStore.migrate(dataSource); // once per deployment, by a login that owns the table
 * try (PostgresTenantStore store = PostgresTenantStore.builder(dataSource).tokenKeys(keys).build();
 *         UltraMessageInstanceManager whatsApp = UltraMessageInstanceManager.builder(store).build()) { … }
 * }</pre>
 *
 * <p>Takes the tenant role for the length of each statement, so connections go back to the pool as they came. Opening
 * refuses a database in which that would not keep organizations apart, and says what to run. Thread-safe; share one, close
 * it after the manager.
 */
public final class PostgresTenantStore implements TenantStore, AutoCloseable {
    private final OrganizationTable organizations;
    private final MemberTable members;
    private final QuotaTable quotas;
    private final MessageTable messages;
    private final StandbyTable standbys;
    private final HealthTable health;
    private final ClusterLanes lanes;
    private final OutboxTable outbox;
    private final TemplateTable templates;
    private final WebhookTable webhooks;
    private final ConversationTable conversations;
    private final UsageTable usage;
    private final TokenSealing sealing;
    private final ChangeNotices notices;
    private final @Nullable HikariDataSource ownPool;

    private PostgresTenantStore(Builder from, DataSource pool, @Nullable HikariDataSource ownPool, TableLayout layout) {
        TenantScope scope = new TenantScope(pool);
        this.ownPool = ownPool;
        this.notices = new ChangeNotices(from.listening());
        InstanceHolders holders = new InstanceHolders(layout);
        AuditTable audit = new AuditTable(scope, layout, from.clock);
        this.members = new MemberTable(scope, layout, from::memberProblems);
        this.organizations = new OrganizationTable(scope, layout, from.seal(), holders, notices, audit, members);
        this.quotas = new QuotaTable(scope, layout, from.clock);
        this.messages = new MessageTable(scope, layout, from.clock);
        this.standbys = new StandbyTable(scope, layout, from.seal(), holders, audit, members);
        this.health = new HealthTable(scope, layout, from.clock);
        this.lanes = new ClusterLanes(scope, layout, from.clock, from.laneHeartbeat);
        this.outbox = new OutboxTable(scope, layout, from.clock, lanes::hint);
        this.templates = new TemplateTable(scope, layout, from.clock);
        this.webhooks = new WebhookTable(scope, layout, from.clock);
        this.conversations = new ConversationTable(scope, layout, from.clock);
        this.usage = new UsageTable(scope, layout, from.clock);
        this.sealing = new TokenSealing(scope, layout, from.seal());
    }

    /**
     * Brings the database up to this version of the library: the organizations' columns, policies and functions, each
     * once, all in one transaction. Safe to run again, by several nodes at once, and while older versions serve.
     *
     * @param dataSource connections of a login that owns the table {@code organizations}, or may create it, and may create
     *     roles unless {@code ultramsg_tenant}, {@code ultramsg_service} and {@code ultramsg_member} exist; it need not be the login that serves
     * @return what was done
     * @throws StorageException if the database cannot be reached or refuses; nothing has changed then
     */
    public static MigrationReport migrate(DataSource dataSource) {
        return migrate(dataSource, HostTable.organizations());
    }

    /**
     * Brings the database up to this version of the library, see {@link #migrate(DataSource)}, for a table that has another
     * name.
     *
     * @param dataSource connections of a login as described there
     * @param hostTable the host's table; one for each schema
     * @return what was done
     * @throws StorageException if the database cannot be reached or refuses; nothing has changed then
     */
    public static MigrationReport migrate(DataSource dataSource, HostTable hostTable) {
        return new Migrations(
                        Objects.requireNonNull(dataSource, "dataSource"),
                        Objects.requireNonNull(hostTable, "hostTable"))
                .migrate();
    }

    /**
     * Brings the database up to this version of the library, see {@link #migrate(DataSource)}.
     *
     * @param settings a login as described there
     * @return what was done
     * @throws StorageException if the database cannot be reached or refuses; nothing has changed then
     */
    public static MigrationReport migrate(JdbcSettings settings) {
        return migrate(settings, HostTable.organizations());
    }

    /**
     * Brings the database up to this version of the library, see {@link #migrate(DataSource, HostTable)}.
     *
     * @param settings a login as described there
     * @param hostTable the host's table; one for each schema
     * @return what was done
     * @throws StorageException if the database cannot be reached or refuses; nothing has changed then
     */
    public static MigrationReport migrate(JdbcSettings settings, HostTable hostTable) {
        return migrate(OwnPool.direct(settings), hostTable);
    }

    /**
     * Returns the migrations as SQL for a table, for hosts that run them with {@code psql} or a tool of their own instead of
     * calling {@link #migrate(DataSource)}. Each may be run again.
     *
     * @param hostTable the host's table, which must say its schema
     * @return the files' texts by their names, in the order in which they are to be run, each in one transaction
     * @throws IllegalArgumentException if the table does not say its schema
     */
    public static Map<String, String> migrationSql(HostTable hostTable) {
        Map<String, String> files = new LinkedHashMap<>();
        Migration.all().forEach(migration -> files.put(migration.file(), hostTable.render(migration.sql())));
        return Collections.unmodifiableMap(files);
    }

    /**
     * Starts a store on a pool of the host's. One of its connections is kept for as long as the store is open, to listen
     * for changes.
     *
     * @param dataSource a plain pool of PostgreSQL connections, two at least; not a proxy that takes part in transactions
     * @return a builder
     */
    public static Builder builder(DataSource dataSource) {
        return new Builder(Objects.requireNonNull(dataSource, "dataSource"), null);
    }

    /**
     * Starts a store with a pool of its own.
     *
     * @param settings how to reach PostgreSQL
     * @return a builder
     */
    public static Builder builder(JdbcSettings settings) {
        return new Builder(null, Objects.requireNonNull(settings, "settings"));
    }

    @Override
    public OrganizationStore organizations() {
        return organizations;
    }

    /**
     * Returns who is what in which organization, as the SQL function {@code ultramsg_member_role} says: by default it reads the table
     * {@code organization_members}.
     *
     * @return always the same one
     */
    @Override
    public Memberships members() {
        return members;
    }

    @Override
    public QuotaStore quotas() {
        return quotas;
    }

    @Override
    public MessageLog messages() {
        return messages;
    }

    @Override
    public StandbyStore standbys() {
        return standbys;
    }

    @Override
    public HealthStore health() {
        return health;
    }

    @Override
    public LaneScheduler lanes() {
        return lanes;
    }

    @Override
    public OutboxStore outbox() {
        return outbox;
    }

    @Override
    public TemplateStore templates() {
        return templates;
    }

    @Override
    public WebhookStore webhooks() {
        return webhooks;
    }

    @Override
    public ConversationStore conversations() {
        return conversations;
    }

    @Override
    public UsageStore usage() {
        return usage;
    }

    /**
     * Returns where to put in messages, and cancel those that wait, as part of a transaction of the host's: they are there, or are not sent
     * any more, and their lane learns of it, once it is committed, and nothing has changed if it is rolled back.
     *
     * <pre>{@code
     * connection.setAutoCommit(false);
     * tickets.save(connection, ticket);
     * outbox.enqueue(store.enlist(connection), acme, message, EnqueueOptions.defaults());
     * connection.commit();
     * }</pre>
     *
     * <p>Each call is two round trips on that connection. It takes the tenant role for its statement only: the role, the
     * lock time-out and {@code ultramsg.organization_id} are afterwards what they were, and the host's next statement has the rights and
     * the rows that it had. It neither commits nor rolls back nor closes, and while the transaction stays open it holds nobody up but
     * who enqueues or sends with the same idempotency key, and, with messages of a batch that it enqueues, who adds to or sends that
     * batch; or who wants a message itself that it cancels. A transaction that changes its organization's row does so best after it has
     * cancelled: a lane that has the message and wants the row gives way, but only after a second. If a call throws, PostgreSQL takes
     * nothing more in that transaction until it is rolled back, as after any failed statement; a savepoint before it keeps what came
     * before. With auto-commit on, each call is a transaction of its own.
     *
     * @param connection to the database of this store, of a login that may take the role {@code ultramsg_tenant}; used only
     *     when messages are enqueued or cancelled, on the thread that does so
     * @return for as long as that connection is the host's; as thread-safe as the connection. It throws {@link StorageException} if the
     *     connection is to another database or its login may not take the role
     */
    public OutboxChanges enlist(Connection connection) {
        return outbox.within(Objects.requireNonNull(connection, "connection"));
    }

    /**
     * Returns where to put in and cancel messages as part of a transaction of the host's, see {@link #enlist(Connection)}.
     *
     * <pre>{@code
     * jdbi.useTransaction(handle -> {
     *     tickets.save(handle, ticket);
     *     outbox.enqueue(store.enlist(handle), acme, message, EnqueueOptions.defaults());
     * });
     * }</pre>
     *
     * @param handle whose connection is as described there
     * @return as described there
     */
    public OutboxChanges enlist(Handle handle) {
        return enlist(handle.getConnection());
    }

    /**
     * Seals every stored token with the first key, standbys' too: those in plain text and those sealed with another key. Take
     * this step once every node knows the new key, and none reads the column without the library any more.
     *
     * <p>Takes one organization after the other while sends go on, and blocks until all are through: give it a thread of
     * its own if that matters. Interrupted or cut short in any way, it goes on where it stopped when it is run again. A
     * token that does not open stays as it is and is reported.
     *
     * @return what was done
     * @throws IllegalStateException if the store was opened without keys
     * @throws StorageException if the database cannot answer; tokens sealed by then stay sealed
     */
    public ResealReport resealTokens() {
        return sealing.reseal();
    }

    /**
     * Stores every sealed token in plain text, standbys' too, for a roll-back to something that reads the column without the library.
     * Works and blocks as {@link #resealTokens} does. Stores with keys go on sealing what is saved through them: open them
     * with {@link Builder#plainTextTokens} next.
     *
     * @return what was done; without the key, each token is reported
     * @throws StorageException if the database cannot answer; tokens written by then stay in plain text
     */
    public ResealReport unsealTokens() {
        return sealing.unseal();
    }

    /** Ends lanes and listening, and closes the store's own pool, if it has one; a pool of the host's stays open. */
    @Override
    public void close() {
        lanes.close();
        notices.close();
        if (ownPool != null) {
            ownPool.close();
        }
    }

    /** Collects what a store needs. Not thread-safe. */
    public static final class Builder {
        private final @Nullable DataSource dataSource;
        private final @Nullable JdbcSettings settings;
        private @Nullable TokenSeal seal;
        private @Nullable Clock clock;
        private HostTable hostTable = HostTable.organizations();
        private Duration laneHeartbeat = RunningLanes.HEARTBEAT;

        private Builder(@Nullable DataSource dataSource, @Nullable JdbcSettings settings) {
            this.dataSource = dataSource;
            this.settings = settings;
        }

        /**
         * Seals tokens with keys of the host's.
         *
         * @param keys {@code id:base64,id:base64,…}, see {@link TokenSeal#withKeys}; the first seals, all open
         * @return this builder
         * @throws io.smartqueue.ultramsg.error.TokenSealException if the text is not of this form
         */
        public Builder tokenKeys(String keys) {
            this.seal = TokenSeal.withKeys(keys);
            return this;
        }

        /**
         * Stores tokens in plain text, for hosts that protect the database by other means.
         *
         * @return this builder
         */
        public Builder plainTextTokens() {
            this.seal = TokenSeal.plainText();
            return this;
        }

        /**
         * Says what the host's table is called. By default it is {@link HostTable#organizations()}.
         *
         * @param hostTable the table that was migrated
         * @return this builder
         */
        public Builder hostTable(HostTable hostTable) {
            this.hostTable = Objects.requireNonNull(hostTable, "hostTable");
            return this;
        }

        /**
         * Sets the clock that days are counted and leases are measured by, for tests. By default it is the database's, which all nodes share.
         *
         * @param clock where the time comes from
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /** For tests with nodes that die, and do not only hang: these are noticed sooner then. */
        Builder laneHeartbeat(Duration laneHeartbeat) {
            this.laneHeartbeat = laneHeartbeat;
            return this;
        }

        /**
         * Opens the store, after checking that the database is set up for it.
         *
         * @return the store, to be closed by the caller
         * @throws IllegalStateException if neither {@link #tokenKeys} nor {@link #plainTextTokens} was called
         * @throws StorageException if the database cannot be reached, or is not set up so that organizations are kept apart;
         *     the message says what to run
         */
        public PostgresTenantStore build() {
            seal();
            TableLayout layout = check();
            HikariDataSource ownPool = settings == null ? null : OwnPool.open(settings);
            DataSource pool = ownPool == null ? Objects.requireNonNull(dataSource) : ownPool;
            PostgresTenantStore store = new PostgresTenantStore(this, pool, ownPool, layout);
            store.notices.start();
            return store;
        }

        private TokenSeal seal() {
            if (seal == null) {
                throw new IllegalStateException(
                        "say how tokens are stored: tokenKeys(\"id:base64\") seals them, make a key"
                                + " with: openssl rand -base64 32; plainTextTokens() leaves them readable in the database");
            }
            return seal;
        }

        private TableLayout check() {
            try (Connection connection = listening().open()) {
                List<String> problems = SetupCheck.problems(connection, hostTable);
                if (!problems.isEmpty()) {
                    throw StorageException.misconfigured(
                            "the database is not set up for this library:\n- " + String.join("\n- ", problems), null);
                }
                return TableLayout.find(connection, hostTable);
            } catch (SQLException e) {
                throw StorageFailures.describe("cannot open the database", e);
            }
        }

        private List<String> memberProblems() throws SQLException {
            try (Connection connection = listening().open()) {
                return SetupCheck.memberProblems(connection, hostTable);
            }
        }

        private ChangeNotices.ConnectionSource listening() {
            DataSource source = settings == null ? Objects.requireNonNull(dataSource) : OwnPool.direct(settings);
            return source::getConnection;
        }
    }
}
