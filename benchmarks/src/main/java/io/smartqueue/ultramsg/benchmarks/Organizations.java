package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;

/** A thousand organizations, of which every operation, on whichever side, draws one. */
final class Organizations {
    static final int COUNT = 1000;

    /** So many that no run uses them up. */
    static final int DAILY_LIMIT = 2_000_000_000;

    private static final List<OrganizationId> IDS =
            LongStream.rangeClosed(1, COUNT).mapToObj(OrganizationId::of).toList();

    private Organizations() {}

    static List<OrganizationId> all() {
        return IDS;
    }

    static OrganizationId any() {
        return IDS.get(ThreadLocalRandom.current().nextInt(COUNT));
    }

    static long anyKey() {
        return 1L + ThreadLocalRandom.current().nextInt(COUNT);
    }
}
