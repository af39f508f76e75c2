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
import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.MessageLog;
import io.smartqueue.ultramsg.message.MessageLog.KeyedMessage;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
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
    private final Listeners listeners;

    public Delivery(
            ConfigCache configs,
            QuotaStore quotas,
            MessageLog messages,
            UltraMsgHttp http,
            Clock clock,
            DeliveryLimits limits,
            Pause pause,
            Listeners listeners) {
        this.configs = configs;
        this.quotas = quotas;
        this.clock = clock;
        this.defaultDeadline = limits.deadline();
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
            return composition instanceof Composed composed
                    ? options.idempotencyKey()
                            .map(key -> claim(key, config, composed.message()))
                            .orElseGet(() -> reserve(config, composed.message()))
                    : rejected(
                            ((Composition.Refused) composition).reason(), ((Composition.Refused) composition).detail());
        }

        private SendResult claim(IdempotencyKey key, UltraMessageConfig config, OutboundMessage message) {
            KeyedMessage keyed = new KeyedMessage(
                    key,
                    ContentHash.of(message),
                    message.to(),
                    reference,
                    config.credentials().instance());
            return onceOnly.send(
                    organization,
                    keyed,
                    deadline,
                    () -> reserve(config, message),
                    unknown -> permitted(handOver.findOut(config.credentials(), unknown, deadline)));
        }

        /** What is absent may be sent again only if the caller says so. */
        private Finding permitted(Finding finding) {
            return finding instanceof Finding.Absent && !options.isRepeatedWhenAbsent()
                    ? new Finding.Untold()
                    : finding;
        }

        private SendResult reserve(UltraMessageConfig config, OutboundMessage message) {
            QuotaDecision decision = quotas.reserve(organization);
            if (decision instanceof Reserved reserved) {
                // Should anything be thrown before it is settled, the place stays taken: the message may have left.
                return settle(
                        reserved,
                        handOver.run(organization, config.credentials(), message, reference, options, deadline));
            }
            if (decision instanceof Exhausted exhausted) {
                return new Rejected(
                        reference,
                        RejectionReason.QUOTA_EXCEEDED,
                        "the organization's daily limit of " + exhausted.limit() + " messages is used up",
                        exhausted.resetsAt());
            }
            configs.forget(organization);
            return rejected(RejectionReason.NOT_CONFIGURED, "the organization has just been removed");
        }

        private SendResult settle(Reserved reserved, SendResult result) {
            if (result instanceof Accepted accepted) {
                return new Accepted(reference, accepted.queueId(), accepted.instance(), reserved.remaining());
            }
            if (result instanceof Rejected) {
                refund(reserved.reservation());
            }
            return result; // an unknown message keeps its place: it may have been sent
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
