package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.TenantsNode.Kind;
import io.smartqueue.ultramsg.benchmarks.TenantsProcess.Held;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class TenantsTurnTest {
    private static final TenantsTurn LIBRARY =
            turn(Kind.LIBRARY, 10_000, new Held(10, 20, 12), new Held(20, 20, 12), new Held(50, 20, 12));

    @Test
    void meetsAnAimInAllThreeStates() {
        TenantsTurn peer = turn(
                Kind.JDK, 10_000, new Held(200, 2_000, 2), new Held(400, 4_000, 102), new Held(1_000, 9_000, 9_002));

        assertThat(peer.beside(LIBRARY))
                .containsExactly(Kind.JDK.title(), 10_000, 20.0, 20.0, 20.0, "met", 100.0, 200.0, 450.0, "met");
    }

    @Test
    void missesAnAimInSomeOrInAll() {
        TenantsTurn peer =
                turn(Kind.TWILIO, 10_000, new Held(20, 15, 2), new Held(40, 15, 102), new Held(2_000, 15, 9_002));

        assertThat(peer.beside(LIBRARY)).contains("missed, but for 1 of 3", "missed");
    }

    @Test
    void leavesAnAimOpenThatFewerTenantsDoNotMeet() {
        TenantsTurn peer =
                turn(Kind.JDK, 5_000, new Held(20, 5_000, 2), new Held(40, 5_000, 52), new Held(100, 5_000, 5_002));

        assertThat(peer.beside(LIBRARY)).contains("open: fewer tenants", "met");
    }

    @Test
    void saysHowFarItCameWithoutNumbersThatItDoesNotHave() {
        String ended = "ended after 6600 tenants, idle: IOException, Too many open files";
        TenantsTurn peer = new TenantsTurn(Kind.JDK, 10_000, List.of(), List.of(), ended);

        assertThat(peer.isComplete()).isFalse();
        assertThat(peer.row())
                .hasSameSizeAs(LIBRARY.row())
                .startsWith(Kind.JDK.title(), 10_000, "")
                .endsWith("", ended);
    }

    private static TenantsTurn turn(Kind kind, int tenants, Held... held) {
        return new TenantsTurn(kind, tenants, List.of(1.0, 2.0, 3.0), List.of(held), "");
    }
}
