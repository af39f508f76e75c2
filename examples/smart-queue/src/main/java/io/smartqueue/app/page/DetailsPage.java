package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.page.DetailsView.Entered;
import io.smartqueue.app.page.DetailsView.Notice;
import io.smartqueue.app.page.DetailsView.Part;
import io.smartqueue.app.ticket.TicketBoard;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.RateLimit;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.admin.ConfigView;
import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.ConfigForm;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Organization Details: how an organization is connected with UltraMsg. The whole page works without a script; with htmx each answer is only
 * the parts that change, so that nothing that somebody has typed leaves the page.
 */
public final class DetailsPage implements Routes {
    private static final String PATH = "/organizations/{organization}/details";

    /** What a save that has gone well changes on the page. */
    private static final Part[] SAVED = {Part.ERRORS, Part.TOKEN, Part.RESULT, Part.CONFLICT, Part.CHAT, Part.LOGIN};

    private static final Part[] TESTED = {Part.ERRORS, Part.RESULT, Part.NOTICE};
    private static final Part[] WAITING = {Part.ERRORS, Part.RESULT, Part.NOTICE, Part.LOGIN};

    private final UltraMessageInstanceManager whatsApp;
    private final Guard guard;
    private final DetailsAnswers answers;
    private final List<Routes> parts;
    private final RateLimit tests = new RateLimit(10, Duration.ofMinutes(1));
    private final RateLimit saves = new RateLimit(60, Duration.ofMinutes(1));

