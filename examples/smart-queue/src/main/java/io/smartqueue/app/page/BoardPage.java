package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.smartqueue.app.notification.PhoneNumbers;
import io.smartqueue.app.ticket.Department;
import io.smartqueue.app.ticket.NoSuchDepartmentException;
import io.smartqueue.app.ticket.Ticket;
import io.smartqueue.app.ticket.TicketBoard;
import io.smartqueue.app.ticket.TicketConflictException;
import io.smartqueue.app.ticket.TicketDesk;
import io.smartqueue.app.ticket.TicketState;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The queues as clerks see them: who was called, who waits, how far the last message to him has come. It refreshes itself every two
 * seconds, the queues alone: what somebody is typing beside them stays as it is.
 */
public final class BoardPage implements Routes {
    private static final String PATH = "/organizations/{organization}/board";
    private static final int MAX_NAME = 80;

    record View(Frame frame, BoardQueues queues, CustomerForm customer, DepartmentForm department) {}

    /**
     * What was typed of a customer who is to be added.
     *
     * @param done what the last one got; null if none was added
     */
    record CustomerForm(
            String path,
            String csrf,
            List<Department> departments,
            String department,
            String name,
            String phone,
            @Nullable String nameError,
            @Nullable String phoneError,
            @Nullable String done) {
        boolean isWrong() {
            return nameError != null || phoneError != null;
        }

        @Override
        public String toString() {
            return "CustomerForm";
        }
    }

    record DepartmentForm(
            String path,
            String csrf,
            String name,
            String prefix,
            @Nullable String nameError,
            @Nullable String prefixError) {
        boolean isWrong() {
            return nameError != null || prefixError != null;
        }
    }

    private final UltraMessageInstanceManager whatsApp;
    private final PhoneNumbers numbers;
    private final TicketDesk desk;
    private final TicketBoard board;
    private final Guard guard;
    private final Clock clock;

