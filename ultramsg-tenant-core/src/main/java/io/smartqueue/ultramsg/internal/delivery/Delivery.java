package io.smartqueue.ultramsg.internal.delivery;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.conversation.ConversationState;
import io.smartqueue.ultramsg.event.MessageSent;
import io.smartqueue.ultramsg.failover.NumberPolicy;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.config.KnownConfig.Usable;
import io.smartqueue.ultramsg.internal.delivery.Composition.Composed;
import io.smartqueue.ultramsg.internal.delivery.ReadBack.Finding;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.internal.time.Pause;
import io.smartqueue.ultramsg.internal.time.SteadyClock;
import io.smartqueue.ultramsg.internal.usage.UsageCounter;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.quota.QuotaDecision;
import io.smartqueue.ultramsg.quota.QuotaDecision.Exhausted;
import io.smartqueue.ultramsg.quota.QuotaDecision.Reserved;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.quota.Reservation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way of one message: configuration, content, daily limit, hand-over to the instance, settlement. Thread-safe.
 */
public final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final ConfigCache configs;
    private final QuotaStore quotas;
    private final OnceOnly onceOnly;
    private final ConversationCheck conversations;
    private final HandOver handOver;
    private final Routing routing;
    private final Failover failover;
    private final Clock clock;
    private final Duration defaultDeadline;
    private final MessageLogging logging;
    private final Listeners listeners;
    private final UsageCounter usage;

    public Delivery(
            ConfigCache configs,
            QuotaStore quotas,
            MessageLog messages,
            StandbyStore standbys,
            NumberPolicy numberPolicy,
            ConversationCheck conversations,
            MessageLogging logging,
            UltraMsgHttp http,
            Clock clock,
            DeliveryLimits limits,
            Pause pause,
            Listeners listeners,
            UsageCounter usage) {
        this.configs = configs;
        this.quotas = quotas;
        this.clock = clock;
        this.defaultDeadline = limits.deadline();
        this.conversations = conversations;
        this.logging = logging;
        this.listeners = listeners;
        this.usage = usage;
        this.onceOnly = new OnceOnly(messages, pause);
        this.handOver = new HandOver(
                http,
                new Gates(
                        http, limits.callersPerInstance(), clock, new SteadyClock(), Ticker.systemTicker(), listeners),
                new ReadBack(limits.readBackWindow(), pause),
                pause,
                clock);
        this.routing = new Routing(standbys, numberPolicy, Ticker.systemTicker());
        this.failover = new Failover(handOver, routing, listeners);
    }

    /** The same way, from the middle on, for messages that waited in the outbox. */
    public QueuedMessages queued() {
        return new QueuedMessages(conversations, routing, failover, handOver, onceOnly, listeners, usage);
    }

    public SendResult sendText(OrganizationId organization, @Nullable String to, @Nullable String text) {
        return new Attempt(organization, SendOptions.defaults()).run(config -> Composition.ofText(to, text, config));
    }

    public SendResult send(OrganizationId organization, OutboundMessage message, SendOptions options) {
        return new Attempt(organization, options).run(config -> new Composed(message));
    }

    /** One call on its way, with the reference and the deadline that hold for all of it. */
    private final class Attempt {
        private final OrganizationId organization;
        private final SendOptions options;
        private final Reference reference;
        private final Deadline deadline;
        private ConversationState conversation = ConversationState.UNKNOWN;

        // for what is counted of it
        private @Nullable MessageKind kind;
        private boolean isRepetition; // of a call whose message was sent

        Attempt(OrganizationId organization, SendOptions options) {
            this.organization = organization;
            this.options = options;
            this.reference = options.reference().orElseGet(() -> Reference.next(clock));
            this.deadline = Deadline.in(options.deadline().orElse(defaultDeadline));
        }

        SendResult run(Function<UltraMessageConfig, Composition> composer) {
            long start = System.nanoTime();
            KnownConfig known = configs.get(organization);
            SendResult result = configure(known, composer);
            long took = System.nanoTime() - start;
            if (!isRepetition || result instanceof Rejected) {
                usage.attempted(organization, known, kind, result, TimeUnit.NANOSECONDS.toMillis(took));
                if (conversation == ConversationState.CLOSED && result.isAccepted()) {
                    usage.outsideConversation(organization);
                }
            }
            if (LOG.isDebugEnabled()) {
                LOG.debug("Organization {}, message {}: {}", organization, result.reference(), summary(result));
            }
            if (listeners.isAnyone()) {
                listeners.sent(new MessageSent(organization, result, Duration.ofNanos(took), conversation));
            }
            return result;
        }

        private SendResult configure(KnownConfig known, Function<UltraMessageConfig, Composition> composer) {
            if (known instanceof Usable usable) {
                return usable.maySend() || mayHaveBeenSentBefore() ? compose(usable, composer) : inactive(usable);
            }
            return rejected(RejectionReason.NOT_CONFIGURED, known.complaint());
        }

        private boolean mayHaveBeenSentBefore() {
            return options.idempotencyKey().isPresent();
        }

        private SendResult compose(Usable known, Function<UltraMessageConfig, Composition> composer) {
            Composition composition = composer.apply(known.config());
            if (composition instanceof Composition.Refused refused) {
                return rejected(refused.reason(), refused.detail());
            }
            OutboundMessage message = ((Composed) composition).message();
            kind = MessageKind.of(message);
            return route(known, new Dispatch(organization, message, reference, options, deadline));
        }

        private SendResult route(Usable known, Dispatch dispatch) {
            Recipient recipient = dispatch.message().to();
            Route route = known.maySend() ? routing.of(organization, known, recipient) : Route.NOWHERE;
            if (route.instances().isEmpty()) {
                return notNow(known, dispatch);
            }
            SendResult result = logging.keeps(options) ? log(known, route, dispatch) : reserve(route, dispatch);
            routing.remember(route, organization, recipient, result);
            return result;
        }

        /** What was sent under its key before is told whatever its organization may do now: "rejected" would deny it. */
        private SendResult notNow(Usable known, Dispatch dispatch) {
            Rejected inactive = inactive(known);
            return mayHaveBeenSentBefore()
                    ? claim(known, known.config().credentials().instance(), dispatch, () -> new HandedOver(inactive, 0))
                    : inactive;
        }

        private Rejected inactive(Usable known) {
            return rejected(
                    RejectionReason.INACTIVE,
                    known.maySend()
                            ? "the instance whose number the recipient knows is not active, and recipients are not written to"
                                    + " from another number"
                            : "the organization's status is "
                                    + known.config().status().storedName() + "; only an active one may send");
        }

        /** What was sent under its key before is told also when the conversation is over, for the same reason. */
        private SendResult log(Usable known, Route route, Dispatch dispatch) {
            InstanceId instance = route.first().id();
            if (!isOutsideConversation(dispatch)) {
                return claim(known, instance, dispatch, () -> failover.run(route, dispatch, notes()));
            }
            Rejected refusal = ConversationCheck.refusal(reference);
            return mayHaveBeenSentBefore()
                    ? claim(known, instance, dispatch, () -> new HandedOver(refusal, 0))
                    : refusal;
        }

        private boolean isOutsideConversation(Dispatch dispatch) {
            conversation =
                    conversations.stateFor(organization, dispatch.message().to(), options);
            return conversations.refuses(conversation, options);
        }

        /** With an entry in the log, which takes and gives back the place in the day. */
        private SendResult claim(Usable known, InstanceId instance, Dispatch dispatch, Supplier<HandedOver> sending) {
            isRepetition = true;
            SendResult result = onceOnly.send(
                    organization,
                    logging.entry(dispatch, instance),
                    deadline,
                    () -> {
                        isRepetition = false;
                        return sending.get();
                    },
                    unknown -> known.sentThrough(unknown.instance())
                            .map(its -> permitted(counted(handOver.findOut(its.credentials(), unknown, deadline))))
                            .orElseGet(Finding.Untold::new));
            forgetIfGone(result);
            return result;
        }

        private Finding counted(Finding finding) {
            if (finding instanceof Finding.Taken) {
                usage.foundLater(organization);
            }
            return finding;
        }

        private Notes notes() {
            return new Notes() {
                @Override
                public boolean mayRepeat() {
                    return options.isRepeatedWhenAbsent() && onceOnly.noteRepetition(organization, reference);
                }

                @Override
                public boolean mayGoThrough(InstanceId next) {
                    return onceOnly.noteInstance(organization, reference, next);
                }
            };
        }

        /** What is absent may be sent again only if the caller says so. */
        private Finding permitted(Finding finding) {
            return finding instanceof Finding.Absent && !options.isRepeatedWhenAbsent()
                    ? new Finding.Untold()
                    : finding;
        }

        private SendResult reserve(Route route, Dispatch dispatch) {
            Optional<Rejected> turnedAway = handOver.turnsAway(route.first().credentials(), dispatch);
            if (turnedAway.isPresent()) {
                return turnedAway.get(); // a crowd before one instance is no load on the store
            }
            if (isOutsideConversation(dispatch)) {
                return ConversationCheck.refusal(reference);
            }
            QuotaDecision decision = quotas.reserve(organization);
            if (decision instanceof Reserved place) {
                // Should anything be thrown before it is settled, the place stays taken: the message may have left.
                return settle(place, failover.run(route, dispatch, Notes.NONE));
            }
            SendResult result = decision instanceof Exhausted day
                    ? Outcomes.noPlace(reference, day)
                    : Outcomes.noOrganization(reference);
            forgetIfGone(result);
            return result;
        }

        /** Only the store can have said so: what is at hand is out of date. */
        private void forgetIfGone(SendResult result) {
            if (result instanceof Rejected rejected && rejected.reason() == RejectionReason.NOT_CONFIGURED) {
                configs.forget(organization);
            }
        }

        /** An unknown message keeps its place: it may have been sent. */
        private SendResult settle(Reserved place, HandedOver sent) {
            if (sent.result() instanceof Rejected) {
                refund(place.reservation());
            }
            return Outcomes.inItsPlace(sent.result(), place);
        }

        private void refund(Reservation reservation) {
            Afterwards.write(
                    () -> quotas.refund(reservation),
                    failure -> LOG.warn(
                            "A place in the daily limit of organization {} could not be given back and stays taken until"
                                    + " the end of its day {}",
                            organization,
                            reservation.day(),
                            failure));
        }

        private Rejected rejected(RejectionReason reason, String detail) {
            return new Rejected(reference, reason, detail, null);
        }
    }

    private static String summary(SendResult result) {
        String outcome = result.getClass().getSimpleName();
        return result instanceof Rejected rejected ? outcome + " " + rejected.reason() : outcome;
    }
}
