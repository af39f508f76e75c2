package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.ticket.MessageTexts;
import io.smartqueue.app.ticket.TicketEvent;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.link.TextTemplate;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What an organization tells its customers at each event, in its own words. */
public final class TextsPage implements Routes {
    /**
     * The text of one event.
     *
     * @param error what is wrong with it; empty if nothing is
     */
    record Row(String code, String label, String text, String error) {}

    record View(Frame frame, boolean mayEdit, List<Row> rows, List<String> variables, String notice) {}

    private static final String PATH = "/organizations/{organization}/texts";

    private final MessageTexts texts;
    private final Guard guard;

    public TextsPage(MessageTexts texts, Guard guard) {
        this.texts = texts;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, this::show);
        routes.post(PATH, this::save);
    }

    private void show(Context request) {
        Visit visit = guard.visit(request, Permission.VIEW);
        String notice = "saved".equals(request.queryParam("done")) ? "Saved. The next message says it." : "";
        answer(request, 200, visit, texts.all(visit.id()), Map.of(), notice);
    }

    /** Saves all texts or none, so that nobody has to look which. */
    private void save(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        Map<TicketEvent, String> typed = new EnumMap<>(texts.all(visit.id()));
        Map<TicketEvent, String> errors = new EnumMap<>(TicketEvent.class);
        for (TicketEvent event : TicketEvent.values()) {
            if (request.formParam(event.code()) != null) {
                typed.put(event, Fields.text(request, event.code()).replace("\r\n", "\n"));
            }
            @Nullable String complaint = complaint(typed.getOrDefault(event, ""));
            if (complaint != null) {
                errors.put(event, complaint);
            }
        }
        if (!errors.isEmpty()) {
            answer(request, 422, visit, typed, errors, "Not saved: see what is marked.");
            return;
        }
        typed.forEach((event, text) -> texts.save(visit.id(), event, text.equals(event.usualText()) ? "" : text));
        request.redirect(visit.organization().path() + "/texts?done=saved");
    }

    private static @Nullable String complaint(String text) {
        String problem = text.isBlank() ? null : Fields.problem(() -> TextTemplate.of(text, MessageTexts.VARIABLES));
        return problem == null ? null : "The " + problem;
    }

    private static void answer(
            Context request,
            int status,
            Visit visit,
            Map<TicketEvent, String> shown,
            Map<TicketEvent, String> errors,
            String notice) {
        List<Row> rows = Arrays.stream(TicketEvent.values())
                .map(event -> new Row(
                        event.code(), label(event), shown.getOrDefault(event, ""), errors.getOrDefault(event, "")))
                .toList();
        View view = new View(
                Frame.of("Message texts", visit, "details"),
                visit.organization().may(Permission.EDIT),
                rows,
                MessageTexts.VARIABLES.stream().sorted().toList(),
                notice);
        Views.show(request, status, "page/texts.jte", view);
    }

    private static String label(TicketEvent event) {
        return switch (event) {
            case TICKET_CREATED -> "When somebody gets a ticket";
            case ALMOST_YOUR_TURN -> "When it is almost his turn";
            case YOUR_TURN -> "When it is his turn";
            case TICKET_TRANSFERRED -> "When the ticket moves to another department";
            case PLACE_ASKED -> "When somebody who has a ticket writes again";
            case TICKET_LEFT -> "When somebody has left the queue";
        };
    }
}
