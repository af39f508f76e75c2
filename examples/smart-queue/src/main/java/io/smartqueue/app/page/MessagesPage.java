package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.smartqueue.app.notification.Sending;
import io.smartqueue.app.ticket.TicketBoard;
import io.smartqueue.app.ticket.TicketMessage;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.outbox.Outbox;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;

/** What customers were told and what became of it, and the way to write to one of them. */
public final class MessagesPage implements Routes {
    private static final String PATH = "/organizations/{organization}/messages";
    private static final int MOST_SHOWN = 100;

    /** Among these the troubled ones are looked for. */
    private static final int MOST_READ = 1_000;

    /** What the list is narrowed to. */
    enum Filter {
        ALL,
        TROUBLED
    }

    /**
     * A message.
     *
     * @param reference by which it is retried; null if that makes no sense
     */
    record Row(
            String ticket, String when, Told told, @Nullable String reference) {}

    /**
     * The page.
     *
     * @param notice what came of a retry; null if there was none
     */
    record View(
            Frame frame,
            String path,
            Standing standing,
            DirectForm direct,
            Filter filter,
            List<Row> rows,
            @Nullable String notice) {
        boolean isTroubledOnly() {
            return filter == Filter.TROUBLED;
        }
    }

    private final UltraMessageInstanceManager whatsApp;
    private final TicketBoard board;
    private final Guard guard;
    private final DirectMessages direct;

    public MessagesPage(UltraMessageInstanceManager whatsApp, TicketBoard board, Guard guard, Sending sending) {
        this.whatsApp = whatsApp;
        this.board = board;
        this.guard = guard;
        this.direct = new DirectMessages(whatsApp, sending);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, request -> {
            Visit visit = guard.visit(request, Permission.VIEW);
            show(request, visit, DirectForm.empty(path(visit), visit));
        });
        routes.post(PATH + "/direct", this::send);
        routes.post(PATH + "/{reference}/retry", this::retry);
    }

    private void send(Context request) {
        Visit visit = guard.visit(request, Permission.SEND);
        DirectForm typed = DirectForm.typed(request, path(visit), visit);
        DirectForm answered = direct.send(visit.id(), typed);
        if (Views.isPart(request)) {
            Views.show(request, answered.isWrong() ? 422 : 200, "page/messages-direct.jte", answered);
        } else {
            show(request, visit, answered);
        }
    }

    private void retry(Context request) {
        Visit visit = guard.visit(request, Permission.SEND);
        Reference reference = Reference.find(request.pathParam("reference"))
                .orElseThrow(() -> new ProblemException(
                        Problem.of(404, "not_found", "Nothing here", "there is no message of this name")));
        boolean waitsAgain = whatsApp.outbox().retry(visit.id(), reference);
        String filter = Fields.text(request, "show").equals("troubled") ? "&show=troubled" : "";
        request.redirect(path(visit) + "?retried=" + (waitsAgain ? "yes" : "no") + filter, HttpStatus.SEE_OTHER);
    }

    private void show(Context request, Visit visit, DirectForm form) {
        Filter filter = "troubled".equals(request.queryParam("show")) ? Filter.TROUBLED : Filter.ALL;
        View view = new View(
                Frame.of("Messages", visit, "messages"),
                path(visit),
                Standing.of(whatsApp, visit),
                form,
                filter,
                rows(visit, filter),
                notice(request.queryParam("retried")));
        Views.show(request, form.isWrong() ? 422 : 200, "page/messages.jte", view);
    }

    private List<Row> rows(Visit visit, Filter filter) {
        List<TicketMessage> messages = board.messages(visit.id(), filter == Filter.TROUBLED ? MOST_READ : MOST_SHOWN);
        Outbox outbox = whatsApp.outbox();
        Function<TicketMessage, Told> told = Told.reader(outbox, visit.id(), messages);
        LocalTimes times = LocalTimes.of(whatsApp, visit.id());
        return messages.stream()
                .map(message -> row(message, told.apply(message), times))
                .filter(row -> filter == Filter.ALL || row.told().fate().isTroubled())
                .limit(MOST_SHOWN)
                .toList();
    }

    private static Row row(TicketMessage message, Told told, LocalTimes times) {
        return new Row(
                message.ticketNumber(),
                times.dateTime(message.createdAt()),
                told,
                told.fate().mayBeRetried() ? message.reference().value() : null);
    }

    private static @Nullable String notice(@Nullable String retried) {
        if (retried == null) {
            return null;
        }
        return retried.equals("yes")
                ? "The message waits to be sent again."
                : "The message cannot be sent again: it is not rejected any more, or its customer was forgotten.";
    }

    private static String path(Visit visit) {
        return visit.organization().path() + "/messages";
    }
}
