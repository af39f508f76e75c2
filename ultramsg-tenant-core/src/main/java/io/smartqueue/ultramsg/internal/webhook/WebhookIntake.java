package io.smartqueue.ultramsg.internal.webhook;

import io.smartqueue.ultramsg.event.WebhookRefused;
import io.smartqueue.ultramsg.internal.webhook.RequestCheck.Admitted;
import io.smartqueue.ultramsg.internal.webhook.RequestCheck.Found;
import io.smartqueue.ultramsg.internal.webhook.RequestCheck.Refused;
import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.Webhooks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.function.BooleanSupplier;

/** Takes what comes to the host's route: checked, handled once, answered. Thread-safe. */
public final class WebhookIntake implements Webhooks.Intake {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookIntake.class);

    private final RequestCheck check;
    private final EventHandling handling;
    private final Refusals refusals;
    private final BooleanSupplier isClosed;
    private final LogPace warnings = new LogPace();

    public WebhookIntake(RequestCheck check, EventHandling handling, Refusals refusals, BooleanSupplier isClosed) {
        this.check = check;
        this.handling = handling;
        this.refusals = refusals;
        this.isClosed = isClosed;
    }

    @Override
    public WebhookReply receive(WebhookRequest request) {
        if (isClosed.getAsBoolean()) {
            return WebhookReply.UNAVAILABLE;
        }
        try {
            Found found = check.check(request);
            return found instanceof Admitted admitted
                    ? handling.handle(admitted.event())
                    : refuse(((Refused) found).why());
        } catch (RuntimeException e) { // the store's, which a host may bring
            if (warnings.isDue()) {
                LOG.warn("Webhooks cannot be taken at the moment; UltraMsg is told to repeat them", e);
            } else {
                LOG.debug("A webhook could not be taken", e);
            }
            return WebhookReply.UNAVAILABLE;
        }
    }

    private WebhookReply refuse(WebhookRefused why) {
        refusals.tell(why);
        return switch (why.reason()) {
            case SWITCHED_OFF -> WebhookReply.SWITCHED_OFF;
            case WRONG_METHOD -> WebhookReply.WRONG_METHOD;
            case TOO_LARGE -> WebhookReply.TOO_LARGE;
            case UNKNOWN_SECRET, REVOKED_SECRET, NO_ORGANIZATION -> WebhookReply.UNKNOWN_SECRET;
            case NOT_CONFIGURED -> WebhookReply.UNAVAILABLE;
            case UNREADABLE -> WebhookReply.UNREADABLE;
            case WRONG_INSTANCE, SHARED_INSTANCE -> WebhookReply.WRONG_INSTANCE;
        };
    }
}
