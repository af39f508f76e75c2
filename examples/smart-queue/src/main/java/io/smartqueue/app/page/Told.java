package io.smartqueue.app.page;

import io.smartqueue.app.ticket.TicketMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Outbox;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a customer was told, and how far that has come.
 *
 * @param what such as {@code your turn}
 */
record Told(String what, Fate fate) {
    /** Asks for all messages at once. */
    static Function<TicketMessage, Told> reader(
            Outbox outbox, OrganizationId organization, Collection<TicketMessage> messages) {
        Map<Reference, OutboxItem> items =
                outbox
                        .find(
                                organization,
                                messages.stream().map(TicketMessage::reference).toList())
                        .stream()
                        .collect(Collectors.toMap(OutboxItem::reference, Function.identity()));
        return message -> {
            @Nullable OutboxItem item = items.get(message.reference());
            return new Told(words(message.event()), Fate.of(item));
        };
    }

    /** Behind a slash stands which one it is, of several of a kind. */
    private static String words(String event) {
        int end = event.indexOf('/');
        return (end < 0 ? event : event.substring(0, end)).replace('_', ' ');
    }
}
