package io.smartqueue.ultramsg.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.testkit.attack.RlsAttack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** What docs/rls-attack.md shows a host with a schema and a role of its own. */
@ExtendWith(PostgresExtension.class)
class RlsAttackGuideIT {
    private DataSource superuser;
    private HikariDataSource pool;
    private Orders orders;

    private record Orders(DataSource pool) {
        String count(String shop) throws SQLException {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                Sql.query(
                        connection,
                        "SELECT set_config('role', 'shop_tenant', true), set_config('shop.tenant', ?, true)",
                        shop);
                String count = Sql.value(connection, "SELECT count(*) FROM shop.orders");
                connection.commit();
                return count;
            }
        }
    }

    @BeforeEach
    void openShops(@TestDatabase.Empty TestDatabase database) throws SQLException {
        String login = database.login("shop", "NOINHERIT");
        database.execute(
                "CREATE ROLE shop_tenant NOLOGIN",
                "GRANT shop_tenant TO " + login,
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.countries (code text PRIMARY KEY)",
                "CREATE TABLE shop.orders (tenant text NOT NULL, number integer NOT NULL, customer text NOT NULL,"
                        + " PRIMARY KEY (tenant, number))",
                "ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY own ON shop.orders USING (tenant = current_setting('shop.tenant', true))",
                "INSERT INTO shop.orders VALUES ('bakery', 1, 'Ann Baker'), ('florist', 1, 'Bob Florist')",
                "GRANT USAGE ON SCHEMA shop TO shop_tenant",
                "GRANT SELECT ON shop.countries TO shop_tenant",
                "GRANT SELECT, INSERT, UPDATE, DELETE ON shop.orders TO shop_tenant");
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource(login));
        config.setMaximumPoolSize(3);
        pool = new HikariDataSource(config);
        superuser = database.dataSource();
        orders = new Orders(pool);
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    // docs: begin
    @Test
    void keepsShopsApart() {
        RlsAttack.against(pool) // as the service has it: its login may take the role shop_tenant
                .observedBy(superuser) // who sees all rows, to know which must not be seen
                .schema("shop")
                .tenantRole("shop_tenant")
                .tenantSetting("shop.tenant") // what the policies ask
                .tenantColumn("tenant") // whose a row is
                .organizations("bakery", "florist") // victim and attacker, with rows in every table
                .except("countries", "the same for all shops")
                .poolUsedBy(20, 3, () -> orders.count("bakery")) // the service's own code, on 3 connections
                .build()
                .run()
                .assertNothingLeaks();
    }
    // docs: end
}
