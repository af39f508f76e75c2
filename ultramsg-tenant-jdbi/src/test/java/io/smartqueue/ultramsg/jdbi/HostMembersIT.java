package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

/** Where a host has members of its own before the migration. */
@ExtendWith(PostgresExtension.class)
class HostMembersIT {
    private static final UUID ACME = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final UUID ANNA = UUID.fromString("00000000-0000-0000-0000-00000000000a");

    private TestDatabase database;

    @BeforeEach
    void createHost(@TestDatabase.Empty TestDatabase empty) throws SQLException {
        database = empty;
        database.execute(
                "CREATE TABLE organizations (id uuid PRIMARY KEY, name text)",
                "INSERT INTO organizations VALUES ('" + ACME + "', 'one')");
    }

    @Test
    void usesATableThatIsThere() throws SQLException {
        database.execute(
                "CREATE TYPE member_role AS ENUM ('admin', 'employee', 'guest')",
                "CREATE TABLE organization_members (organization_id uuid, member_id uuid, role member_role, active boolean,"
                        + " since date NOT NULL)",
                "INSERT INTO organization_members VALUES ('" + ACME + "', '" + ANNA + "', 'admin', true, now())");

        assertThat(migrate()).isEmpty();

        assertThat(roleOf(ANNA.toString())).contains(MemberRole.ADMIN);
        assertThat(roleOf("no uuid at all")).isEmpty();
        database.execute("UPDATE organization_members SET role = 'guest'");
        assertThat(roleOf(ANNA.toString())).isEmpty();
        database.execute("UPDATE organization_members SET role = 'employee', active = NULL");
        assertThat(roleOf(ANNA.toString())).isEmpty();
    }

    @Test
    void takesTheLeastOfSeveralRoles() throws SQLException {
        database.execute(
                "CREATE TABLE organization_members (organization_id uuid, member_id text, role text, active boolean)",
                "INSERT INTO organization_members VALUES ('" + ACME + "', 'anna', 'admin', true),"
                        + " ('" + ACME + "', 'anna', 'manager', true), ('" + ACME + "', 'anna', 'employee', false),"
                        + " ('" + ACME + "', 'anna', 'nonsense', true)");

        assertThat(migrate()).isEmpty();

        assertThat(roleOf("anna")).contains(MemberRole.MANAGER);
    }

    @Test
    void readsTextsLetterByLetterWhateverTheHostTakesForEqual() throws SQLException {
        database.execute(
                "CREATE COLLATION same (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
                "CREATE TABLE organization_members (organization_id uuid, member_id text COLLATE same,"
                        + " role text COLLATE same, active boolean)",
                "INSERT INTO organization_members VALUES ('" + ACME + "', 'anna', 'admin', true)," + " ('" + ACME
                        + "', 'bert', 'ADMIN', true)");

        assertThat(migrate()).isEmpty();

        assertThat(roleOf("anna")).contains(MemberRole.ADMIN);
        assertThat(roleOf("Anna")).isEmpty();
        assertThat(roleOf("bert")).isEmpty();
    }

    @Test
    void saysThatATableOfAnotherShapeCannotBeRead() throws SQLException {
        database.execute(
                "CREATE TABLE organization_members (organization_id uuid, user_id text, role text, active text)");

        assertThat(migrate())
                .singleElement()
                .asString()
                .contains("organization_members", "member_id", "active", "replace the function ultramsg_member_role");

        assertThat(roleOf("anna")).isEmpty();
        replaceFunction();
        assertThat(roleOf("anna")).contains(MemberRole.MANAGER);
    }

    @Test
    void saysThatKeysCannotBeCompared() throws SQLException {
        database.execute(
                "CREATE TABLE organization_members (organization_id text, member_id text, role text, active boolean)");

        assertThat(migrate())
                .singleElement()
                .asString()
                .contains("ultramsg_member_role cannot read organization_members", "uuid");
    }

    @Test
    void saysThatRowsAreHiddenFromTheOwner() throws SQLException {
        String owner = database.login("owner", "");
        database.execute(
                "CREATE TABLE organization_members (organization_id uuid, member_id text, role text, active boolean)",
                "INSERT INTO organization_members VALUES ('" + ACME + "', 'anna', 'admin', true)",
                "ALTER TABLE organization_members ENABLE ROW LEVEL SECURITY",
                "ALTER TABLE organization_members FORCE ROW LEVEL SECURITY",
                "ALTER TABLE organizations OWNER TO " + owner,
                "ALTER TABLE organization_members OWNER TO " + owner,
                "GRANT CREATE ON SCHEMA public TO " + owner);

        List<String> notes =
                PostgresTenantStore.migrate(database.dataSource(owner)).notes();

        assertThat(notes).singleElement().asString().contains("cannot read organization_members", "row-level security");
        database.execute("ALTER FUNCTION ultramsg_member_role OWNER TO postgres");
        assertThat(roleOf("anna")).contains(MemberRole.ADMIN);
    }

    @Test
    void leavesAFunctionOfTheHostsAloneAndMakesNoTable() throws SQLException {
        replaceFunction();

        assertThat(migrate()).isEmpty();
        assertThat(database.query("SELECT to_regclass('organization_members')::text")
                        .get(0)
                        .get(0))
                .isNull();
        assertThat(roleOf("anna")).contains(MemberRole.MANAGER);

        database.execute(
                PostgresTenantStore.migrationSql(HostTable.organizations().inSchema("public"))
                        .get("V014__members.sql"));
        assertThat(roleOf("anna")).as("run again").contains(MemberRole.MANAGER);
    }

    @Test
    void runsAsTheOwnerOfTheTableWhenASuperuserMigrates() throws SQLException {
        String owner = database.login("owner", "");
        database.execute("ALTER TABLE organizations OWNER TO " + owner);

        assertThat(migrate()).isEmpty();

        assertThat(database.query(
                        "SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE proname = 'ultramsg_member_role'"))
                .containsExactly(List.of(owner));
        assertThat(database.query(
                        "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'organization_members'"))
                .containsExactly(List.of(owner));
    }

    private void replaceFunction() throws SQLException {
        database.execute("CREATE OR REPLACE FUNCTION ultramsg_member_role(p_organization_id uuid, p_member_id text)"
                + " RETURNS text LANGUAGE sql STABLE RETURN CASE p_member_id WHEN 'anna' THEN 'manager' END");
    }

    private List<String> migrate() {
        return PostgresTenantStore.migrate(database.dataSource()).notes();
    }

    private Optional<MemberRole> roleOf(String member) throws SQLException {
        try (PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .plainTextTokens()
                .build()) {
            return store.members().roleOf(OrganizationId.of(ACME), MemberId.of(member));
        }
    }
}
