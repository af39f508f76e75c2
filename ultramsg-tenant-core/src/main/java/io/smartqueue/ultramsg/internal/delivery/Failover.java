package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.event.FailedOver;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.internal.delivery.HandOver.Patience;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;

import java.util.EnumSet;
import java.util.Iterator;
import java.util.Set;

/**
 * Hands one message over to the instances of its route, one after the other, until one of them has taken it, may have taken it, or
 * refuses it for a reason that the next would have, too. See ADR 17. Thread-safe.
 */
final class Failover {
    /** What is wrong is the instance and not the message, and will be for longer than a call can wait. */
    private static final Set<RejectionReason> INSTANCE_IS_OUT = EnumSet.of(
            RejectionReason.UNREACHABLE,
            RejectionReason.CIRCUIT_OPEN,
            RejectionReason.BAD_TOKEN,
            RejectionReason.INSTANCE_NOT_FOUND,
            RejectionReason.INSTANCE_STOPPED,
            RejectionReason.NOT_AUTHENTICATED,
            RejectionReason.PROVIDER_LIMIT);

    private final HandOver handOver;
    private final Routing routing;
    private final Listeners listeners;

    Failover(HandOver handOver, Routing routing, Listeners listeners) {
        this.handOver = handOver;
        this.routing = routing;
        this.listeners = listeners;
    }

    HandedOver run(Route route, Dispatch dispatch, Notes notes) {
        Iterator<KnownInstance> instances = route.instances().iterator();
        KnownInstance instance = instances.next();
        int attempts = 0;
        while (true) {
            Patience patience = instances.hasNext() ? Patience.LEAVES_IT_TO_THE_NEXT : Patience.TRIES_AGAIN;
            HandedOver sent = handOver.run(instance.credentials(), dispatch, notes::mayRepeat, patience);
            attempts += sent.attempts();
            if (!isOut(sent) || !instances.hasNext()) {
                return new HandedOver(saysNumber(sent.result(), instance), attempts);
            }
            routing.coolDown(instance);
            KnownInstance next = instances.next();
            if (dispatch.deadline().isOver() || !notes.mayGoThrough(next.id())) {
                return new HandedOver(sent.result(), attempts);
            }
            listeners.failedOver(
                    new FailedOver(dispatch.organization(), dispatch.reference(), instance.id(), next.id()));
            instance = next;
        }
    }

    /** No attempt was made if the caller's time was over: that says nothing about the instance. */
    private static boolean isOut(HandedOver sent) {
        return sent.attempts() > 0
                && sent.result() instanceof Rejected rejected
                && INSTANCE_IS_OUT.contains(rejected.reason());
    }

    private static SendResult saysNumber(SendResult result, KnownInstance instance) {
        return result instanceof Accepted accepted
                ? new Accepted(
                        accepted.reference(),
                        accepted.queueId(),
                        accepted.instance(),
                        instance.businessNumber(),
                        accepted.remainingToday())
                : result;
    }
}
