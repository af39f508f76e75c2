/** The queue: tickets, whose turn it is, and what customers are told of it. */
@NullMarked
package io.smartqueue.app.ticket;

import org.jspecify.annotations.NullMarked;
