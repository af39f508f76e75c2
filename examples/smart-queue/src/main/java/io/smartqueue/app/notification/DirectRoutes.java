package io.smartqueue.app.notification;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.ticket.MessageTexts;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Routes;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Sends a message at once, and tells what is known of it: sent, not sent and why, or perhaps sent. */
public final class DirectRoutes implements Routes {
    static final String PATH = "/api/notifications/whatsapp-direct";

    /** Before what others have queued at UltraMsg: somebody waits for the answer. */
    private static final int PRIORITY = 1;

    private final UltraMessageInstanceManager whatsApp;
    private final MessageTexts texts;
    private final Guard guard;
    private final Sending sending;
    private final PhoneNumbers numbers;
    private final Clock clock;

    public DirectRoutes(
            UltraMessageInstanceManager whatsApp, MessageTexts texts, Guard guard, Sending sending, Clock clock) {
        this.whatsApp = whatsApp;
        this.texts = texts;
        this.guard = guard;
        this.sending = sending;
        this.numbers = new PhoneNumbers(whatsApp);
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post(PATH, this::send);
    }

    private void send(Context request) {
        NotificationFields fields = NotificationFields.read(request, guard, numbers);
        TextMessage message = message(fields);
        if (sending == Sending.OFF) {
            Reply.disabled().write(request, 200);
        } else if (fields.isDryRun() || sending == Sending.DRY_RUN) {
            requireUsable(whatsApp.getOrganizationConfig(fields.visit().id()));
            reply("Nothing was sent: this is what would be", "dry_run", fields)
                    .with("text", message.body())
                    .write(request, 200);
        } else {
            answer(request, fields, whatsApp.send(fields.visit().id(), message, options(fields)));
        }
    }

    private TextMessage message(NotificationFields fields) {
        try {
            return TextMessage.of(Recipient.of(fields.phone()), text(fields));
        } catch (IllegalArgumentException e) { // values that make no text which can be sent
            throw NotificationFields.invalid("message", "invalid", String.valueOf(e.getMessage()));
        }
    }

    private String text(NotificationFields fields) {
        if (fields.message() != null) {
            return fields.message();
        }
        if (fields.event() == null) {
            throw NotificationFields.invalid("type", "missing", "is missing, and so is message: give one of them");
        }
        Map<String, String> values = new HashMap<>(fields.values());
        values.putIfAbsent("organizationName", fields.visit().organization().name());
        if (fields.ticketNumber() != null) {
            values.put("ticketNumber", fields.ticketNumber());
        }
        return texts.filled(fields.visit().id(), fields.event(), values);
    }

    private static SendOptions options(NotificationFields fields) {
        SendOptions.Builder options = SendOptions.builder().priority(PRIORITY);
        if (fields.idempotencyKey() != null) {
            options.idempotencyKey(fields.idempotencyKey());
        }
        if (fields.startsConversation()) {
            options.startConversation();
        }
        return options.build();
    }

    private static void requireUsable(Optional<UltraMessageConfig> config) {
        if (config.isEmpty()) {
            throw new ProblemException(Rejections.problem(
                    RejectionReason.NOT_CONFIGURED,
                    "the organization is not set up: an admin does that in its details"));
        }
        if (config.get().status() != InstanceStatus.ACTIVE) {
            throw new ProblemException(Rejections.problem(
                    RejectionReason.INACTIVE, "the organization is not active: an admin tests it in its details"));
        }
    }

    private void answer(Context request, NotificationFields fields, SendResult result) {
        if (result instanceof SendResult.Accepted accepted) {
            reply("UltraMsg has taken the message", "accepted", fields)
                    .with("messageId", accepted.queueId().value())
                    .with("reference", accepted.reference().value())
                    .with("instanceId", accepted.instance().value())
                    .with("remainingToday", accepted.remainingToday())
                    .write(request, 200);
        } else if (result instanceof SendResult.Unknown unknown) {
            // success, so that no caller who looks at nothing else sends it again
            String reference = unknown.reference().value();
            reply("UltraMsg did not answer: the message may have been sent, do not repeat it", "unknown", fields)
                    .with("messageId", reference)
                    .with("reference", reference)
                    .with("instanceId", unknown.instance().value())
                    .with(
                            "see",
                            PATH + "/" + reference + "?organizationId="
                                    + fields.visit().id())
                    .write(request, 202);
        } else if (result instanceof SendResult.Rejected rejected) {
            throw new ProblemException(Rejections.problem(rejected, clock));
        }
    }

    private static Reply reply(String message, String outcome, NotificationFields fields) {
        return Reply.success(message)
                .with("outcome", outcome)
                .with(fields.phone())
                .with("type", fields.event() == null ? null : fields.event().code())
                .with("ticketNumber", fields.ticketNumber());
    }
}
