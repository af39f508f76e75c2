package io.smartqueue.ultramsg.internal.delivery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.failover.NumberPolicy;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.internal.config.KnownConfig.Usable;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.internal.delivery.Route.Memory;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Chooses through which of an organization's instances a message goes: its own before its standbys, and for a recipient who knows
 * one of their numbers that one, if the policy says so. An instance that has just failed comes last until it has cooled down,
 * so that not every message finds that out anew. Costs an organization without standbys nothing. Thread-safe.
 */
final class Routing {
    private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

    static final Duration COOL_DOWN = Duration.ofMinutes(1);
    private static final int MOST_COOLING_DOWN = 10_000;

    private final StandbyStore standbys;
    private final NumberPolicy policy;
    private final Cache<InstanceCredentials, Boolean> coolingDown;

    Routing(StandbyStore standbys, NumberPolicy policy, Ticker ticker) {
        this.standbys = standbys;
        this.policy = policy;
        this.coolingDown = Caffeine.newBuilder()
                .maximumSize(MOST_COOLING_DOWN)
                .expireAfterWrite(COOL_DOWN)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** May ask the store, and throws what it throws; nothing has been sent or reserved by then. */
    Route of(OrganizationId organization, Usable known, Recipient recipient) {
        if (known.instances().size() == 1) {
            return new Route(known.instances(), Memory.NOT_NEEDED);
        }
        if (policy == NumberPolicy.ANY_NUMBER) {
            return new Route(inOrder(known), Memory.NOT_NEEDED);
        }
        Optional<KnownInstance> before =
                standbys.lastUsed(organization, recipient).flatMap(known::instance);
        return before.map(instance -> new Route(
                        Stream.of(instance).filter(KnownInstance::maySend).toList(), Memory.NOT_NEEDED))
                .orElseGet(() -> new Route(inOrder(known), Memory.NEEDED));
    }

    private List<KnownInstance> inOrder(Usable known) {
        List<KnownInstance> able =
                known.instances().stream().filter(KnownInstance::maySend).toList();
        return Stream.concat(
                        able.stream().filter(instance -> !isCoolingDown(instance)),
                        able.stream().filter(this::isCoolingDown))
                .toList();
    }

    private boolean isCoolingDown(KnownInstance instance) {
        return coolingDown.getIfPresent(instance.credentials()) != null;
    }

    void coolDown(KnownInstance instance) {
        coolingDown.put(instance.credentials(), true);
    }

    /** Writes down through which instance a message went, or may have gone, where its route asks for that. */
    void remember(Route route, OrganizationId organization, Recipient recipient, SendResult result) {
        if (route.remembered() == Memory.NEEDED) {
            Outcomes.instanceOf(result).ifPresent(instance -> remember(organization, recipient, instance));
        }
    }

    /** Writes down through which instance a recipient was written to. */
    void remember(OrganizationId organization, Recipient recipient, InstanceId instance) {
        Afterwards.write(
                () -> standbys.remember(organization, recipient, instance),
                failure -> LOG.warn(
                        "Through which instance organization {} has written to a recipient could not be written down; the"
                                + " next message may come from another number",
                        organization,
                        failure));
    }
}
