package io.smartqueue.app.notification;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.ticket.NoSuchTicketException;
import io.smartqueue.app.ticket.Notified;
import io.smartqueue.app.ticket.TicketConflictException;
import io.smartqueue.app.ticket.TicketDesk;
import io.smartqueue.app.ticket.TicketEvent;
import io.smartqueue.app.ticket.TicketNotice;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Routes;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.EnqueueResult;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.UUID;

/**
 * What has happened to a ticket, told by the program that has it. The ticket and the message that its customer gets are written down in one
 * transaction, and the message is sent at the organization's pace; whoever tells of the same event again changes nothing.
 */
public final class NotificationRoutes implements Routes {
    /** The second is for callers who know no other. */
    private static final List<String> PATHS =
            List.of("/api/notifications/whatsapp", "/api/notifications/whatsapp-fixed");

    private final UltraMessageInstanceManager whatsApp;
    private final TicketDesk desk;
    private final Guard guard;
    private final Sending sending;
    private final PhoneNumbers numbers;

    public NotificationRoutes(UltraMessageInstanceManager whatsApp, TicketDesk desk, Guard guard, Sending sending) {
        this.whatsApp = whatsApp;
        this.desk = desk;
        this.guard = guard;
        this.sending = sending;
        this.numbers = new PhoneNumbers(whatsApp);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        PATHS.forEach(path -> routes.post(path, this::notify));
    }

    private void notify(Context request) {
        NotificationFields fields = NotificationFields.read(request, guard, numbers);
        @Nullable TicketEvent event = fields.event();
        boolean namesTicket = fields.ticketId() != null || fields.ticketNumber() != null;
        if (event != null && (namesTicket || fields.message() == null)) {
            notify(request, fields, notice(fields, event));
        } else if (fields.message() != null) {
            enqueue(request, fields, fields.message());
        } else {
            throw NotificationFields.invalid(
                    "notificationType", "missing", "is missing, and so is message: give one of them");
        }
    }

    private static TicketNotice notice(NotificationFields fields, TicketEvent event) {
        @Nullable UUID ours = uuid(fields.ticketId());
        return new TicketNotice(
                event,
                ours,
                fields.ticketNumber() != null || ours != null ? fields.ticketNumber() : fields.ticketId(),
                fields.phone(),
                fields.values(),
                fields.message(),
                fields.startsConversation() ? TicketNotice.Reach.EVERYBODY : TicketNotice.Reach.WRITERS);
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        return text != null && Guard.isUuid(text) ? UUID.fromString(text) : null;
    }

    private void notify(Context request, NotificationFields fields, TicketNotice notice) {
        OrganizationId organization = fields.visit().id();
        try {
            if (sending == Sending.OFF) {
                Reply.disabled().write(request, 200);
            } else if (fields.isDryRun() || sending == Sending.DRY_RUN) {
                Notified preview = desk.preview(organization, notice);
                answerDryRun(request, fields, preview.text(), preview.ticket().number());
            } else {
                answer(request, fields, desk.notify(organization, notice));
            }
        } catch (NoSuchTicketException e) {
            throw NotificationFields.invalid("ticketNumber", "missing", String.valueOf(e.getMessage()));
        } catch (TicketConflictException e) {
            throw new ProblemException(
                    Problem.of(409, e.code(), "This does not go together", String.valueOf(e.getMessage())));
        } catch (IllegalArgumentException e) { // values that make no text which can be sent
            throw NotificationFields.invalid("message", "invalid", String.valueOf(e.getMessage()));
        }
    }

    private void answer(Context request, NotificationFields fields, Notified notified) {
        reply(fields, notified.result())
                .with("ticketNumber", notified.ticket().number())
                .with("ticketId", notified.ticket().id().toString())
                .write(request, 202);
    }

    private Reply reply(NotificationFields fields, EnqueueResult result) {
        boolean isNew = result instanceof EnqueueResult.Queued;
        String reference = result.reference().value();
        return Reply.success(isNew ? "The message is queued" : "The message was queued before")
                .with("outcome", isNew ? "queued" : "already_queued")
                .with("messageId", reference)
                .with("reference", reference)
                .with(fields.phone())
                .with("type", fields.event() == null ? null : fields.event().code())
                .with("warning", warning(fields.visit().id()));
    }

    /** A ticket does not fail because its organization's WhatsApp does not work: the message waits, and is sent if that is soon. */
    private @Nullable String warning(OrganizationId organization) {
        return whatsApp.getOrganizationConfig(organization).isPresent()
                ? null
                : "the organization is not set up: its messages wait until it is";
    }

    private static void answerDryRun(
            Context request, NotificationFields fields, String text, @Nullable String ticketNumber) {
        Reply.success("Nothing was sent: this is what would be")
                .with("outcome", "dry_run")
                .with(fields.phone())
                .with("type", fields.event() == null ? null : fields.event().code())
                .with("ticketNumber", ticketNumber)
                .with("text", text)
                .write(request, 200);
    }

    /** A text that belongs to no ticket, which the callers of old could send here as well. */
    private void enqueue(Context request, NotificationFields fields, String text) {
        if (sending == Sending.OFF) {
            Reply.disabled().write(request, 200);
        } else if (fields.isDryRun() || sending == Sending.DRY_RUN) {
            answerDryRun(request, fields, text, null);
        } else {
            EnqueueResult result = whatsApp.outbox()
                    .enqueue(fields.visit().id(), TextMessage.of(Recipient.of(fields.phone()), text), options(fields));
            if (result instanceof EnqueueResult.Refused refused) {
                throw new ProblemException(Rejections.problem(refused.reason(), refused.detail()));
            }
            reply(fields, result).write(request, 202);
        }
    }

    private static EnqueueOptions options(NotificationFields fields) {
        EnqueueOptions.Builder options = EnqueueOptions.builder();
        if (fields.idempotencyKey() != null) {
            options.idempotencyKey(fields.idempotencyKey());
        }
        if (fields.startsConversation()) {
            options.startConversation();
        }
        return options.build();
    }
}
