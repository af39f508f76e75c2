package io.smartqueue.ultramsg.jdbi;

import java.util.List;

/**
 * What bringing a database up to date did.
 *
 * @param schema where the organizations are
 * @param applied the migrations applied now, in order; empty if there was nothing to do
 * @param present the migrations that had been applied before, in order
 * @param newer the migrations of a newer version, which this one does not know; it may serve beside that version
 * @param notes what the migrations applied now found and did in the host's table, a sentence each: columns widened, counts
 *     carried over, constraints kept, instances shared by which organizations
 */
public record MigrationReport(
        String schema, List<String> applied, List<String> present, List<String> newer, List<String> notes) {
    public MigrationReport {
        applied = List.copyOf(applied);
        present = List.copyOf(present);
        newer = List.copyOf(newer);
        notes = List.copyOf(notes);
    }
}
