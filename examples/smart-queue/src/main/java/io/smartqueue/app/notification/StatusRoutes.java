package io.smartqueue.app.notification;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.message.LoggedMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How an organization's WhatsApp stands, and what became of a message. Neither tells a secret. */
public final class StatusRoutes implements Routes {
    private static final List<String> PATHS = List.of(
            "/api/notifications/whatsapp", "/api/notifications/whatsapp-direct", "/api/notifications/whatsapp-fixed");

    private final UltraMessageInstanceManager whatsApp;
    private final Guard guard;
    private final Sending sending;

    public StatusRoutes(UltraMessageInstanceManager whatsApp, Guard guard, Sending sending) {
        this.whatsApp = whatsApp;
        this.guard = guard;
        this.sending = sending;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        for (String path : PATHS) {
            routes.get(path, this::status);
            routes.get(path + "/{reference}", this::message);
        }
    }

    private void status(Context request) {
        Visit visit = Queries.visit(request, guard, Permission.VIEW);
        Optional<ConfigDraft> config = whatsApp.administration(visit.who().actor())
                .config(visit.id())
                .map(ConfigView::fields)
                .filter(ConfigDraft::namesInstance);
        Reply reply = new Reply()
                .with("success", true)
                .with("enabled", sending != Sending.OFF)
                .with("debugMode", sending == Sending.DRY_RUN)
                .with("configured", whatsApp.getOrganizationConfig(visit.id()).isPresent())
                .with("instanceId", config.flatMap(ConfigDraft::instanceId).orElse(null))
                .with("endpoint", config.flatMap(StatusRoutes::endpoint).orElse(null))
                .with("status", config.flatMap(ConfigDraft::status).orElse("not_configured"))
                .with(
                        "businessNumber",
                        config.flatMap(ConfigDraft::businessNumber).orElse(null))
                .with("waiting", whatsApp.outbox().backlog(visit.id()).waiting());
        if (visit.organization().may(Permission.TEST)) { // how much an organization writes is not everybody's business
            addUsage(visit.id(), reply);
        }
        reply.write(request, 200);
    }

    private static Optional<String> endpoint(ConfigDraft config) {
        return config.instanceId()
                .map(instance -> config.baseUrl().orElse(UltraMessageConfig.DEFAULT_BASE_URL) + "/" + instance);
    }

    private void addUsage(OrganizationId organization, Reply reply) {
        whatsApp.usage()
                .today(organization)
                .ifPresent(today -> reply.with("usedToday", today.quota().used())
                        .with("dailyLimit", today.quota().limit())
                        .with("resetsAt", today.quota().resetsAt().toString()));
    }

    private void message(Context request) {
        Visit visit = Queries.visit(request, guard, Permission.VIEW);
        Reply reply = Reference.find(request.pathParam("reference"))
                .flatMap(reference -> reply(visit.id(), reference))
                .orElseThrow(() -> new ProblemException(Problem.of(
                        404,
                        "no_such_message",
                        "No such message",
                        "the organization has no message of this reference, or it is so old that it is forgotten")));
        reply.write(request, 200);
    }

    /** What waits in the outbox is not in the log of what was sent. */
    private Optional<Reply> reply(OrganizationId organization, Reference reference) {
        return whatsApp.loggedMessage(organization, reference)
                .map(StatusRoutes::reply)
                .or(() -> whatsApp.outbox().find(organization, reference).map(StatusRoutes::reply));
    }

    private static Reply reply(LoggedMessage message) {
        SendResult outcome = message.outcome();
        Reply reply = new Reply()
                .with("success", true)
                .with("reference", outcome.reference().value());
        if (outcome instanceof SendResult.Accepted accepted) {
            reply.with("outcome", "accepted")
                    .with("messageId", accepted.queueId().value())
                    .with("instanceId", accepted.instance().value())
                    .with("delivery", code(message.delivery()));
        } else if (outcome instanceof SendResult.Rejected rejected) {
            reply.with("outcome", "rejected")
                    .with("reason", Rejections.code(rejected.reason()))
                    .with("detail", rejected.detail());
        } else if (outcome instanceof SendResult.Unknown unknown) {
            reply.with("outcome", message.settledAt() == null ? "sending" : "unknown")
                    .with("instanceId", unknown.instance().value());
        }
        return reply.with("attempts", message.attempts())
                .with("createdAt", message.createdAt().toString())
                .with("settledAt", text(message.settledAt()))
                .with("deliveredAt", text(message.deliveredAt()))
                .with("readAt", text(message.readAt()));
    }

    private static Reply reply(OutboxItem item) {
        return new Reply()
                .with("success", true)
                .with("reference", item.reference().value())
                .with("outcome", code(item.state()))
                .with("reason", item.reason() == null ? null : Rejections.code(item.reason()))
                .with("detail", item.detail())
                .with("attempts", item.attempts())
                .with("createdAt", item.enqueuedAt().toString())
                .with("settledAt", text(item.settledAt()));
    }

    private static String code(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
