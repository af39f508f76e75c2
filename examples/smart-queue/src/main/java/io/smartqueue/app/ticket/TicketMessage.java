package io.smartqueue.app.ticket;

import io.smartqueue.ultramsg.message.Reference;

import java.time.Instant;
import java.util.UUID;

/** Which message told a ticket's customer of what; the library knows by its reference what became of it. */
public record TicketMessage(UUID ticket, String ticketNumber, String event, Reference reference, Instant createdAt) {}