    public BoardPage(
            UltraMessageInstanceManager whatsApp, TicketDesk desk, TicketBoard board, Guard guard, Clock clock) {
        this.whatsApp = whatsApp;
        this.numbers = new PhoneNumbers(whatsApp);
        this.desk = desk;
        this.board = board;
        this.guard = guard;
        this.clock = clock;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, request -> {
            Visit visit = guard.visit(request, Permission.VIEW);
            show(request, visit, emptyCustomer(visit, null, ""), emptyDepartment(visit));
        });
        routes.get(PATH + "/queues", this::refresh);
        routes.post(PATH + "/call", this::callNext);
        routes.post(PATH + "/customers", this::addCustomer);
        routes.post(PATH + "/departments", this::addDepartment);
        routes.post(PATH + "/tickets/{ticket}", this::change);
    }

    /** Says nothing while the board is as the browser has it. */
    private void refresh(Context request) {
        Visit visit = guard.visit(request, Permission.VIEW);
        BoardQueues queues = queues(visit, null);
        if (queues.version().equals(request.queryParam("seen"))) {
            request.status(HttpStatus.NO_CONTENT);
        } else {
            Views.show(request, "page/board-queues.jte", queues);
        }
    }

    private void callNext(Context request) {
        Visit visit = guard.visit(request, Permission.SEND);
        Optional<Ticket> called = desk.callNext(visit.id(), Fields.text(request, "department"));
        answer(
                request,
                visit,
                called.map(ticket -> ticket.number() + " has been called.").orElse("Nobody waits there."));
    }

    private void change(Context request) {
        Visit visit = guard.visit(request, Permission.SEND);
        UUID id = Fields.id(request, "ticket");
        Optional<Ticket> changed = switch (Fields.text(request, "do")) {
            case "served" -> desk.finish(visit.id(), id, TicketState.SERVED);
            case "left" -> desk.finish(visit.id(), id, TicketState.LEFT);
            case "transfer" -> transfer(request, visit, id);
            default ->
                throw new ProblemException(
                        Problem.of(400, "unknown_action", "Nothing done", "say what to do: served, left or transfer"));
        };
        answer(
                request,
                visit,
                changed.map(ticket -> ticket.number() + " is done with here.")
                        .orElse("Somebody else was faster: nothing was changed."));
    }

    private Optional<Ticket> transfer(Context request, Visit visit, UUID id) {
        String department = Fields.text(request, "department");
        requireDepartment(visit.id(), department);
        return desk.transfer(visit.id(), id, department);
    }

    private void requireDepartment(OrganizationId organization, String department) {
        if (board.departments(organization).stream()
                .noneMatch(known -> known.name().equals(department))) {
            throw new ProblemException(
                    Problem.of(422, "no_department", "No such department", "choose one of the departments shown"));
        }
    }

    private void answer(Context request, Visit visit, String news) {
        if (Views.isPart(request)) {
            Views.show(request, "page/board-queues.jte", queues(visit, news));
        } else {
            request.redirect(path(visit), HttpStatus.SEE_OTHER);
        }
    }

    private void addCustomer(Context request) {
        Visit visit = guard.visit(request, Permission.SEND);
        String name = Fields.text(request, "name");
        String typedPhone = Fields.text(request, "phone");
        String department = Fields.text(request, "department");
        @Nullable String nameError = name.length() > MAX_NAME ? "give up to " + MAX_NAME + " characters" : null;
        @Nullable String phoneError = null;
        try {
            PhoneNumber phone = phone(visit.id(), typedPhone);
            if (nameError == null) {
                join(request, visit, department, phone, name);
                return;
            }
        } catch (IllegalArgumentException e) {
            phoneError = e.getMessage();
        } catch (NoSuchDepartmentException e) {
            throw new ProblemException(
                    Problem.of(422, "no_department", "No such department", "choose one of the departments shown"));
        } catch (TicketConflictException e) {
            throw new ProblemException(
                    Problem.of(409, e.code(), "This does not go together", String.valueOf(e.getMessage())));
        }
        CustomerForm form = new CustomerForm(
                path(visit),
                visit.who().csrfToken(),
                board.departments(visit.id()),
                department,
                name,
                typedPhone,
                nameError,
                phoneError,
                null);
        showCustomer(request, visit, form);
    }

    private PhoneNumber phone(OrganizationId organization, String typed) {
        return numbers.of(organization).apply(typed);
    }

    private void join(Context request, Visit visit, String department, PhoneNumber phone, String name) {
        List<UUID> before = board.open(visit.id()).stream().map(Ticket::id).toList();
        Ticket ticket = desk.join(visit.id(), department, phone, name.isEmpty() ? null : name);
        String done = before.contains(ticket.id())
                ? "There is a ticket for this number already: " + ticket.number() + "."
                : "Added as " + ticket.number() + ".";
        if (Views.isPart(request)) {
            request.header("HX-Trigger", "board-changed");
            showCustomer(request, visit, emptyCustomer(visit, done, department));
        } else {
            request.redirect(path(visit), HttpStatus.SEE_OTHER);
        }
    }

    private void showCustomer(Context request, Visit visit, CustomerForm form) {
        if (Views.isPart(request)) {
            Views.show(request, form.isWrong() ? 422 : 200, "page/board-customer.jte", form);
        } else {
            show(request, visit, form, emptyDepartment(visit));
        }
    }

    private void addDepartment(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        String name = Fields.text(request, "name");
        String prefix = Fields.text(request, "prefix").toUpperCase(Locale.ROOT);
        @Nullable String nameError = Fields.problem(() -> new Department(name, "A"));
        @Nullable String prefixError = Fields.problem(() -> new Department("A", prefix));
        if (nameError == null && prefixError == null) {
            if (board.add(visit.id(), new Department(name, prefix))) {
                request.redirect(path(visit), HttpStatus.SEE_OTHER);
                return;
            }
            nameError = "there is a department of this name or with these letters already";
        }
        show(
                request,
                visit,
                emptyCustomer(visit, null, ""),
                new DepartmentForm(path(visit), visit.who().csrfToken(), name, prefix, nameError, prefixError));
    }

    private void show(Context request, Visit visit, CustomerForm customer, DepartmentForm department) {
        View view = new View(Frame.of("Board", visit, "board"), queues(visit, null), customer, department);
        boolean isWrong = customer.isWrong() || department.isWrong();
        Views.show(request, isWrong ? 422 : 200, "page/board.jte", view);
    }

    private BoardQueues queues(Visit visit, @Nullable String news) {
        return new BoardReading(whatsApp, board, clock.instant(), visit).queues(news);
    }

    private CustomerForm emptyCustomer(Visit visit, @Nullable String done, String department) {
        return new CustomerForm(
                path(visit),
                visit.who().csrfToken(),
                board.departments(visit.id()),
                department,
                "",
                "",
                null,
                null,
                done);
    }

    private static DepartmentForm emptyDepartment(Visit visit) {
        return new DepartmentForm(path(visit), visit.who().csrfToken(), "", "", null, null);
    }

    private static String path(Visit visit) {
        return visit.organization().path() + "/board";
    }
}
