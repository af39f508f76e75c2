package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.Relation.Reference;
import io.smartqueue.ultramsg.testkit.attack.Relation.Unique;
import io.smartqueue.ultramsg.testkit.attack.Routine.Parameter;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds what there is to attack in a schema, from the point of view of one role. */
final class Catalog {
    private static final String ROLE = "SELECT true FROM pg_roles WHERE rolname = ?";

    private static final String RELATIONS = """
            SELECT c.oid, c.relname, c.relkind IN ('r', 'p'),
                has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                    OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'),
                has_table_privilege(r.oid, c.oid, 'DELETE'),
                CASE
                    WHEN r.rolsuper OR r.rolbypassrls THEN 'the role passes by row-level security'
                    WHEN c.relkind = 'v' AND NOT coalesce(c.reloptions && ARRAY ['security_invoker=true', 'security_invoker=on',
                        'security_invoker=1', 'security_invoker=yes'], false) THEN 'the view runs with its owner''s rights'
                    WHEN c.relkind = 'v' THEN 'the view runs with the caller''s rights'
                    WHEN c.relkind = 'm' THEN 'materialized views know no row-level security'
                    WHEN NOT c.relrowsecurity THEN 'row-level security is off'
                    WHEN NOT c.relforcerowsecurity AND pg_has_role(r.oid, c.relowner, 'USAGE')
                        THEN 'the role owns the table, and row-level security is not forced'
                    ELSE 'no policy keeps it'
                END
            FROM pg_class AS c CROSS JOIN pg_roles AS r
            WHERE r.rolname = ? AND c.relnamespace = to_regnamespace(?) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            ORDER BY c.relname""";

    private static final String COLUMNS = """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod), t.typcategory = 'S' OR t.typname IN ('uuid', 'json', 'jsonb'),
                a.attgenerated = '' AND a.attidentity <> 'a', a.atthasdef OR a.attidentity <> '',
                has_column_privilege(r.oid, a.attrelid, a.attnum, 'SELECT'),
                has_column_privilege(r.oid, a.attrelid, a.attnum, 'INSERT'),
                has_column_privilege(r.oid, a.attrelid, a.attnum, 'UPDATE')
            FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid CROSS JOIN pg_roles AS r
            WHERE r.rolname = ? AND a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY a.attnum""";

    private static final String UNIQUES = """
            SELECT c.relname, ARRAY(
                SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
            FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
            WHERE i.indrelid = ?::oid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
            ORDER BY c.relname""";

    private static final String REFERENCES = """
            SELECT f.relname, ARRAY(
                SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey))
            FROM pg_constraint AS c JOIN pg_class AS f ON f.oid = c.confrelid
            WHERE c.conrelid = ?::oid AND c.contype = 'f'
            ORDER BY c.conname""";

    private static final String ROUTINES = """
            SELECT p.proname, p.prokind = 'p', p.prosecdef, coalesce(p.prosrc, '') || coalesce(pg_get_functiondef(p.oid), ''),
                ARRAY(
                    SELECT format_type(t.type, NULL)
                    FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t (type, place) ORDER BY t.place),
                ARRAY(
                    SELECT coalesce(n.name, '')
                    FROM unnest(p.proargnames) WITH ORDINALITY AS n (name, place)
                    WHERE coalesce(p.proargmodes[n.place], 'i') IN ('i', 'b', 'v') ORDER BY n.place),
                p.pronargdefaults
            FROM pg_proc AS p
            WHERE p.pronamespace = to_regnamespace(?) AND p.prokind IN ('f', 'p')
                AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
                AND has_function_privilege(?, p.oid, 'EXECUTE')
                AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
            ORDER BY p.proname, p.oid""";

    private final Connection connection;
    private final String schema;
    private final String role;

    Catalog(Connection connection, String schema, String role) {
        this.connection = connection;
        this.schema = schema;
        this.role = role;
    }

    boolean hasRole() throws SQLException {
        return !list(ROLE, row -> row.getBoolean(1), role).isEmpty();
    }

    /**
     * @param keys which column says whose a row is, by the names of relations
     * @param usualKey the same for all others
     */
    List<Relation> relations(Map<String, String> keys, String usualKey) throws SQLException {
        List<Relation> relations = new ArrayList<>();
        for (Found found : list(RELATIONS, Found::read, role, Quoted.name(schema))) {
            List<Column> columns = list(COLUMNS, Catalog::column, role, found.oid());
            String key = keys.getOrDefault(found.name(), usualKey);
            relations.add(new Relation(
                    schema,
                    found.name(),
                    found.isTable(),
                    columns.stream().anyMatch(column -> column.name().equals(key)) ? key : null,
                    found.isReachable(),
                    found.mayDelete(),
                    columns,
                    list(UNIQUES, row -> new Unique(row.getString(1), texts(row.getArray(2))), found.oid()),
                    list(REFERENCES, row -> new Reference(row.getString(1), texts(row.getArray(2))), found.oid()),
                    found.because()));
        }
        return relations;
    }

    private record Found(
            String oid, String name, boolean isTable, boolean isReachable, boolean mayDelete, String because) {
        static Found read(ResultSet row) throws SQLException {
            return new Found(
                    row.getString(1),
                    row.getString(2),
                    row.getBoolean(3),
                    row.getBoolean(4),
                    row.getBoolean(5),
                    row.getString(6));
        }
    }

    private static Column column(ResultSet row) throws SQLException {
        return new Column(
                row.getString(1),
                row.getString(2),
                row.getBoolean(3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBoolean(7),
                row.getBoolean(8));
    }

    List<Routine> routines() throws SQLException {
        return list(ROUTINES, this::routine, Quoted.name(schema), role);
    }

    private Routine routine(ResultSet row) throws SQLException {
        List<String> types = texts(row.getArray(5));
        List<String> names = texts(row.getArray(6));
        int required = types.size() - row.getInt(7);
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            parameters.add(new Parameter(i < names.size() ? names.get(i) : "", types.get(i), i >= required));
        }
        return new Routine(
                schema, row.getString(1), row.getBoolean(2), row.getBoolean(3), row.getString(4), parameters);
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    @FunctionalInterface
    private interface RowReader<R> {
        R read(ResultSet row) throws SQLException;
    }

    private <R> List<R> list(String sql, RowReader<R> reader, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                List<R> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(reader.read(result));
                }
                return rows;
            }
        }
    }
}
