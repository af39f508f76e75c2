package io.smartqueue.app.page;

import io.javalin.http.Context;
import io.smartqueue.app.page.DetailsView.Entered;
import io.smartqueue.app.page.DetailsView.Notice;
import io.smartqueue.app.page.DetailsView.Part;
import io.smartqueue.app.page.DetailsView.Reply;
import io.smartqueue.app.page.DetailsView.Stored;
import io.smartqueue.app.ticket.TicketBoard;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.organization.Actor;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Answers what is done on Organization Details: with the parts of the page that change to htmx, with the whole page to all others. */
final class DetailsAnswers {
    static final Actor.Operator OPERATOR = Actor.operator("smart-queue");

    private static final String CONNECTED = "connected";

    /** What a page that was redirected to says. */
    private static final Map<String, Notice> DONE = Map.of(
            "saved", Notice.good("Saved. It is in force on all nodes."),
            "suspended", Notice.good("Suspended. Nothing is sent until somebody activates it."),
            "activated", Notice.good("Activated. Messages are sent."),
            "installed", Notice.good("Installed. UltraMsg posts to this service."),
            "standbys", Notice.good("The standby instances are saved."),
            "deleted", Notice.good("Deleted. Limit, counts and history are kept."));

    private final UltraMessageInstanceManager whatsApp;
    private final TicketBoard board;

    DetailsAnswers(UltraMessageInstanceManager whatsApp, TicketBoard board) {
        this.whatsApp = whatsApp;
        this.board = board;
    }

    Administration admin(Visit visit) {
        return whatsApp.administration(visit.who().actor());
    }

    ConfigView config(Visit visit) {
        return admin(visit).config(visit.id()).orElseThrow(() -> new ProblemException(Problem.noAccess()));
    }

    ConnectionPanel panel(Visit visit, UltraMessageTestResult result) {
        return ConnectionPanel.of(result, StatusPanel.zone(config(visit).fields()));
    }

    /** Whose tries are counted together: a member's within one organization. */
    static String limited(Visit visit) {
        return visit.who().member() + " " + visit.id();
    }

    /** Shows the page. */
    void show(Context request, Visit visit) {
        Entered entered = Entered.of(DetailsForm.of(config(visit)));
        @Nullable Notice done = DONE.get(String.valueOf(request.queryParam("done")));
        give(request, 200, visit, done == null ? entered : entered.saying(done));
    }

    /** Shows customers' code of another department. */
    void showChat(Context request, Visit visit) {
        Views.show(
                request,
                "page/details_chat.jte",
                view(request, visit, Entered.of(DetailsForm.of(config(visit))), Map.of()));
    }

    /**
     * Says that a change was made.
     *
     * @param version to which version of the configuration the form belongs from now on
     */
    void done(
            Context request,
            Visit visit,
            long version,
            String what,
            @Nullable UltraMessageTestResult test,
            Part... besides) {
        if (!Views.isPart(request)) {
            request.redirect(visit.organization().path() + "/details?done=" + what);
            return;
        }
        Entered entered = Entered.of(DetailsForm.of(config(visit)).at(version))
                .found(test == null ? null : panel(visit, test))
                .saying(DONE.getOrDefault(what, Notice.good("Done.")));
        Part[] parts = List.of(List.of(Part.VERSION, Part.STATUS, Part.NOTICE), List.of(besides)).stream()
                .flatMap(List::stream)
                .distinct()
                .toArray(Part[]::new);
        give(request, 200, visit, entered, parts);
    }

    /** Leads to where somebody has to go on. */
    static void focus(Context request, String id) {
        if (!id.isEmpty()) {
            request.header("HX-Trigger-After-Settle", "{\"focusOn\":{\"id\":\"" + id + "\"}}");
        }
    }

    void give(Context request, int status, Visit visit, Entered entered, Part... parts) {
        give(request, status, visit, entered, Map.of(), parts);
    }

    /** Answers, and says what is wrong with standbys. */
    void give(
            Context request,
            int status,
            Visit visit,
            Entered entered,
            Map<String, String> standbyErrors,
            Part... parts) {
        DetailsView view = view(request, visit, entered, standbyErrors);
        if (Views.isPart(request)) { // which shows what 422 brings, and reports any other refusal as trouble
            Views.show(request, status < 400 ? status : 422, "page/details_reply.jte", new Reply(view, Set.of(parts)));
        } else {
            Views.show(request, status, "page/details.jte", view);
        }
    }

    private DetailsView view(Context request, Visit visit, Entered entered, Map<String, String> standbyErrors) {
        return new DetailsView(
                Frame.of("Details", visit, "details"), stored(visit, department(request), standbyErrors), entered);
    }

    static String department(Context request) {
        @Nullable String department = request.queryParam("department");
        return department == null ? "" : department;
    }

    private Stored stored(Visit visit, String department, Map<String, String> standbyErrors) {
        ConfigView config = config(visit);
        boolean mayEdit = visit.organization().may(Permission.EDIT);
        return new Stored(
                StatusPanel.of(config),
                config.maskedToken().orElse(""),
                mayEdit ? templates() : List.of(),
                StandbysPanel.of(mayEdit ? admin(visit).standbys(visit.id()) : List.of())
                        .with(standbyErrors),
                ChatPanel.of(whatsApp.links().chat(visit.id()), board.departments(visit.id()), department),
                mayEdit && mayWaitForScan(config));
    }

    private List<String> templates() {
        return whatsApp.templates(OPERATOR).list().stream()
                .map(template -> template.name().value())
                .toList();
    }

    /** A phone that the last test has found is not asked for whenever somebody opens the page. */
    private static boolean mayWaitForScan(ConfigView config) {
        boolean isConnected = config.fields()
                .lastTest()
                .filter(test -> test.finding().equals(CONNECTED))
                .isPresent();
        return config.fields().namesInstance()
                && config.isUsable()
                && !(isConnected && StatusPanel.of(config).isActive());
    }
}
