package io.smartqueue.app.ticket;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.UUID;

/**
 * A customer's place in a department's queue.
 *
 * @param place 1, and one more with each transfer: at each place he is told of each event once
 */
public record Ticket(
        OrganizationId organization,
        UUID id,
        String number,
        String department,
        PhoneNumber phone,
        @Nullable String customerName,
        TicketState state,
        int place,
        Instant createdAt,
        @Nullable Instant calledAt) {
    @Override
    public String toString() {
        return "Ticket[" + organization + ", " + id + ", " + state + "]";
    }
}
