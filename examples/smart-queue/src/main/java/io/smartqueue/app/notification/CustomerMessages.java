package io.smartqueue.app.notification;

import io.smartqueue.app.ticket.Arrival;
import io.smartqueue.app.ticket.TicketDesk;
import io.smartqueue.ultramsg.api.ChatId;
import io.smartqueue.ultramsg.webhook.WebhookEvent.MessageReceived;
import io.smartqueue.ultramsg.webhook.WebhookHandler;
import org.jspecify.annotations.Nullable;

/** What customers write: the first message joins the queue, whatever it is; a picture without words, too. */
public final class CustomerMessages implements WebhookHandler {
    private static final int MOST_OF_A_NAME = 60;

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
                .ifPresent(phone -> tickets.arrive(
                        event.organization(), new Arrival(phone, nameOf(event), event.text(), event.key())));
    }

    /** People call themselves what they like: without what no text may hold, and not longer than a line. */
    private static @Nullable String nameOf(MessageReceived event) {
        String name = event.message().senderName().replaceAll("\\p{C}", "").strip();
        if (name.isEmpty()) {
            return null;
        }
        return name.substring(
                0, name.offsetByCodePoints(0, Math.min(MOST_OF_A_NAME, name.codePointCount(0, name.length()))));
    }
}
