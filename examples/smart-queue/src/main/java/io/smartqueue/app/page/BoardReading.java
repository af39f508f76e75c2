package io.smartqueue.app.page;

import io.smartqueue.app.page.BoardQueues.Queue;
import io.smartqueue.app.page.BoardQueues.Row;
import io.smartqueue.app.ticket.Department;
import io.smartqueue.app.ticket.Ticket;
import io.smartqueue.app.ticket.TicketBoard;
import io.smartqueue.app.ticket.TicketMessage;
import io.smartqueue.app.ticket.TicketState;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads an organization's board, in as many questions to the database for many tickets as for one. */
final class BoardReading {
    /** Nobody looks further down a queue, and a page has to stay small. */
    private static final int MOST_SHOWN = 40;

    private static final int DONE = 8;

    private final Visit visit;
    private final Instant now;
    private final LocalTimes times;
    private final Standing standing;
    private final List<Department> departments;
    private final List<Ticket> open;
    private final List<Ticket> done;
    private final Map<UUID, TicketMessage> messages;
    private final Function<TicketMessage, Told> told;

    BoardReading(UltraMessageInstanceManager whatsApp, TicketBoard board, Instant now, Visit visit) {
        this.visit = visit;
        this.now = now;
        this.times = LocalTimes.of(whatsApp, visit.id());
        this.standing = Standing.of(whatsApp, visit);
        this.departments = board.departments(visit.id());
        this.open = board.open(visit.id());
        this.done = board.done(visit.id(), DONE);
        this.messages = board.lastMessages(
                visit.id(),
                Stream.concat(open.stream(), done.stream()).map(Ticket::id).toList());
        this.told = Told.reader(whatsApp.outbox(), visit.id(), messages.values());
    }

    BoardQueues queues(@Nullable String news) {
        Map<String, String> prefixes = new LinkedHashMap<>();
        departments.forEach(department -> prefixes.put(department.name(), department.prefix()));
        open.forEach(ticket -> prefixes.putIfAbsent(ticket.department(), ""));
        List<Queue> queues = new ArrayList<>();
        prefixes.forEach((name, prefix) -> queues.add(queue(name, prefix)));
        return new BoardQueues(
                visit.organization().path() + "/board",
                visit.who().csrfToken(),
                standing,
                queues,
                done.stream().map(this::row).toList(),
                news);
    }

    private Queue queue(String name, String prefix) {
        List<Ticket> here =
                open.stream().filter(ticket -> ticket.department().equals(name)).toList();
        List<Ticket> waiting = in(here, TicketState.WAITING);
        List<String> others = departments.stream()
                .map(Department::name)
                .filter(other -> !other.equals(name))
                .toList();
        return new Queue(
                name,
                prefix,
                in(here, TicketState.CALLED).stream()
                        .limit(MOST_SHOWN)
                        .map(this::row)
                        .toList(),
                waiting.stream().limit(MOST_SHOWN).map(this::row).toList(),
                waiting.size(),
                others);
    }

    private static List<Ticket> in(List<Ticket> tickets, TicketState state) {
        return tickets.stream().filter(ticket -> ticket.state() == state).toList();
    }

    private Row row(Ticket ticket) {
        Instant since = ticket.calledAt() == null ? ticket.createdAt() : ticket.calledAt();
        @Nullable TicketMessage message = messages.get(ticket.id());
        return new Row(
                ticket.id().toString(),
                ticket.number(),
                ticket.customerName() == null ? "" : ticket.customerName(),
                words(ticket.state()),
                times.time(since),
                LocalTimes.length(Duration.between(since, now)),
                message == null ? null : told.apply(message));
    }

    private static String words(TicketState state) {
        return switch (state) {
            case WAITING -> "waiting";
            case CALLED -> "called";
            case SERVED -> "served";
            case LEFT -> "left";
        };
    }
}
