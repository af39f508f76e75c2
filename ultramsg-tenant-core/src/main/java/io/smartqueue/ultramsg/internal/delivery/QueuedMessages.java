package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.conversation.ConversationState;
import io.smartqueue.ultramsg.event.MessageSent;
import io.smartqueue.ultramsg.internal.config.KnownConfig.Usable;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.internal.delivery.ReadBack.Finding;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.internal.usage.UsageCounter;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The way of a message that waited in the outbox: it has its entry in the log and its place in the day already, and goes on from where
 * other messages get theirs. What comes of it is written down by whoever has claimed it. Thread-safe.
 */
public final class QueuedMessages {
    private static final Logger LOG = LoggerFactory.getLogger(QueuedMessages.class);

    private final ConversationCheck conversations;
    private final Routing routing;
    private final Failover failover;
    private final HandOver handOver;
    private final OnceOnly onceOnly;
    private final Listeners listeners;
    private final UsageCounter usage;

    QueuedMessages(
            ConversationCheck conversations,
            Routing routing,
            Failover failover,
            HandOver handOver,
            OnceOnly onceOnly,
            Listeners listeners,
            UsageCounter usage) {
        this.conversations = conversations;
        this.routing = routing;
        this.failover = failover;
        this.handOver = handOver;
        this.onceOnly = onceOnly;
        this.listeners = listeners;
        this.usage = usage;
    }

    /**
     * A message on its way out of the outbox.
     *
     * @param organization on whose behalf
     * @param reference what it is sent under
     * @param message what is sent
     * @param options its place in UltraMsg's own queue, and whether it may start a conversation
     */
    public record Queued(
            OrganizationId organization, Reference reference, OutboundMessage message, SendOptions options) {}

    /** Sends one that was certainly not sent before; its entry names the organization's own instance. */
    public HandedOver send(Usable known, Queued queued, Duration most) {
        Deadline deadline = Deadline.in(most);
        Optional<ConversationState> conversation = conversation(queued);
        if (conversation.isEmpty()) {
            return notSent(
                    queued,
                    RejectionReason.UNREACHABLE,
                    "whether its recipient has written lately could not be found out");
        }
        return told(
                queued,
                conversation.get(),
                conversations.refuses(conversation.get(), queued.options())
                        ? () -> new HandedOver(ConversationCheck.refusal(queued.reference()), 0)
                        : () -> route(known, queued, deadline));
    }

    /**
     * Looks for one that may have been sent before, and sends it again under its reference if it is not listed, and its conversation is not
     * over meanwhile.
     *
     * @param before why it is not known what became of it, and through which instance it went
     * @return accepted or still unknown; never rejected, since what it is refused for now says nothing about the time before
     */
    public HandedOver sendUnlessListed(Usable known, Queued queued, Unknown before, Duration most) {
        Deadline deadline = Deadline.in(most);
        Optional<KnownInstance> instance = known.sentThrough(before.instance());
        if (instance.isEmpty()) {
            return givenUp(before);
        }
        Finding finding = handOver.findOut(instance.get().credentials(), before, deadline);
        if (!(finding instanceof Finding.Absent)) {
            return found(queued, finding, before);
        }
        Optional<ConversationState> conversation =
                conversation(queued).filter(state -> !conversations.refuses(state, queued.options()));
        if (conversation.isEmpty() || !onceOnly.noteRepetition(queued.organization(), queued.reference())) {
            return new HandedOver(before, 0);
        }
        return told(queued, conversation.get(), () -> {
            HandedOver sent = handOver.run(
                    instance.get().credentials(),
                    dispatch(queued, deadline),
                    () -> false,
                    HandOver.Patience.TRIES_AGAIN);
            return sent.result() instanceof Rejected ? new HandedOver(before, sent.attempts()) : sent;
        });
    }

    /**
     * Looks for one that may have been sent before, and does not send it again: it has expired meanwhile.
     *
     * @param before as above
     * @return accepted or still unknown
     */
    public HandedOver lookFor(Usable known, Queued queued, Unknown before, Duration most) {
        Optional<KnownInstance> instance = known.instance(before.instance());
        return instance.isEmpty()
                ? givenUp(before)
                : found(queued, handOver.findOut(instance.get().credentials(), before, Deadline.in(most)), before);
    }

    private HandedOver found(Queued queued, Finding finding, Unknown before) {
        return finding instanceof Finding.Taken taken
                ? told(queued, ConversationState.UNKNOWN, () -> new HandedOver(taken.accepted(), 0))
                : new HandedOver(before, 0);
    }

    /** Empty if the message must not go without knowing, and the store cannot tell: no reason to refuse it for good. */
    private Optional<ConversationState> conversation(Queued queued) {
        try {
            return Optional.of(conversations.stateFor(
                    queued.organization(), queued.message().to(), queued.options()));
        } catch (RuntimeException e) { // of whatever kind: a host may bring the store
            LOG.warn(
                    "Message {} of organization {} waits: whether its recipient has written lately could not be found out",
                    queued.reference(),
                    queued.organization(),
                    e);
            return Optional.empty();
        }
    }

    private static HandedOver givenUp(Unknown before) {
        return new HandedOver(
                new Unknown(
                        before.reference(),
                        before.instance(),
                        "the organization no longer has the instance it went through"),
                0);
    }

    private HandedOver route(Usable known, Queued queued, Deadline deadline) {
        Route route = known.maySend()
                ? routing.of(queued.organization(), known, queued.message().to())
                : Route.NOWHERE;
        InstanceId noted = known.config().credentials().instance();
        if (route.instances().isEmpty()) {
            return notSent(queued, RejectionReason.INACTIVE, "no instance that may write to the recipient is active");
        }
        if (!route.first().id().equals(noted)
                && !onceOnly.noteInstance(
                        queued.organization(), queued.reference(), route.first().id())) {
            return notSent(queued, RejectionReason.UNREACHABLE, "its instance could not be written down");
        }
        HandedOver sent = failover.run(route, dispatch(queued, deadline), notes(queued));
        routing.remember(route, queued.organization(), queued.message().to(), sent.result());
        return sent;
    }

    private static HandedOver notSent(Queued queued, RejectionReason reason, String detail) {
        return new HandedOver(new Rejected(queued.reference(), reason, detail, null), 0);
    }

    private static Dispatch dispatch(Queued queued, Deadline deadline) {
        return new Dispatch(queued.organization(), queued.message(), queued.reference(), queued.options(), deadline);
    }

    /** One whose reply was lost is not repeated here but by a later turn of its lane, which looks for it again before that. */
    private Notes notes(Queued queued) {
        return new Notes() {
            @Override
            public boolean mayRepeat() {
                return false;
            }

            @Override
            public boolean mayGoThrough(InstanceId next) {
                return onceOnly.noteInstance(queued.organization(), queued.reference(), next);
            }
        };
    }

    private HandedOver told(Queued queued, ConversationState conversation, Supplier<HandedOver> sending) {
        long start = System.nanoTime();
        HandedOver sent = sending.get();
        if (conversation == ConversationState.CLOSED && sent.result().isAccepted()) {
            usage.outsideConversation(queued.organization());
        }
        if (listeners.isAnyone()) {
            listeners.sent(new MessageSent(
                    queued.organization(), sent.result(), Duration.ofNanos(System.nanoTime() - start), conversation));
        }
        return sent;
    }
}
