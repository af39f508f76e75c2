package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.page.DetailsView.Entered;
import io.smartqueue.app.page.DetailsView.Notice;
import io.smartqueue.app.page.DetailsView.Part;
import io.smartqueue.app.page.DetailsView.Reply;
import io.smartqueue.app.page.DetailsView.Stored;
import io.smartqueue.app.ticket.TicketBoard;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.RateLimit;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.ConfigForm;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Organization Details: how an organization is connected with UltraMsg. The whole page works without a script; with htmx each answer is only
 * the parts that change, so that nothing that somebody has typed leaves the page.
 */
public final class DetailsPage implements Routes {
    private static final String PATH = "/organizations/{organization}/details";
    private static final Actor.Operator OPERATOR = Actor.operator("smart-queue");
    private static final String PAGE = "page/details.jte";
    private static final Part[] AFTER_CHANGE = {
        Part.ERRORS, Part.VERSION, Part.STATUS, Part.RESULT, Part.CONFLICT, Part.NOTICE, Part.CHAT, Part.LOGIN
    };

    /** What a page that was redirected to says. */
    private static final Map<String, Notice> DONE = Map.of(
            "saved", Notice.good("Saved. It is in force on all nodes."),
            "suspended", Notice.good("Suspended. Nothing is sent until somebody activates it."),
            "activated", Notice.good("Activated. Messages are sent."),
            "deleted", Notice.good("Deleted. Limit, counts and history are kept."));

    private final UltraMessageInstanceManager whatsApp;
    private final TicketBoard board;
    private final Guard guard;
    private final RateLimit tests = new RateLimit(10, Duration.ofMinutes(1));
    private final RateLimit saves = new RateLimit(60, Duration.ofMinutes(1));

