package io.smartqueue.ultramsg.jdbi;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a role may do with something.
 *
 * @param what as in {@code SELECT}
 * @param kind what kind of thing
 * @param on its name, qualified and quoted
 * @param column whose privilege it is, neither quoted nor that of the whole table; null for all but columns
 */
record Privilege(
        String role,
        String what,
        Kind kind,
        String on,
        @Nullable String column) {
    enum Kind {
        SCHEMA,
        SEQUENCE,
        TABLE,
        COLUMN
    }

    private static final String HELD = """
            SELECT p.place
            FROM unnest(CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[]), CAST(? AS text[]))
                WITH ORDINALITY AS p (role, what, kind, object, col, place)
            WHERE CASE p.kind
                WHEN 'SCHEMA' THEN has_schema_privilege(p.role, to_regnamespace(p.object), p.what)
                WHEN 'SEQUENCE' THEN has_sequence_privilege(p.role, p.object, p.what)
                WHEN 'TABLE' THEN has_table_privilege(p.role, p.object, p.what)
                ELSE has_column_privilege(p.role, p.object, p.col, p.what) END
            """;

    static Privilege onSchema(String role, String what, String schema) {
        return new Privilege(role, what, Kind.SCHEMA, schema, null);
    }

    static Privilege onSequence(String role, String what, String sequence) {
        return new Privilege(role, what, Kind.SEQUENCE, sequence, null);
    }

    static Privilege onTable(String role, String what, String table) {
        return new Privilege(role, what, Kind.TABLE, table, null);
    }

    static Privilege onColumn(String role, String what, String table, String column) {
        return new Privilege(role, what, Kind.COLUMN, table, column);
    }

    /** Which of them the roles hold, whether themselves or as everybody does; all of it is asked in one round trip. */
    static Set<Privilege> held(Connection connection, List<Privilege> asked) throws SQLException {
        return CatalogQuery.rows(
                        connection,
                        HELD,
                        row -> asked.get(row.getInt(1) - 1),
                        TextArray.of(asked, Privilege::role),
                        TextArray.of(asked, Privilege::what),
                        TextArray.of(asked, privilege -> privilege.kind().name()),
                        TextArray.of(asked, Privilege::on),
                        TextArray.of(asked, Privilege::column))
                .stream()
                .collect(Collectors.toSet());
    }
}
