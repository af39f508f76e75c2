package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.ticket.Department;
import io.smartqueue.app.ticket.TicketBoard;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.link.ChatLinkResult;
import io.smartqueue.ultramsg.link.QrCode;

import java.nio.charset.StandardCharsets;

/** Customers' codes as files, to be printed. */
final class ChatCodes implements Routes {
    private static final String PATH = "/organizations/{organization}/details/code";
    private static final int PIXELS = 16;

    private final UltraMessageInstanceManager whatsApp;
    private final TicketBoard board;
    private final Guard guard;

    ChatCodes(UltraMessageInstanceManager whatsApp, TicketBoard board, Guard guard) {
        this.whatsApp = whatsApp;
        this.board = board;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH + ".svg", request -> answer(request, "svg"));
        routes.get(PATH + ".png", request -> answer(request, "png"));
    }

    private void answer(Context request, String kind) {
        Visit visit = guard.visit(request, Permission.VIEW);
        Department department = board.departments(visit.id()).stream()
                .filter(known -> known.name().equals(DetailsAnswers.department(request)))
                .findFirst()
                .orElseThrow(() -> none("there is no such department"));
        if (!(whatsApp.links().chat(visit.id()) instanceof ChatLinkResult.Found found)) {
            throw none("enter the business number first");
        }
        QrCode code = ChatPanel.link(found.link(), department.name()).qrCode();
        request.header(
                "Content-Disposition", "attachment; filename=\"queue-" + department.prefix() + "." + kind + "\"");
        if (kind.equals("svg")) {
            request.contentType("image/svg+xml")
                    .result(code.toSvg("Queue at " + department.name()).getBytes(StandardCharsets.UTF_8));
        } else {
            request.contentType("image/png").result(code.toPng(PIXELS));
        }
    }

    private static ProblemException none(String detail) {
        return new ProblemException(Problem.of(404, "not_found", "There is no code", detail));
    }
}
