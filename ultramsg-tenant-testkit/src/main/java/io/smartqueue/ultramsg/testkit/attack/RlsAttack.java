package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * Tries to reach one tenant's rows as another one, and as nobody: each table and view of a schema, each function that the tenant role
 * may execute, by many kinds of statements. For tests, on a database of their own whose tables hold rows of both tenants.
 *
 * <pre>{@code
 * RlsAttack.against(pool)
 *         .observedBy(superuser)
 *         .organizations("acme", "mallory")
 *         .build()
 *         .run()
 *         .assertNothingLeaks();
 * }</pre>
 *
 * <p>Every statement is a transaction of its own that is rolled back, and the victim's rows are compared at the end; sequences move.
 * Tables are locked for moments, so nobody else should work there meanwhile. What it finds are ways through policies and grants. It
 * does not look for what else the service's own login could do, which may take any role that it is a member of.
 *
 * <p>The defaults are this library's: schema {@code public}, role {@code ultramsg_tenant}, setting {@code ultramsg.organization_id},
 * column {@code organization_id} and in {@code organizations} {@code id}. Immutable; may be run many times.
 */
public final class RlsAttack {
    private final DataSource service;
    private final DataSource observer;
    private final String schema;
    private final String tenantRole;
    private final String tenantSetting;
    private final TenantEntry entry;
    private final String victim;
    private final String attacker;
    private final @Nullable String deleted;
    private final String usualKey;
    private final Map<String, String> keys;
    private final Map<String, String> excepted;
    private final Map<String, String> arguments;
    private final @Nullable RestrictedMember member;
    private final List<HostSnapshot> hosts;
    private final @Nullable PoolUse poolUse;

    private RlsAttack(Builder builder) {
        this.service = builder.service;
        this.observer = builder.observer;
        this.schema = builder.schema;
        this.tenantRole = builder.tenantRole;
        this.tenantSetting = builder.tenantSetting;
        this.entry = builder.entry != null ? builder.entry : entry(tenantRole, tenantSetting);
        this.victim = Builder.named(builder.victim);
        this.attacker = Builder.named(builder.attacker);
        this.deleted = builder.deleted;
        this.usualKey = builder.usualKey;
        this.keys = Map.copyOf(builder.keys);
        this.excepted = Map.copyOf(builder.excepted);
        this.arguments = Map.copyOf(builder.arguments);
        this.member = builder.member;
        this.hosts = List.copyOf(builder.hosts);
        this.poolUse = builder.poolUse;
    }

    /**
     * Begins to describe an attack.
     *
     * @param service connections as the service has them: of a login that may take the tenant role. Where it is a pool, its
     *     connections are looked at for what is left on them
     * @return a builder with this library's defaults
     */
    public static Builder against(DataSource service) {
        return new Builder(Objects.requireNonNull(service, "service"));
    }

    /**
     * Attacks.
     *
     * @return what came of it
     * @throws IllegalStateException if it cannot begin: no such role or schema, no connection, or an observer who does not see all
     */
    public RlsReport run() {
        try {
            return new AttackRun(this).run();
        } catch (SQLException e) {
            throw new IllegalStateException("the attack could not be carried out", e);
        }
    }

