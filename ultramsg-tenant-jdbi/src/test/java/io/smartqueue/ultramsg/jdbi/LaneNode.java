package io.smartqueue.ultramsg.jdbi;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A process of its own that runs lanes; each turn says whose it is, and ends when this is killed or its input ends. */
final class LaneNode {
    private LaneNode() {}

    public static void main(String[] args) throws Exception {
        try (PostgresTenantStore store = PostgresTenantStore.builder(
                        JdbcSettings.builder(args[0], args[1], "").poolSize(3).build())
                .plainTextTokens()
                .build()) {
            store.lanes()
                    .start(
                            (organization, memory, isEnding) -> {
                                System.out.println(organization);
                                while (!isEnding.getAsBoolean()) {
                                    LockSupport.parkNanos(1_000_000);
                                }
                                return Optional.empty();
                            },
                            4);
            while (System.in.read() >= 0) {
                // until the test closes it
            }
        }
    }
}
