package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.Additions.Item;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is there of the host's table and of what the library has beside it, read by one query for each kind of thing, however many
 * there are. Names of tables are qualified and quoted. Immutable.
 *
 * @param relations the host's table, and what has the name of a table or sequence of the library's
 * @param columns of the host's table
 * @param functions whichever have the name of one of the library's, with whatever parameters: the host may have another of that name
 * @param indexes on these relations, without those that PostgreSQL does not use
 * @param triggers on these relations
 * @param policies on these relations
 */
record Catalog(
        List<Relation> relations,
        Set<String> columns,
        Set<String> functions,
        Set<Index> indexes,
        List<Trigger> triggers,
        List<Policy> policies) {

    /** These relations; the parameters are their schema and their names. */
    private static final String NAMED = """
            (SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relrowsecurity
             FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.oid = CAST(? AS oid) AND c.relname = ANY (CAST(? AS text[]))) AS t
            """;

    private static final String RELATIONS = "SELECT t.name, t.relrowsecurity FROM " + NAMED;

    private static final String COLUMNS =
            "SELECT attname FROM pg_attribute WHERE attrelid = CAST(? AS oid) AND NOT attisdropped";

    private static final String FUNCTIONS =
            "SELECT proname FROM pg_proc WHERE pronamespace = CAST(? AS oid) AND proname = ANY (CAST(? AS text[]))";

    private static final String INDEXES = "SELECT t.name, c.relname FROM " + NAMED
            + "JOIN pg_index AS i ON i.indrelid = t.oid AND i.indisvalid JOIN pg_class AS c ON c.oid = i.indexrelid";

    private static final String TRIGGERS = "SELECT t.name, g.tgname, g.tgenabled IN ('O', 'A') FROM " + NAMED
            + "JOIN pg_trigger AS g ON g.tgrelid = t.oid";

    private static final String POLICIES = """
            SELECT t.name, p.polname, p.polpermissive, p.polcmd = '*',
                ARRAY(SELECT CAST(r.rolname AS text) FROM pg_roles AS r WHERE r.oid = ANY (p.polroles))
            FROM
            """ + NAMED + "JOIN pg_policy AS p ON p.polrelid = t.oid";

    static Catalog read(Connection connection, CheckedTable table) throws SQLException {
        Object[] named = {table.schemaOid(), TextArray.of(names(table), name -> name)};
        Object[] functions = {table.schemaOid(), TextArray.of(Additions.FUNCTIONS, Item::name)};
        return new Catalog(
                CatalogQuery.rows(
                        connection, RELATIONS, row -> new Relation(row.getString(1), row.getBoolean(2)), named),
                Set.copyOf(CatalogQuery.rows(connection, COLUMNS, row -> row.getString(1), table.oid())),
                Set.copyOf(CatalogQuery.rows(connection, FUNCTIONS, row -> row.getString(1), functions)),
                Set.copyOf(CatalogQuery.rows(
                        connection, INDEXES, row -> new Index(row.getString(1), row.getString(2)), named)),
                CatalogQuery.rows(
                        connection,
                        TRIGGERS,
                        row -> new Trigger(row.getString(1), row.getString(2), row.getBoolean(3)),
                        named),
                CatalogQuery.rows(connection, POLICIES, Policy::read, named));
    }

    private static List<String> names(CheckedTable table) {
        return Stream.concat(
                        Stream.of(table.relation(), Additions.NUMBERS.name()),
                        OwnTable.all().stream().map(OwnTable::name))
                .toList();
    }

    Optional<Relation> relation(String name) {
        return relations.stream()
                .filter(relation -> relation.name().equals(name))
                .findFirst();
    }

    Optional<Trigger> trigger(String on, String name) {
        return triggers.stream()
                .filter(trigger -> trigger.on().equals(on) && trigger.name().equals(name))
                .findFirst();
    }

    Optional<Policy> policy(String on, String name) {
        return policies.stream()
                .filter(policy -> policy.on().equals(on) && policy.name().equals(name))
                .findFirst();
    }

    /**
     * A table or sequence.
     *
     * @param secured whether row-level security is enabled on it
     */
    record Relation(String name, boolean secured) {}

    record Index(String on, String name) {}

    record Trigger(String on, String name, boolean enabled) {}

    /**
     * A policy.
     *
     * @param permissive whether it lets rows through, rather than holding them back
     * @param forAll whether it is for every command
     * @param roles whom it is for by name; none where it is for everybody
     */
    record Policy(String on, String name, boolean permissive, boolean forAll, Set<String> roles) {
        private static Policy read(ResultSet row) throws SQLException {
            String[] roles = (String[]) row.getArray(5).getArray();
            return new Policy(row.getString(1), row.getString(2), row.getBoolean(3), row.getBoolean(4), Set.of(roles));
        }

        boolean isRestrictive() {
            return !permissive;
        }

        /** Whether it holds rows back from every command. */
        boolean isWall() {
            return !permissive && forAll;
        }
    }
}
