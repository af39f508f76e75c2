package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;

/** What is kept of instances, and for how long. */
class GatesTest {
    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

    private final AtomicLong nanos = new AtomicLong();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final Gates gates = new Gates(
            http, 288, Clock.systemUTC(), new MovableClock(Instant.EPOCH), nanos::get, new Listeners(List.of()));

    @AfterEach
    void close() {
        http.close();
    }

    private static InstanceCredentials credentials(int instance, String token) {
        return new InstanceCredentials(InstanceId.parse(Integer.toString(instance)), AccessToken.of(token), NOWHERE);
    }

    private Gate gate(int instance) {
        return gates.of(ACME, credentials(instance, Samples.TOKEN)).gate();
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void areOneForEachInstance() {
        assertThat(gate(1)).isSameAs(gate(1)).isNotSameAs(gate(2));
    }

    @Test
    void areApartForWhoeverHasAnotherToken() {
        assertThat(gate(1))
                .isNotSameAs(
                        gates.of(ACME, credentials(1, "another-fake-t0ken")).gate());
    }

    @Test
    void areKeptWhileTheyAreUsedAndForgottenAfterwards() {
        Gate first = gate(1);
        passes(Gates.KEPT_UNUSED.minusNanos(1));
        assertThat(gate(1)).isSameAs(first);

        passes(Gates.KEPT_UNUSED);

        assertThat(gates.size()).isZero();
    }

    @Test
    void areOnlySoManyHoweverManyInstancesThereAre() {
        for (int instance = 1; instance <= 2 * Gates.MOST_KEPT; instance++) {
            gate(instance);
        }

        assertThat(gates.size()).isLessThanOrEqualTo(Gates.MOST_KEPT);
    }
}
