package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.failover.NumberPolicy;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.internal.config.KnownConfig.Usable;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;

/** In which order instances are tried, by a clock that the test moves. */
class RoutingTest {
    private static final URI NOWHERE = URI.create("http://127.0.0.1:1");
    private static final Recipient SOMEBODY = Recipient.parse(Samples.NUMBER);

    private final InMemoryStore store = new InMemoryStore();
    private final AtomicLong nanos = new AtomicLong();
    private final Routing routing = routing(NumberPolicy.KEEP_NUMBER);
    private final KnownInstance first = instance("1", InstanceStatus.ACTIVE);
    private final KnownInstance second = instance("2", InstanceStatus.ACTIVE);
    private final KnownInstance third = instance("3", InstanceStatus.ACTIVE);

    private Routing routing(NumberPolicy policy) {
        return new Routing(store.standbys(), policy, nanos::get);
    }

    private static KnownInstance instance(String id, InstanceStatus status) {
        return new KnownInstance(
                new InstanceCredentials(InstanceId.parse(id), AccessToken.of(Samples.TOKEN), NOWHERE), null, status);
    }

    private static Usable known(KnownInstance... instances) {
        return new Usable(Samples.config(Samples.draft(NOWHERE)), Arrays.asList(instances), null);
    }

    private List<KnownInstance> route(KnownInstance... instances) {
        return routing.of(ACME, known(instances), SOMEBODY).instances();
    }

    private void passes(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void triesThemInTheirOrder() {
        assertThat(route(first, second, third)).containsExactly(first, second, third);
    }

    @Test
    void passesOverWhatMayNotSend() {
        KnownInstance broken = instance("2", InstanceStatus.ERROR);

        assertThat(route(first, broken, third)).containsExactly(first, third);
    }

    @Test
    void triesWhatHasFailedLastUntilItHasCooledDown() {
        routing.coolDown(first);
        assertThat(route(first, second, third)).containsExactly(second, third, first);

        passes(Routing.COOL_DOWN.minusNanos(1));
        assertThat(route(first, second, third)).containsExactly(second, third, first);

        passes(Duration.ofNanos(1));
        assertThat(route(first, second, third)).containsExactly(first, second, third);
    }

    @Test
    void keepsTheOrderOfThoseThatCoolDownTogether() {
        routing.coolDown(second);
        routing.coolDown(first);

        assertThat(route(first, second, third)).containsExactly(third, first, second);
    }

    @Test
    void letsAnInstanceWithNewCredentialsCoolDownNoMore() {
        routing.coolDown(first);
        KnownInstance renewed = new KnownInstance(
                new InstanceCredentials(first.id(), AccessToken.of("fake-new-t0ken"), NOWHERE),
                null,
                InstanceStatus.ACTIVE);

        assertThat(route(renewed, second)).containsExactly(renewed, second);
    }

    @Test
    void asksTheStoreForNothingIfThereIsOneInstanceOnly() {
        store.standbys().fail();

        Route route = routing.of(ACME, known(first), SOMEBODY);

        assertThat(route.instances()).containsExactly(first);
        assertThat(route.remembered()).isEqualTo(Route.Memory.NOT_NEEDED);
    }

    @Test
    void asksTheStoreForNothingIfAnyNumberWillDo() {
        store.standbys().fail();

        Route route = routing(NumberPolicy.ANY_NUMBER).of(ACME, known(first, second), SOMEBODY);

        assertThat(route.instances()).containsExactly(first, second);
        assertThat(route.remembered()).isEqualTo(Route.Memory.NOT_NEEDED);
    }

    @Test
    void staysWithTheInstanceThatTheRecipientKnowsEvenWhileItCoolsDown() {
        routing.remember(ACME, SOMEBODY, second.id());
        routing.coolDown(second);

        assertThat(route(first, second)).containsExactly(second);
        assertThat(route(first, instance("2", InstanceStatus.ERROR))).isEmpty();
    }
}
