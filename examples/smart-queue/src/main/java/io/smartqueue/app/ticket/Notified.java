package io.smartqueue.app.ticket;

import io.smartqueue.ultramsg.outbox.EnqueueResult;

/**
 * What became of an event.
 *
 * @param result whether its message is queued now or was before
 * @param text what the customer reads
 */
public record Notified(Ticket ticket, EnqueueResult result, String text) {
    @Override
    public String toString() {
        return "Notified[" + ticket + ", " + result + "]";
    }
}
