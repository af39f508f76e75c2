package io.smartqueue.ultramsg.jdbi;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the host calls its table of organizations.
 *
 * <pre>{@code
 * HostTable tenants = HostTable.named("tenants").inSchema("app").withKey("tenant_id");
 * PostgresTenantStore.migrate(dataSource, tenants);
 * }</pre>
 *
 * <p>Names are exact: upper case, blanks, quotes and reserved words mean themselves. Immutable and thread-safe.
 */
public final class HostTable {
    private static final int LONGEST = 63;
    /** What could end a quotation in the migrations, or look like a placeholder in them. */
    private static final Pattern DOLLARS = Pattern.compile("\\$(?:.*\\$|\\{)");

    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

    private final @Nullable String schema;
    private final String table;
    private final String key;

    private HostTable(@Nullable String schema, String table, String key) {
        this.schema = schema;
        this.table = table;
        this.key = key;
    }

    /**
     * Returns the table that is meant when nothing else is said: {@code organizations} with the key {@code id}, where the
     * login's search path finds it.
     *
     * @return the default
     */
    public static HostTable organizations() {
        return named("organizations");
    }

    /**
     * Returns a table of another name, with the key {@code id}, where the login's search path finds it.
     *
     * @param table its name without a schema, 1 to 63 bytes in UTF-8
     * @return the table
     * @throws IllegalArgumentException if PostgreSQL can have no such name, or it holds two dollar signs
     */
    public static HostTable named(String table) {
        return new HostTable(null, name("table", table), "id");
    }

    /**
     * Returns this table in a schema, whatever the search path says.
     *
     * @param schema the schema's name, 1 to 63 bytes in UTF-8
     * @return the table there
     * @throws IllegalArgumentException if PostgreSQL can have no such name, or it holds two dollar signs
     */
    public HostTable inSchema(String schema) {
        return new HostTable(name("schema", schema), table, key);
    }

    /**
     * Returns this table with another key column.
     *
     * @param key the name of a unique column, 1 to 63 bytes in UTF-8
     * @return the table with that key
     * @throws IllegalArgumentException if PostgreSQL can have no such name, or it holds two dollar signs
     */
    public HostTable withKey(String key) {
        return new HostTable(schema, table, name("key", key));
    }

    private static String name(String what, String name) {
        Objects.requireNonNull(name, what);
        // a longer name would be cut, and mean another table
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw new IllegalArgumentException(what + " must be a name of 1 to " + LONGEST + " bytes: " + name);
        }
        if (name.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new IllegalArgumentException(what + " holds a character that no name should have");
        }
        if (DOLLARS.matcher(name).find()) {
            throw new IllegalArgumentException(
                    what + " may not hold two dollar signs, nor one before a brace: " + name);
        }
        return name;
    }

    Optional<String> schema() {
        return Optional.ofNullable(schema);
    }

    String table() {
        return table;
    }

    String key() {
        return key;
    }

    /** The name to ask {@code to_regclass} for: quoted, with the schema if there is one. */
    String lookUpName() {
        return (schema == null ? "" : quoted(schema) + ".") + quoted(table);
    }

    /** Fills the placeholders of a migration in; every name in it is quoted. */
    String render(String sql) {
        String where = schema().orElseThrow(() -> new IllegalArgumentException(
                "say which schema the table is in: HostTable.named(…).inSchema(\"public\")"));
        return sql.replace("${ultramsg_schema}", quoted(where))
                .replace("${ultramsg_table}", quoted(where) + "." + quoted(table))
                .replace("${ultramsg_key}", quoted(key));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HostTable that
                && Objects.equals(schema, that.schema)
                && table.equals(that.table)
                && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return Objects.hash(schema, table, key);
    }

    /** Prints the table's name as SQL has it. */
    @Override
    public String toString() {
        return (schema == null ? "" : readable(schema) + ".") + readable(table);
    }

    private static String readable(String name) {
        return PLAIN.matcher(name).matches() ? name : quoted(name);
    }
}
