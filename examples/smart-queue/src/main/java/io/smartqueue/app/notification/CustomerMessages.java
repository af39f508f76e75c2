package io.smartqueue.app.notification;

import io.smartqueue.app.ticket.TicketDesk;
import io.smartqueue.ultramsg.api.ChatId;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReceived;
import io.smartqueue.ultramsg.webhook.WebhookHandler;
import org.jspecify.annotations.Nullable;

/** What customers write: the first message joins the queue. */
public final class CustomerMessages implements WebhookHandler {
    private volatile @Nullable TicketDesk desk;

    /** Says who gives out tickets; before that, what comes in is left to be repeated. */
    public void answerWith(TicketDesk tickets) {
        this.desk = tickets;
    }

    @Override
    public void received(MessageReceived event) {
        TicketDesk tickets = desk;
        if (tickets == null) {
            throw new IllegalStateException("this node is still starting");
        }
        if (event.isFromMe() || event.chat().filter(ChatId::isGroup).isPresent()) {
            return;
        }
        event.sender()
                .flatMap(ChatId::number)
                .ifPresent(phone -> tickets.arrive(event.organization(), phone, nameOf(event), event.text()));
    }

    private static @Nullable String nameOf(MessageReceived event) {
        String name = event.message().senderName();
        return name.isBlank() ? null : name;
    }
}
