package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Organization;
import io.smartqueue.app.web.Organizations;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.SignedIn;
import io.smartqueue.app.web.Views;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** Which organizations somebody belongs to, how each stands, and the way to found another one. */
public final class OrganizationsPage implements Routes {
    record Row(Organization organization, String status) {}

    record View(
            Frame frame,
            List<Row> rows,
            String name,
            @Nullable String error) {}

    private final UltraMessageInstanceManager whatsApp;
    private final Organizations organizations;
    private final Guard guard;

    public OrganizationsPage(UltraMessageInstanceManager whatsApp, Organizations organizations, Guard guard) {
        this.whatsApp = whatsApp;
        this.organizations = organizations;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/", request -> show(request, guard.signedIn(request), "", null));
        routes.post("/organizations", this::add);
    }

    private void add(Context request) {
        SignedIn who = guard.signedIn(request);
        @Nullable String typed = request.formParam("name");
        String name = typed == null ? "" : typed;
        try {
            OrganizationId added = organizations.add(name, who.member());
            request.redirect("/organizations/" + added + "/details");
        } catch (IllegalArgumentException e) {
            show(request, who, name, e.getMessage());
        }
    }

    private void show(Context request, SignedIn who, String name, @Nullable String error) {
        List<Row> rows = organizations.of(who.member()).stream()
                .map(organization -> new Row(organization, status(who, organization)))
                .toList();
        View view = new View(Frame.of("Organizations", who), rows, name, error);
        Views.show(request, error == null ? 200 : 422, "page/organizations.jte", view);
    }

    private String status(SignedIn who, Organization organization) {
        return whatsApp.administration(who.actor())
                .config(organization.id())
                .filter(config -> config.fields().namesInstance())
                .map(ConfigView::fields)
                .flatMap(fields -> fields.status())
                .orElse("not set up");
    }
}