    private static TenantEntry entry(String role, String setting) {
        return (connection, organization) -> {
            String sql =
                    "SELECT set_config('role', ?, true)" + (organization == null ? "" : ", set_config(?, ?, true)");
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, role);
                if (organization != null) {
                    statement.setString(2, setting);
                    statement.setString(3, organization);
                }
                statement.execute();
            }
        };
    }

    Connection serve() throws SQLException {
        return service.getConnection();
    }

    DataSource service() {
        return service;
    }

    Connection observe() throws SQLException {
        return observer.getConnection();
    }

    String schema() {
        return schema;
    }

    String tenantRole() {
        return tenantRole;
    }

    String tenantSetting() {
        return tenantSetting;
    }

    TenantEntry entry() {
        return entry;
    }

    String victim() {
        return victim;
    }

    String attacker() {
        return attacker;
    }

    @Nullable
    String deleted() {
        return deleted;
    }

    String usualKey() {
        return usualKey;
    }

    Map<String, String> keys() {
        return keys;
    }

    Map<String, String> excepted() {
        return excepted;
    }

    Map<String, String> arguments() {
        return arguments;
    }

    @Nullable
    RestrictedMember member() {
        return member;
    }

    List<HostSnapshot> hosts() {
        return hosts;
    }

    @Nullable
    PoolUse poolUse() {
        return poolUse;
    }

    /** What a service does with its pool. */
    @FunctionalInterface
    public interface Use {
        /**
         * Uses the pool once.
         *
         * @throws Exception if something is wrong, which ends the attack
         */
        void run() throws Exception;
    }

    record PoolUse(int times, int connections, Use use) {}

    /** Describes an attack. Not thread-safe. */
    public static final class Builder {
        private final DataSource service;
        private DataSource observer;
        private String schema = "public";
        private String tenantRole = "ultramsg_tenant";
        private String tenantSetting = "ultramsg.organization_id";
        private @Nullable TenantEntry entry;
        private @Nullable String victim;
        private @Nullable String attacker;
        private @Nullable String deleted;
        private String usualKey = "organization_id";
        private final Map<String, String> keys = new LinkedHashMap<>(Map.of("organizations", "id"));
        private final Map<String, String> excepted = new LinkedHashMap<>();
        private final Map<String, String> arguments = new LinkedHashMap<>();
        private @Nullable RestrictedMember member;
        private final List<HostSnapshot> hosts = new ArrayList<>();
        private @Nullable PoolUse poolUse;

        private Builder(DataSource service) {
            this.service = service;
            this.observer = service;
        }

        /**
         * Says who looks what is really there.
         *
         * @param seesAll connections of a superuser, or of a login with BYPASSRLS that may read every table; by default the
         *     service's, if it is one
         * @return this
         */
        public Builder observedBy(DataSource seesAll) {
            this.observer = Objects.requireNonNull(seesAll, "seesAll");
            return this;
        }

        /**
         * Names the two tenants, with rows in every table if possible; what the attacker has should differ from what the victim has.
         *
         * @param victim the key of the one whose rows are nobody else's business, as text
         * @param attacker another one's
         * @return this
         */
        public Builder organizations(String victim, String attacker) {
            if (victim.equals(attacker)) {
                throw new IllegalArgumentException("the victim cannot be the attacker");
            }
            this.victim = victim;
            this.attacker = attacker;
            return this;
        }

        /**
         * Names a tenant that was deleted a moment ago, for the attack with a stale setting.
         *
         * @param organization its key, as text; by default one that has never been there
         * @return this
         */
        public Builder deletedOrganization(String organization) {
            this.deleted = Objects.requireNonNull(organization, "organization");
            return this;
        }

        /**
         * Names the schema.
         *
         * @param schema its exact name
         * @return this
         */
        public Builder schema(String schema) {
            this.schema = Objects.requireNonNull(schema, "schema");
            return this;
        }

        /**
         * Names the role that statements of tenants run as.
         *
         * @param role may be the service's login itself
         * @return this
         */
        public Builder tenantRole(String role) {
            this.tenantRole = Objects.requireNonNull(role, "role");
            return this;
        }

        /**
         * Names the setting that policies ask for the tenant.
         *
         * @param setting such as {@code app.tenant}
         * @return this
         */
        public Builder tenantSetting(String setting) {
            this.tenantSetting = Objects.requireNonNull(setting, "setting");
            return this;
        }

        /**
         * Says how a tenant's scope is entered.
         *
         * @param entry what the service does; by default it takes the role and the setting until the transaction ends
         * @return this
         */
        public Builder enteredBy(TenantEntry entry) {
            this.entry = Objects.requireNonNull(entry, "entry");
            return this;
        }

        /**
         * Names the column that says whose a row is, for all tables that have one of this name.
         *
         * @param column its exact name
         * @return this
         */
        public Builder tenantColumn(String column) {
            this.usualKey = Objects.requireNonNull(column, "column");
            return this;
        }

        /**
         * Names that column for one table or view.
         *
         * @param table without its schema
         * @param column its exact name
         * @return this
         */
        public Builder tenantColumn(String table, String column) {
            keys.put(table, column);
            return this;
        }

        /**
         * Leaves out a table, view or function.
         *
         * @param name without its schema
         * @param why for the report
         * @return this
         */
        public Builder except(String name, String why) {
            excepted.put(name, why);
            return this;
        }

        /**
         * Gives an argument for functions, where a column of the parameter's name, with {@code p_} before it or without, has none.
         *
         * @param parameter its exact name
         * @param expression SQL, such as {@code interval '5 minutes'}
         * @return this
         */
        public Builder argument(String parameter, String expression) {
            arguments.put(parameter, expression);
            return this;
        }

        /**
         * Lets a member of few rights attack too.
         *
         * @param member of the attacker's organization
         * @return this
         */
        public Builder member(RestrictedMember member) {
            this.member = Objects.requireNonNull(member, "member");
            return this;
        }

        /**
         * Asks whether the host's own statements answer as they did.
         *
         * @param snapshot what they answered, before the attack or long before
         * @return this
         */
        public Builder hostKeeps(HostSnapshot snapshot) {
            hosts.add(Objects.requireNonNull(snapshot, "snapshot"));
            return this;
        }

        /**
         * Uses the pool as the service does, and then looks at its connections.
         *
         * @param times how often it is used, 1 or more
         * @param connections how many the pool has, which are looked at all at once; what holds one for itself is not counted
         * @param use code of the service's that gets its connections from the DataSource under attack
         * @return this
         */
        public Builder poolUsedBy(int times, int connections, Use use) {
            if (times < 1 || connections < 1) {
                throw new IllegalArgumentException("times and connections must be 1 or more");
            }
            this.poolUse = new PoolUse(times, connections, Objects.requireNonNull(use, "use"));
            return this;
        }

        /**
         * Returns the attack.
         *
         * @return ready to run
         * @throws IllegalStateException if {@link #organizations} was not called
         */
        public RlsAttack build() {
            return new RlsAttack(this);
        }

        private static String named(@Nullable String organization) {
            if (organization == null) {
                throw new IllegalStateException("name the two tenants: organizations(victim, attacker)");
            }
            return organization;
        }
    }
}
