package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.api.MessageQuery;
import io.smartqueue.ultramsg.api.QueuedMessage;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.internal.time.Pause;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Unknown;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out what became of a message whose reply was lost: asks its instance for the message of its reference.
 *
 * <p>What is there was taken. What is not there may still be on its way into the list, so absence proves nothing: it is looked
 * for again over a window of time, and stays unknown after that. See ADR 14.
 */
final class ReadBack {
    /** Who answers so will answer so in some seconds, too. */
    private static final Set<ProviderErrorKind> FINAL = EnumSet.of(
            ProviderErrorKind.AUTHENTICATION,
            ProviderErrorKind.INSTANCE_NOT_FOUND,
            ProviderErrorKind.INSTANCE_STOPPED,
            ProviderErrorKind.UNKNOWN_ENDPOINT);

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);

    private final Duration window;
    private final Pause pause;

    ReadBack(Duration window, Pause pause) {
        this.window = window;
        this.pause = pause;
    }

    /** How much of what is left of a call is kept for reading back. */
    Duration shareOf(Deadline deadline) {
        Duration third = deadline.remaining().dividedBy(3);
        return third.compareTo(window) < 0 ? third : window;
    }

    SendResult settle(Unknown unknown, UltraMsgClient client, Deadline deadline) {
        Deadline end = deadline.butWithin(window);
        boolean mayBeThere = !end.isOver();
        for (Duration wait = FIRST_WAIT; mayBeThere; wait = wait.multipliedBy(2)) {
            try {
                Optional<QueuedMessage> found = find(unknown.reference(), client.within(end.remaining()));
                if (found.isPresent()) {
                    return new Accepted(unknown.reference(), found.get().id(), unknown.instance(), null);
                }
            } catch (UltraMessageException unanswered) {
                if (unanswered instanceof ProviderException refused && FINAL.contains(refused.kind())) {
                    return unknown;
                }
            }
            mayBeThere = end.hasTimeFor(wait) && pause.isOverAfter(wait);
        }
        return unknown;
    }

    /** Compares the references itself, for a server that leaves the parameter out of account lists everything. */
    private static Optional<QueuedMessage> find(Reference reference, UltraMsgClient client) {
        MessageQuery query =
                MessageQuery.builder().reference(reference).newestFirst().build();
        return client.messages().page(query, 1).messages().stream()
                .filter(message -> message.referenceId().equals(Optional.of(reference.value())))
                .findFirst();
    }
}
