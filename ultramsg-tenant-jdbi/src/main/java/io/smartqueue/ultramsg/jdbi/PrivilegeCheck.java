package io.smartqueue.ultramsg.jdbi;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import static io.smartqueue.ultramsg.jdbi.RoleCheck.MEMBER;
import static io.smartqueue.ultramsg.jdbi.RoleCheck.SERVICE;
import static io.smartqueue.ultramsg.jdbi.RoleCheck.TENANT;

/** Finds out whether the library's roles may do what they have to. Everything that it asks about has to be there. */
final class PrivilegeCheck {
    private final Connection connection;
    private final CheckedTable table;
    private final Problems problems;

    PrivilegeCheck(Connection connection, CheckedTable table, Problems problems) {
        this.connection = connection;
        this.table = table;
        this.problems = problems;
    }

    /** Privileges that have to be held, or else it is a problem. */
    private record Demand(List<Privilege> all, String wrong, String mend) {}

    /** What serving needs. */
    void serving() throws SQLException {
        List<Demand> demands = new ArrayList<>();
        demands.add(useOfSchema(TENANT));
        demands.add(useOfSchema(SERVICE));
        for (String column : Additions.COLUMNS) {
            demands.add(readAndChange(column));
        }
        demands.add(read(TENANT, Additions.VERSION));
        demands.add(read(SERVICE, "ultramsg_instance_id"));
        demands.add(read(SERVICE, "whatsapp_instance_status"));
        demands.add(useOfNumbers());
        for (OwnTable own : OwnTable.all()) {
            demands.addAll(ownTable(TENANT, own.tenant(), table.beside(own.name())));
            demands.addAll(ownTable(SERVICE, own.service(), table.beside(own.name())));
        }
        requireHeld(demands, heldOf(demands, List.of()));
    }

    /**
     * What acting for members needs who may see the configuration and not edit it. PostgreSQL lets nobody take away from one role what
     * everybody has: where PUBLIC may read a token, so may members.
     */
    void members() throws SQLException {
        List<Demand> demands = new ArrayList<>();
        demands.add(useOfSchema(MEMBER));
        for (String column : Additions.SEEN_BY_MEMBERS) {
            demands.add(read(MEMBER, column));
        }
        List<Privilege> forbidden = Additions.HIDDEN_FROM_MEMBERS.stream()
                .map(column -> Privilege.onColumn(MEMBER, "SELECT", table.name(), column))
                .toList();
        Set<Privilege> held = heldOf(demands, forbidden);
        requireHeld(demands, held);
        for (Privilege privilege : forbidden) {
            if (held.contains(privilege)) {
                problems.add(
                        "Role ultramsg_member may read column %s of %s".formatted(privilege.column(), table.name()),
                        "REVOKE SELECT, SELECT (%1$s) ON %2$s FROM PUBLIC, ultramsg_member;"
                                        .formatted(privilege.column(), table.name())
                                + " -- and grant it to your own roles");
            }
        }
    }

    private Set<Privilege> heldOf(List<Demand> demands, List<Privilege> others) throws SQLException {
        return Privilege.held(
                connection,
                Stream.concat(demands.stream().flatMap(demand -> demand.all().stream()), others.stream())
                        .toList());
    }

    private void requireHeld(List<Demand> demands, Set<Privilege> held) {
        for (Demand demand : demands) {
            if (!held.containsAll(demand.all())) {
                problems.add(demand.wrong(), demand.mend());
            }
        }
    }

    private Demand useOfSchema(String role) {
        return new Demand(
                List.of(Privilege.onSchema(role, "USAGE", table.schema())),
                "Role %s may not use schema %s".formatted(role, table.schema()),
                "GRANT USAGE ON SCHEMA %s TO %s;".formatted(table.schema(), role));
    }

    private Demand readAndChange(String column) {
        return new Demand(
                List.of(
                        Privilege.onColumn(TENANT, "SELECT", table.name(), column),
                        Privilege.onColumn(TENANT, "UPDATE", table.name(), column)),
                "Role ultramsg_tenant may not read and change column %s of %s".formatted(column, table.name()),
                "GRANT SELECT (%1$s), UPDATE (%1$s) ON %2$s TO ultramsg_tenant;".formatted(column, table.name()));
    }

    private Demand read(String role, String column) {
        return new Demand(
                List.of(Privilege.onColumn(role, "SELECT", table.name(), column)),
                "Role %s may not read column %s of %s".formatted(role, column, table.name()),
                "GRANT SELECT (%s) ON %s TO %s;".formatted(column, table.name(), role));
    }

    private Demand useOfNumbers() {
        String numbers = table.beside(Additions.NUMBERS.name());
        return new Demand(
                List.of(Privilege.onSequence(TENANT, "USAGE", numbers)),
                "Role %s lacks USAGE on %s".formatted(TENANT, numbers),
                "GRANT USAGE ON SEQUENCE %s TO %s;".formatted(numbers, TENANT));
    }

    private static List<Demand> ownTable(String role, List<OwnTable.Right> rights, String name) {
        List<Demand> demands = new ArrayList<>();
        for (OwnTable.Right right : rights) {
            if (right.columns().isEmpty()) {
                demands.add(may(right.what(), Privilege.onTable(role, right.what(), name)));
            }
            for (String column : right.columns()) {
                demands.add(
                        may(right.what() + " (" + column + ")", Privilege.onColumn(role, right.what(), name, column)));
            }
        }
        return demands;
    }

    private static Demand may(String what, Privilege privilege) {
        return new Demand(
                List.of(privilege),
                "Role %s lacks %s on %s".formatted(privilege.role(), what, privilege.on()),
                "GRANT %s ON %s TO %s;".formatted(what, privilege.on(), privilege.role()));
    }
}