    /**
     * Makes the page.
     *
     * @param url where UltraMsg finds this service
     */
    public DetailsPage(UltraMessageInstanceManager whatsApp, TicketBoard board, Guard guard, Supplier<URI> url) {
        this.whatsApp = whatsApp;
        this.guard = guard;
        this.answers = new DetailsAnswers(whatsApp, board);
        this.parts = List.of(
                new ChatCodes(whatsApp, board, guard),
                new LoginCodePanel(whatsApp, guard),
                new StandbysForm(guard, answers, saves),
                new WebhookPanel(whatsApp, guard, answers, url));
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show);
        routes.post(PATH, this::save);
        routes.get(PATH + "/chat", request -> answers.showChat(request, guard.visit(request, Permission.VIEW)));
        routes.post(PATH + "/check", this::check);
        routes.post(PATH + "/test", this::test);
        routes.post(PATH + "/template", this::fill);
        routes.post(PATH + "/suspend", this::suspend);
        routes.post(PATH + "/activate", this::activate);
        routes.post(PATH + "/delete", this::delete);
        parts.forEach(part -> part.addTo(routes));
    }

    private void show(Context request) {
        answers.show(request, guard.visit(request, Permission.VIEW));
    }

    /** Tells of a field what is wrong with it while somebody types; of all fields if no field asks. */
    private void check(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        DetailsForm form =
                DetailsForm.typed(request).with(answers.admin(visit).validate(visit.id(), DetailsForm.read(request)));
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
        DetailsForm form = isTyped ? DetailsForm.typed(request) : DetailsForm.of(answers.config(visit));
        try {
            tests.take(DetailsAnswers.limited(visit));
        } catch (ProblemException tooOften) {
            Entered refused = Entered.of(form).found(ConnectionPanel.refused(tooOften.problem()));
            answers.give(request, 429, visit, refused, Part.RESULT);
            return;
        }
        if (!isTyped) { // what is stored is what a manager may test
            Entered found =
                    Entered.of(form).found(panel(visit, answers.admin(visit).test(visit.id())));
            answers.give(request, 200, visit, found, Part.RESULT);
            return;
        }
        ConfigForm typed = DetailsForm.read(request);
        if (!typed.problems().isEmpty()) {
            answerInvalid(request, visit, form.with(answers.admin(visit).validate(visit.id(), typed)), "Not tested");
            return;
        }
        UltraMessageTestResult result = answers.admin(visit).test(visit.id(), typed.change());
        Entered found = Entered.of(form.with(result.problems())).found(panel(visit, result));
        answers.give(request, 200, visit, found, isWaiting(result) ? WAITING : TESTED);
    }

    private void save(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        DetailsForm form = DetailsForm.typed(request);
        try {
            saves.take(DetailsAnswers.limited(visit));
        } catch (ProblemException tooOften) {
            Notice notice = Notice.bad("Not saved: " + tooOften.problem().detail() + ".");
            answers.give(request, 429, visit, Entered.of(form).saying(notice), Part.NOTICE);
            return;
        }
        Verification verification = DetailsForm.verification(request);
        ConfigUpdate update = answers.admin(visit).update(visit.id(), DetailsForm.read(request), verification);
        if (update instanceof ConfigUpdate.Saved saved) {
            answers.done(request, visit, saved.now().version(), "saved", saved.test(), SAVED);
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
            answers.give(request, 422, visit, entered, Part.ERRORS, Part.RESULT, Part.CONFLICT, Part.NOTICE);
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
        DetailsAnswers.focus(request, form.firstError());
        answers.give(request, 422, visit, entered, Part.ERRORS, Part.RESULT, Part.CONFLICT, Part.NOTICE);
    }

    /** Shows both sides, and takes the version that is there now, so that saving again is a decision. */
    private void answerConflict(Context request, Visit visit, DetailsForm form, ConfigView now) {
        List<AuditEntry> since = answers.admin(visit).changesSince(visit.id(), form.version());
        Entered entered = Entered.of(form.at(now.version()))
                .conflicting(ConflictPanel.of(form, now, since))
                .saying(Notice.bad(
                        "Not saved: somebody else has changed this meanwhile. What you typed is still here."));
        DetailsAnswers.focus(request, "conflict");
        answers.give(
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
        answers.admin(visit).suspend(visit.id());
        long version = DetailsForm.typed(request).versionAfter(answers.config(visit));
        answers.done(request, visit, version, "suspended", null, Part.LOGIN);
    }

    private void activate(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        saves.take(DetailsAnswers.limited(visit));
        ConfigUpdate update = answers.admin(visit).activate(visit.id());
        if (update instanceof ConfigUpdate.Saved saved) {
            long version = DetailsForm.typed(request).versionAfter(saved.now());
            answers.done(request, visit, version, "activated", saved.test(), Part.RESULT, Part.LOGIN);
        } else if (update instanceof ConfigUpdate.TestFailed failed) {
            Entered entered = Entered.of(DetailsForm.of(answers.config(visit)))
                    .found(panel(visit, failed.test()))
                    .saying(Notice.bad("Not activated: the test has failed, see its result."));
            answers.give(request, 422, visit, entered, Part.RESULT, Part.NOTICE);
        } else {
            Entered entered = Entered.of(DetailsForm.of(answers.config(visit)))
                    .saying(Notice.bad("Not activated: complete the form and save it first."));
            answers.give(request, 422, visit, entered, Part.NOTICE);
        }
    }

    private void delete(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        answers.admin(visit).deleteConfiguration(visit.id());
        request.redirect(visit.organization().path() + "/details?done=deleted");
    }

    /** Fills the form from one of the operators' templates; nothing is saved. */
    private void fill(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        Optional<Template> template = Optional.ofNullable(request.formParam("template"))
                .flatMap(TemplateName::find)
                .flatMap(name -> whatsApp.templates(DetailsAnswers.OPERATOR).find(name));
        DetailsForm form = DetailsForm.typed(request);
        if (template.isEmpty()) {
            Notice notice = Notice.bad("There is no such template: choose another.");
            answers.give(request, 422, visit, Entered.of(form).saying(notice), Part.NOTICE);
            return;
        }
        Notice notice = Notice.good("Filled in from " + template.get().name().value() + ". Nothing is saved yet.");
        Entered entered = Entered.of(form.filledFrom(template.get().values())).saying(notice);
        answers.give(request, 200, visit, entered, Part.FIELDS, Part.NOTICE);
    }

    private static boolean isWaiting(UltraMessageTestResult result) {
        return result.finding() == ConnectionFinding.WAITING_FOR_QR_SCAN;
    }

    private ConnectionPanel panel(Visit visit, UltraMessageTestResult result) {
        return answers.panel(visit, result);
    }
}
