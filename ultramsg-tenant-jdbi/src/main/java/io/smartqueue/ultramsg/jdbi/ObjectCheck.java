package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.jdbi.Additions.Item;
import io.smartqueue.ultramsg.jdbi.Catalog.Index;
import io.smartqueue.ultramsg.jdbi.Catalog.Policy;
import io.smartqueue.ultramsg.jdbi.Catalog.Relation;
import io.smartqueue.ultramsg.jdbi.Catalog.Trigger;

import java.util.Optional;
import java.util.function.Predicate;

import static io.smartqueue.ultramsg.jdbi.Problems.runAgain;

/** Compares what the migrations make with what is there. */
final class ObjectCheck {
    private final CheckedTable table;
    private final Catalog catalog;
    private final Problems problems;

    ObjectCheck(CheckedTable table, Catalog catalog, Problems problems) {
        this.table = table;
        this.catalog = catalog;
        this.problems = problems;
    }

    /** What serving needs. */
    void serving() {
        additions();
        rowSecurity();
        OwnTable.all().forEach(this::ownTable);
    }

    /** What acting for members needs who may see the configuration and not edit it. */
    void members() {
        policy("ultramsg_member_row", table.name(), Additions.MEMBERS_FILE, of(RoleCheck.MEMBER, Policy::permissive));
        policy("ultramsg_member_scope", table.name(), Additions.MEMBERS_FILE, of(RoleCheck.MEMBER, Policy::isWall));
    }

    private void additions() {
        for (String column : Additions.COLUMNS) {
            column(column, Additions.COLUMNS_FILE);
        }
        column(Additions.VERSION, Additions.VERSION_FILE);
        for (Item function : Additions.FUNCTIONS) {
            if (!catalog.functions().contains(function.name())) {
                problems.add(
                        "Function %s is missing from schema %s".formatted(function.name(), table.schema()),
                        runAgain(function.file()));
            }
        }
        for (Item trigger : Additions.TRIGGERS) {
            trigger(trigger.name(), table.name(), trigger.file());
        }
        String numbers = table.beside(Additions.NUMBERS.name());
        if (catalog.relation(numbers).isEmpty()) {
            problems.add("Sequence %s is missing".formatted(numbers), runAgain(Additions.NUMBERS.file()));
        }
        if (!catalog.indexes().contains(new Index(table.name(), Additions.INSTANCE_INDEX.name()))) {
            problems.add(
                    "The index %s on %s, which finds who has an instance, is missing"
                            .formatted(Additions.INSTANCE_INDEX.name(), table.name()),
                    runAgain(Additions.INSTANCE_INDEX.file()));
        }
    }

    private void column(String column, String file) {
        if (!catalog.columns().contains(column)) {
            problems.add("Column %s of %s is missing".formatted(column, table.name()), runAgain(file));
        }
    }

    private void trigger(String name, String on, String file) {
        Optional<Trigger> trigger = catalog.trigger(on, name);
        if (trigger.isEmpty()) {
            problems.add("Trigger %s on %s is missing".formatted(name, on), runAgain(file));
        } else if (!trigger.get().enabled()) {
            problems.add(
                    "Trigger %s on %s is disabled".formatted(name, on),
                    "ALTER TABLE %s ENABLE TRIGGER %s;".formatted(on, name));
        }
    }

    private void rowSecurity() {
        secured(table.name());
        if (!has("ultramsg_tenant_scope", table.name(), of(RoleCheck.TENANT, Policy::isWall))) {
            problems.add(
                    "The restrictive policy %s on %s, which keeps tenants apart, is missing"
                            .formatted("ultramsg_tenant_scope", table.name()),
                    runAgain(Additions.SCOPE_FILE));
        }
        if (!has("ultramsg_service_rows", table.name(), of(RoleCheck.SERVICE, Policy::permissive))) {
            problems.add(
                    "The policy ultramsg_service_rows on %s, without which no instance would seem to be in use, is missing"
                            .formatted(table.name()),
                    runAgain(Additions.SCOPE_FILE));
        }
        memberGuard(table.name(), Additions.MEMBERS_FILE);
    }

    private void secured(String name) {
        if (!catalog.relation(name).map(Relation::secured).orElse(false)) {
            problems.add(
                    "Row-level security is not enabled on %s".formatted(name),
                    "ALTER TABLE %s ENABLE ROW LEVEL SECURITY;".formatted(name));
        }
    }

    private void ownTable(OwnTable own) {
        String name = table.beside(own.name());
        if (catalog.relation(name).isEmpty()) {
            problems.add("Table %s is missing".formatted(name), runAgain(own.file()));
            return;
        }
        for (String index : own.indexes()) {
            if (!catalog.indexes().contains(new Index(name, index))) {
                problems.add("The index %s on %s is missing".formatted(index, name), runAgain(own.file()));
            }
        }
        for (String trigger : own.triggers()) {
            trigger(trigger, name, own.file());
        }
        secured(name);
        if (own.wall() != null) {
            policy(own.wall(), name, own.file(), Policy::isRestrictive);
        }
        for (String policy : own.policies()) {
            policy(policy, name, own.file(), Policy::permissive);
        }
        if (own.wall() != null) {
            boolean bringsItsOwn = own.file().compareTo(Additions.MEMBERS_FILE) > 0;
            memberGuard(name, bringsItsOwn ? own.file() : Additions.MEMBERS_FILE);
        }
    }

    /** What binds the tenant role where it acts for a member. */
    private void memberGuard(String on, String file) {
        policy("ultramsg_member_guard", on, file, Policy::isWall);
    }

    private void policy(String name, String on, String file, Predicate<Policy> form) {
        if (!has(name, on, form)) {
            problems.add("The policy %s on %s is missing".formatted(name, on), runAgain(file));
        }
    }

    private boolean has(String policy, String on, Predicate<Policy> form) {
        return catalog.policy(on, policy).filter(form).isPresent();
    }

    private static Predicate<Policy> of(String role, Predicate<Policy> form) {
        return form.and(policy -> policy.roles().contains(role));
    }
}