    public DetailsPage(UltraMessageInstanceManager whatsApp, TicketBoard board, Guard guard) {
        this.whatsApp = whatsApp;
        this.board = board;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show);
        routes.post(PATH, this::save);
        routes.post(PATH + "/check", this::check);
        routes.post(PATH + "/test", this::test);
        routes.post(PATH + "/template", this::fill);
        routes.post(PATH + "/suspend", this::suspend);
        routes.post(PATH + "/activate", this::activate);
        routes.post(PATH + "/delete", this::delete);
    }

    private void show(Context request) {
        Visit visit = guard.visit(request, Permission.VIEW);
        Entered entered = Entered.of(DetailsForm.of(config(visit)));
        @Nullable Notice done = DONE.get(String.valueOf(request.queryParam("done")));
        answer(request, 200, visit, done == null ? entered : entered.saying(done));
    }

    /** Tells of a field what is wrong with it while somebody types; of all fields if no field asks. */
    private void check(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        DetailsForm form =
                DetailsForm.typed(request).with(admin(visit).validate(visit.id(), DetailsForm.read(request)));
        @Nullable String asking = request.header("HX-Trigger-Name");
        List<DetailsErrors.Place> places = DetailsForm.CODES.stream()
                .filter(code -> asking == null || asking.equals(code))
                .map(code -> new DetailsErrors.Place(code, form.error(code)))
                .toList();
        if (DetailsField.BUSINESS_NUMBER.code().equals(asking)) {
            format(request, form.value(DetailsField.BUSINESS_NUMBER));
        }
        Views.show(request, "page/details_errors.jte", new DetailsErrors(places));
    }

    /** The script puts blanks into the number, unless somebody has typed on. */
    private static void format(Context request, String typed) {
        String formatted = BusinessNumbers.formatted(typed);
        if (!formatted.equals(typed)) { // a header may hold it: only numbers of digits, blanks and signs change
            request.header(
                    "HX-Trigger",
                    "{\"formatted\":{\"typed\":\"" + typed.strip() + "\",\"text\":\"" + formatted + "\"}}");
        }
    }

    private void test(Context request) {
        Visit visit = guard.visit(request, Permission.TEST);
        boolean isTyped = visit.organization().may(Permission.EDIT);
        DetailsForm form = isTyped ? DetailsForm.typed(request) : DetailsForm.of(config(visit));
        try {
            tests.take(visit.who().member() + " " + visit.id());
        } catch (ProblemException tooOften) {
            Entered refused = Entered.of(form).found(ConnectionPanel.refused(tooOften.problem()));
            answer(request, 429, visit, refused, Part.RESULT);
            return;
        }
        if (!isTyped) { // what is stored is what a manager may test
            Entered found = Entered.of(form).found(panel(visit, admin(visit).test(visit.id())));
            answer(request, 200, visit, found, Part.RESULT);
            return;
        }
        ConfigForm typed = DetailsForm.read(request);
        if (!typed.problems().isEmpty()) {
            answerInvalid(request, visit, form.with(admin(visit).validate(visit.id(), typed)), "Not tested");
            return;
        }
        UltraMessageTestResult result = admin(visit).test(visit.id(), typed.change());
        Entered found = Entered.of(form.with(result.problems())).found(panel(visit, result));
        answer(request, 200, visit, found, Part.ERRORS, Part.RESULT, Part.NOTICE);
    }

    private void save(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        DetailsForm form = DetailsForm.typed(request);
        try {
            saves.take(visit.who().member() + " " + visit.id());
        } catch (ProblemException tooOften) {
            Notice notice = Notice.bad("Not saved: " + tooOften.problem().detail() + ".");
            answer(request, 429, visit, Entered.of(form).saying(notice), Part.NOTICE);
            return;
        }
        Verification verification =
                request.formParam("untested") == null ? Verification.TEST_FIRST : Verification.SAVE_UNTESTED;
        ConfigUpdate update = admin(visit).update(visit.id(), DetailsForm.read(request), verification);
        if (update instanceof ConfigUpdate.Saved saved) {
            answerDone(request, visit, form.version(), "saved", saved.test());
        } else {
            answerNotSaved(request, visit, form, update);
        }
    }

    private void answerNotSaved(Context request, Visit visit, DetailsForm form, ConfigUpdate update) {
        if (update instanceof ConfigUpdate.Invalid invalid) {
            answerInvalid(request, visit, form.with(invalid.problems()), "Not saved");
        } else if (update instanceof ConfigUpdate.TestFailed failed) {
            Entered entered = Entered.of(form)
                    .found(panel(visit, failed.test()))
                    .saying(Notice.bad(
                            "Not saved: the test has failed, see its result. You can save without testing."));
            answer(request, 422, visit, entered, Part.ERRORS, Part.RESULT, Part.CONFLICT, Part.NOTICE);
        } else if (update instanceof ConfigUpdate.ChangedMeanwhile changed) {
            answerConflict(request, visit, form, changed.now());
        } else {
            throw new ProblemException(Problem.noAccess());
        }
    }

    private void answerInvalid(Context request, Visit visit, DetailsForm form, String notDone) {
        String others = form.errors().entrySet().stream()
                .filter(error -> !DetailsForm.CODES.contains(error.getKey()))
                .map(error -> " " + error.getValue() + ".")
                .reduce("", String::concat);
        Entered entered = Entered.of(form).saying(Notice.bad(notDone + ": see what is marked." + others));
        focus(request, form.firstError());
        answer(request, 422, visit, entered, Part.ERRORS, Part.RESULT, Part.CONFLICT, Part.NOTICE);
    }

    /** Shows both sides, and takes the version that is there now, so that saving again is a decision. */
    private void answerConflict(Context request, Visit visit, DetailsForm form, ConfigView now) {
        List<AuditEntry> since = admin(visit)
                .history(visit.id())
                .takeWhile(entry -> entry.version() > form.version())
                .filter(entry -> !entry.changes().isEmpty())
                .toList();
        Entered entered = Entered.of(form.at(now.version()))
                .conflicting(ConflictPanel.of(form, now, since))
                .saying(Notice.bad(
                        "Not saved: somebody else has changed this meanwhile. What you typed is still here."));
        focus(request, "conflict");
        answer(
                request,
                409,
                visit,
                entered,
                Part.ERRORS,
                Part.VERSION,
                Part.STATUS,
                Part.RESULT,
                Part.CONFLICT,
                Part.NOTICE);
    }

    private void suspend(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        admin(visit).suspend(visit.id());
        answerDone(request, visit, DetailsForm.typed(request).version(), "suspended", null);
    }

    private void activate(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        long version = DetailsForm.typed(request).version();
        ConfigUpdate update = admin(visit).activate(visit.id());
        if (update instanceof ConfigUpdate.Saved saved) {
            answerDone(request, visit, version, "activated", saved.test());
        } else if (update instanceof ConfigUpdate.TestFailed failed) {
            Entered entered = Entered.of(DetailsForm.of(config(visit)))
                    .found(panel(visit, failed.test()))
                    .saying(Notice.bad("Not activated: the test has failed, see its result."));
            answer(request, 422, visit, entered, Part.RESULT, Part.NOTICE);
        } else {
            Entered entered = Entered.of(DetailsForm.of(config(visit)))
                    .saying(Notice.bad("Not activated: complete the form and save it first."));
            answer(request, 422, visit, entered, Part.NOTICE);
        }
    }

    private void delete(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        admin(visit).deleteConfiguration(visit.id());
        request.redirect(visit.organization().path() + "/details?done=deleted");
    }

    /** Fills the form from one of the operators' templates; nothing is saved. */
    private void fill(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        Optional<Template> template = Optional.ofNullable(request.formParam("template"))
                .flatMap(TemplateName::find)
                .flatMap(name -> whatsApp.templates(OPERATOR).find(name));
        DetailsForm form = DetailsForm.typed(request);
        if (template.isEmpty()) {
            Notice notice = Notice.bad("There is no such template: choose another.");
            answer(request, 422, visit, Entered.of(form).saying(notice), Part.NOTICE);
            return;
        }
        Notice notice = Notice.good("Filled in from " + template.get().name().value() + ". Nothing is saved yet.");
        Entered entered = Entered.of(form.filledFrom(template.get().values())).saying(notice);
        answer(request, 200, visit, entered, Part.FIELDS, Part.NOTICE);
    }

    /**
     * Says that a change was made. A form that was made for the version before the change goes on with the one after it, and with no later
     * one: whoever comes between is told of when it is saved.
     */
    private void answerDone(
            Context request, Visit visit, long shown, String what, @Nullable UltraMessageTestResult test) {
        if (!isHtmx(request)) {
            request.redirect(visit.organization().path() + "/details?done=" + what);
            return;
        }
        ConfigView now = config(visit);
        Entered entered = Entered.of(DetailsForm.of(now).at(Math.min(now.version(), shown + 1)))
                .found(test == null ? null : panel(visit, test))
                .saying(DONE.getOrDefault(what, Notice.good("Done.")));
        Part[] parts = AFTER_CHANGE;
        if (what.equals("saved")) {
            parts = Arrays.copyOf(parts, parts.length + 1);
            parts[parts.length - 1] = Part.TOKEN;
        }
        answer(request, 200, visit, entered, parts);
    }

    private static void focus(Context request, String id) {
        if (!id.isEmpty()) {
            request.header("HX-Trigger-After-Settle", "{\"focusOn\":{\"id\":\"" + id + "\"}}");
        }
    }

    private static boolean isHtmx(Context request) {
        return request.header("HX-Request") != null;
    }

    private void answer(Context request, int status, Visit visit, Entered entered, Part... parts) {
        DetailsView view =
                new DetailsView(Frame.of("Details", visit, "details"), stored(visit, department(request)), entered);
        if (isHtmx(request)) {
            Views.show(request, status, "page/details_reply.jte", new Reply(view, Set.of(parts)));
        } else {
            Views.show(request, status, PAGE, view);
        }
    }

    private static String department(Context request) {
        @Nullable String department = request.queryParam("department");
        return department == null ? "" : department;
    }

    private Stored stored(Visit visit, String department) {
        ConfigView config = config(visit);
        boolean mayEdit = visit.organization().may(Permission.EDIT);
        return new Stored(
                StatusPanel.of(config),
                config.maskedToken().orElse(""),
                mayEdit
                        ? whatsApp.templates(OPERATOR).list().stream()
                                .map(template -> template.name().value())
                                .toList()
                        : List.of(),
                StandbysPanel.of(mayEdit ? admin(visit).standbys(visit.id()) : List.of()),
                ChatPanel.of(whatsApp.links().chat(visit.id()), board.departments(visit.id()), department));
    }

    private Administration admin(Visit visit) {
        return whatsApp.administration(visit.who().actor());
    }

    private ConfigView config(Visit visit) {
        return admin(visit).config(visit.id()).orElseThrow(() -> new ProblemException(Problem.noAccess()));
    }

    private ConnectionPanel panel(Visit visit, UltraMessageTestResult result) {
        return ConnectionPanel.of(result, StatusPanel.zone(config(visit).fields()));
    }
}
