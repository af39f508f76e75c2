package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import static org.assertj.core.api.Assertions.assertThat;

class TenantRoundTest {
    @Test
    void sendsOnceForEachTenant() throws Exception {
        Sends sends = new Sends(tenant -> {});

        assertThat(Double.parseDouble(TenantRound.of(sends, 5, 105))).isPositive();
        assertThat(sends.tenants).hasSize(100).contains(5, 104);
    }

    @Test
    void endsWithTheFirstThatFailsAndSaysWhy() throws Exception {
        Sends sends = new Sends(tenant -> {
            if (tenant == 50) {
                throw new IllegalStateException("not sent", new IOException("Too many open files"));
            }
        });

        assertThat(TenantRound.of(sends, 0, 1_000_000))
                .startsWith(TenantsNode.ENDED)
                .endsWith("of them had sent: IOException, Too many open files");
        assertThat(sends.tenants).hasSizeLessThan(1_000_000);
    }

    @Test
    void endsWhereNoThreadCanBeHad() throws Exception {
        Sends sends = new Sends(tenant -> {
            throw new OutOfMemoryError("unable to create native thread");
        });

        assertThat(TenantRound.of(sends, 0, 1))
                .isEqualTo("ended after 0 of them had sent: OutOfMemoryError, unable to create native thread");
    }

    @Test
    void goesOnAfterALostReply() throws Exception {
        Sends sends = new Sends(tenant -> {
            if (tenant == 50) {
                throw new LostReply("header parser received no bytes");
            }
        });

        assertThat(TenantRound.of(sends, 0, 100)).doesNotStartWith(TenantsNode.ENDED);
        assertThat(sends.tenants).hasSize(100);
    }

    @FunctionalInterface
    private interface Fate {
        void of(int tenant) throws LostReply, IOException;
    }

    /** Notes for whom it was called. */
    private static final class Sends implements TenantPeer {
        private final Set<Integer> tenants = ConcurrentHashMap.newKeySet();
        private final Fate fate;

        Sends(Fate fate) {
            this.fate = fate;
        }

        @Override
        public void add(String token) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void change(int tenant, String token) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void send(int tenant) throws LostReply, IOException {
            tenants.add(tenant);
            fate.of(tenant);
        }
    }
}
