package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.notification.InboundWebhook;
import io.smartqueue.app.page.DetailsView.Entered;
import io.smartqueue.app.page.DetailsView.Notice;
import io.smartqueue.app.page.DetailsView.Part;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import io.smartqueue.ultramsg.webhook.InstallOptions;
import io.smartqueue.ultramsg.webhook.WebhookCheck;

import java.net.URI;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What UltraMsg posts to this service for an organization, and the button that sets it. */
final class WebhookPanel implements Routes {
    /** How it is set at UltraMsg, and what to do. */
    record View(Mood mood, String text) {}

    /** Whether there is something to do. */
    enum Mood {
        GOOD,
        BAD
    }

    private static final String PATH = "/organizations/{organization}/details/webhook";

    private final UltraMessageInstanceManager whatsApp;
    private final Guard guard;
    private final DetailsAnswers answers;
    private final Supplier<URI> url;

    WebhookPanel(UltraMessageInstanceManager whatsApp, Guard guard, DetailsAnswers answers, Supplier<URI> url) {
        this.whatsApp = whatsApp;
        this.guard = guard;
        this.answers = answers;
        this.url = url;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show);
        routes.post(PATH, this::install);
    }

    private void show(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        Views.show(request, "page/details_webhook.jte", check(visit));
    }

    private View check(Visit visit) {
        try {
            return said(whatsApp.webhooks().check(visit.id(), base()));
        } catch (StorageException e) {
            throw e;
        } catch (UltraMessageException e) {
            return new View(Mood.BAD, "What is set at UltraMsg is not known: " + e.getMessage());
        }
    }

    private URI base() {
        return url.get().resolve(InboundWebhook.PATH);
    }

    private static View said(WebhookCheck check) {
        if (check.isInOrder()) {
            return new View(Mood.GOOD, "UltraMsg posts to this service.");
        }
        String address = switch (check.address()) {
            case MATCHES -> "UltraMsg posts to this service.";
            case OLDER_KEY -> "UltraMsg posts to an address of an older key: install the webhook anew.";
            case NONE -> "UltraMsg posts nothing: install the webhook.";
            case ELSEWHERE -> "UltraMsg posts to another service: install the webhook to have it post here.";
            case UNKNOWN_SECRET -> "UltraMsg posts to an address that does not hold: install the webhook anew.";
            case OTHER_ORGANIZATION -> "UltraMsg posts to another organization's address: install the webhook anew.";
            case REVOKED -> "UltraMsg posts to an address that was revoked: install the webhook anew.";
        };
        String missing = check.missing().isEmpty() ? "" : " It leaves out " + names(check.missing()) + ".";
        return new View(check.isWorking() ? Mood.GOOD : Mood.BAD, address + missing);
    }

    private static String names(Set<WebhookEventName> events) {
        return events.stream().map(WebhookEventName::storedName).sorted().collect(Collectors.joining(", "));
    }

    private void install(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        DetailsForm form = DetailsForm.typed(request);
        try {
            whatsApp.webhooks().install(visit.id(), base(), options(form));
        } catch (StorageException e) {
            throw e;
        } catch (UltraMessageException | IllegalArgumentException e) {
            Notice notice = Notice.bad("Not installed: " + e.getMessage());
            answers.give(request, 422, visit, Entered.of(form).saying(notice), Part.NOTICE);
            return;
        }
        answers.done(request, visit, form.versionAfter(answers.config(visit)), "installed", null, Part.WEBHOOK);
    }

    /** The events that are ticked, saved or not; what a queue needs if none is. */
    private static InstallOptions options(DetailsForm form) {
        Set<WebhookEventName> ticked =
                Arrays.stream(WebhookEventName.values()).filter(form::isTicked).collect(Collectors.toSet());
        return ticked.isEmpty() ? InstallOptions.defaults() : InstallOptions.events(ticked);
    }
}
