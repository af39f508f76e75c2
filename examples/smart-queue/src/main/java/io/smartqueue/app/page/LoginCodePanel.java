package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.link.LoginCode;

/**
 * The code that links a phone to the organization's instance, for as long as it waits for one. Whoever scans it gets the account: it is for
 * those who may edit.
 */
final class LoginCodePanel implements Routes {
    /**
     * What is shown.
     *
     * @param svg the code; empty if there is none
     * @param isAskedAgain whether to look again in 20 seconds, which is as long as a code holds
     */
    record View(String path, String svg, String text, boolean isAskedAgain) {}

    private static final String PATH = "/organizations/{organization}/details/login";

    private final UltraMessageInstanceManager whatsApp;
    private final Guard guard;

    LoginCodePanel(UltraMessageInstanceManager whatsApp, Guard guard) {
        this.whatsApp = whatsApp;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show);
    }

    private void show(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        Views.show(request, "page/details_login.jte", view(visit));
    }

    private View view(Visit visit) {
        String path = visit.organization().path() + "/details/login";
        try {
            LoginCode login = whatsApp.links().login(visit.id());
            if (login instanceof LoginCode.Waiting waiting) {
                return new View(
                        path,
                        waiting.code().toSvg("Code that links a phone"),
                        "Scan this with the phone: WhatsApp, Linked devices, Link a device. Another code comes every 20 seconds.",
                        true);
            }
            if (login instanceof LoginCode.InOtherState other) {
                String text =
                        "The instance is in state " + other.status().status() + ". This looks again in 20 seconds.";
                return new View(path, "", text, true);
            }
            return new View(
                    path,
                    "",
                    "A phone is linked and connected. If nothing is sent yet, activate the organization.",
                    false);
        } catch (StorageException e) {
            throw e;
        } catch (UltraMessageException e) {
            return new View(path, "", "There is no code to scan: " + e.getMessage(), false);
        }
    }
}
