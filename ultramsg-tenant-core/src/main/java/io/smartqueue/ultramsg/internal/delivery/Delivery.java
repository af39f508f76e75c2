package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.event.MessageSent;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.delivery.Composition.Composed;
import io.smartqueue.ultramsg.internal.delivery.ReadBack.Finding;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.internal.time.Pause;
import io.smartqueue.ultramsg.internal.time.SteadyClock;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
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
import java.util.function.Function;

/**
 * The way of one message: configuration, content, daily limit, hand-over to the instance, settlement. Thread-safe.
 */
public final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final ConfigCache configs;
    private final QuotaStore quotas;
    private final OnceOnly onceOnly;
    private final HandOver handOver;
    private final Clock clock;
    private final Duration defaultDeadline;
    private final MessageLogging logging;
    private final Listeners listeners;

    public Delivery(
            ConfigCache configs,
            QuotaStore quotas,
            MessageLog messages,
            MessageLogging logging,
            UltraMsgHttp http,
            Clock clock,
            DeliveryLimits limits,
            Pause pause,
            Listeners listeners) {
        this.configs = configs;
        this.quotas = quotas;
        this.clock = clock;
        this.defaultDeadline = limits.deadline();
        this.logging = logging;
        this.listeners = listeners;
        this.onceOnly = new OnceOnly(messages, pause);
        this.handOver = new HandOver(
                http,
                new Gates(clock, new SteadyClock(), listeners),
                new ReadBack(limits.readBackWindow(), pause),
                pause,
                clock);
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

        Attempt(OrganizationId organization, SendOptions options) {
            this.organization = organization;
            this.options = options;
            this.reference = options.reference().orElseGet(() -> Reference.next(clock));
            this.deadline = Deadline.in(options.deadline().orElse(defaultDeadline));
        }

        SendResult run(Function<UltraMessageConfig, Composition> composer) {
            long start = System.nanoTime();
            SendResult result = configure(composer);
            if (LOG.isDebugEnabled()) {
                LOG.debug("Organization {}, message {}: {}", organization, result.reference(), summary(result));
            }
            if (listeners.isAnyone()) {
                listeners.sent(new MessageSent(organization, result, Duration.ofNanos(System.nanoTime() - start)));
            }
            return result;
        }

        private SendResult configure(Function<UltraMessageConfig, Composition> composer) {
            KnownConfig known = configs.get(organization);
            if (known instanceof KnownConfig.Usable usable) {
                return usable.config().status().maySend()
                        ? compose(usable.config(), composer)
                        : rejected(
                                RejectionReason.INACTIVE,
                                "the organization's status is "
                                        + usable.config().status().storedName() + "; only an active one may send");
            }
            return rejected(RejectionReason.NOT_CONFIGURED, known.complaint());
        }

        private SendResult compose(UltraMessageConfig config, Function<UltraMessageConfig, Composition> composer) {
            Composition composition = composer.apply(config);
            if (composition instanceof Composition.Refused refused) {
                return rejected(refused.reason(), refused.detail());
            }
            OutboundMessage message = ((Composed) composition).message();
            Dispatch dispatch = new Dispatch(organization, message, reference, options, deadline);
            return logging.keeps(options) ? claim(config, dispatch) : reserve(config, dispatch);
        }

        /** With an entry in the log, which takes and gives back the place in the day. */
        private SendResult claim(UltraMessageConfig config, Dispatch dispatch) {
            SendResult result = onceOnly.send(
                    organization,
                    logging.entry(dispatch, config.credentials().instance()),
                    deadline,
                    () -> handOver.run(config.credentials(), dispatch, this::mayRepeat),
                    unknown -> permitted(handOver.findOut(config.credentials(), unknown, deadline)));
            forgetIfGone(result);
            return result;
        }

        private boolean mayRepeat() {
            return options.isRepeatedWhenAbsent() && onceOnly.noteRepetition(organization, reference);
        }

        /** What is absent may be sent again only if the caller says so. */
        private Finding permitted(Finding finding) {
            return finding instanceof Finding.Absent && !options.isRepeatedWhenAbsent()
                    ? new Finding.Untold()
                    : finding;
        }

        private SendResult reserve(UltraMessageConfig config, Dispatch dispatch) {
            QuotaDecision decision = quotas.reserve(organization);
            if (decision instanceof Reserved place) {
                // Should anything be thrown before it is settled, the place stays taken: the message may have left.
                return settle(place, handOver.run(config.credentials(), dispatch, () -> false));
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
