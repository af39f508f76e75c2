package io.smartqueue.ultramsg.testkit.attack;

import java.util.ArrayList;
import java.util.List;

/** Statements that read or lock. */
final class Reading {
    private static final String MARK = "ultramsg attack saw ";

    /** With an index, PostgreSQL might never come to the victim's rows, as long as there is one. */
    private static final String ROW_BY_ROW =
            "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off; ";

    private Reading() {}

    /** Those that come to something without any privilege but SELECT on one column. */
    static List<Shape> simple(Target target) {
        String count = "SELECT count(*) FROM " + target.table();
        List<Shape> shapes = new ArrayList<>();
        shapes.add(Shape.counting("SELECT by key", count + " WHERE " + target.isVictims(), 0));
        shapes.add(Shape.counting("SELECT count", count, target.ownRows()));
        return shapes;
    }

    /** Those that some grant allows; of the others the simple ones have to do. */
    static List<Shape> thorough(Target target) {
        if (!target.relation().hasAny(Column::maySelect)) {
            return List.of();
        }
        String table = target.table();
        String key = target.relation().quotedKey();
        String count = "SELECT count(*) FROM " + table;
        List<Shape> shapes = new ArrayList<>();
        for (Column column : target.relation().usable(Column::maySelect)) {
            shapes.add(Shape.counting(
                    "SELECT of one column",
                    "SELECT count(*) FROM (SELECT " + Quoted.name(column.name()) + " FROM " + table + " OFFSET 0) AS t",
                    target.ownRows()));
        }
        if (target.address() != null) {
            shapes.add(Shape.counting("SELECT by ctid", count + " WHERE ctid = " + Quoted.value(target.address()), 0));
        }
        shapes.add(Shape.counting(
                "SELECT of whole rows",
                "SELECT count(*) FROM (SELECT t::text AS row FROM " + table + " AS t WHERE " + target.isVictims()
                        + " OFFSET 0) AS s",
                0));
        if (target.relation().hasAny(Column::mayUpdate)) {
            String locked = "SELECT 1 FROM " + table + " WHERE " + target.isVictims();
            shapes.add(Shape.reading("SELECT FOR UPDATE", locked + " FOR UPDATE"));
            shapes.add(Shape.reading("SELECT FOR KEY SHARE", locked + " FOR KEY SHARE"));
        }
        shapes.add(Shape.counting(
                "SELECT with row_security off",
                "SET LOCAL row_security = off; " + count + " WHERE " + target.isVictims(),
                0));
        shapes.add(Shape.counting(
                "LATERAL join",
                "SELECT count(*) FROM (VALUES (1)) AS v (n) CROSS JOIN LATERAL (SELECT " + key + " FROM " + table
                        + " AS t WHERE t." + target.isVictims() + " AND v.n = 1 OFFSET 0) AS l",
                0));
        shapes.add(Shape.counting(
                "recursive query",
                "WITH RECURSIVE r AS (SELECT " + key + " AS k FROM " + table
                        + " UNION SELECT k FROM r) SELECT count(*) FROM r" + " WHERE k = "
                        + Quoted.value(target.victim()),
                0));
        shapes.add(Shape.counting(
                "statistics",
                "SELECT count(*) FROM pg_stats WHERE schemaname = "
                        + Quoted.value(target.relation().schema())
                        + " AND tablename = " + Quoted.value(target.relation().name()) + " AND strpos("
                        + "concat(most_common_vals::text, histogram_bounds::text), " + Quoted.value(target.victim())
                        + ") > 0 AND length(" + Quoted.value(target.victim()) + ") >= 8",
                0));
        shapes.addAll(leaky(target));
        return shapes;
    }

    /** Conditions that tell what they are asked about: PostgreSQL must not ask them before it has asked the policies. */
    private static List<Shape> leaky(Target target) {
        String from = " FROM " + target.table() + " AS t";
        return List.of(
                Shape.provoking(
                        "leaky operator",
                        ROW_BY_ROW + "SELECT count(*)" + from + " WHERE 1 / (CASE WHEN t." + target.isVictims()
                                + " THEN 0 ELSE 1 END) >= 0",
                        outcome -> "22012".equals(outcome.state())),
                Shape.provoking(
                        "leaky function",
                        ROW_BY_ROW
                                + "CREATE FUNCTION pg_temp.ultramsg_attack(seen text) RETURNS boolean LANGUAGE plpgsql COST 0.0001"
                                + " AS $f$ BEGIN RAISE NOTICE '" + MARK + "%', seen; RETURN true; END $f$;"
                                + " SELECT count(*)" + from + " WHERE pg_temp.ultramsg_attack(t."
                                + target.relation().quotedKey() + "::text)",
                        outcome -> outcome.told().contains(MARK + target.victim() + "\n")));
    }
}
