package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.api.MessageQuery;
import io.smartqueue.ultramsg.api.QueuedMessage;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.internal.time.Pause;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Unknown;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out what became of a message whose reply was lost: asks its instance for the message of its reference.
 *
 * <p>What is there was taken. What is not there may still be on its way into the list, so absence proves nothing: it is looked
 * for again over a window of time. See ADR 14.
 */
final class ReadBack {
    /** Who answers so will answer so in some seconds, too. */
    private static final Set<ProviderErrorKind> FINAL = EnumSet.of(
            ProviderErrorKind.AUTHENTICATION,
            ProviderErrorKind.INSTANCE_NOT_FOUND,
            ProviderErrorKind.INSTANCE_STOPPED,
            ProviderErrorKind.UNKNOWN_ENDPOINT);

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration SHORTEST_LOOK = Duration.ofSeconds(2);
    private static final int FEWEST_LOOKS = 3;

    private final Duration window;
    private final Pause pause;

    ReadBack(Duration window, Pause pause) {
        this.window = window;
        this.pause = pause;
    }

    /** How much of what is left of a call is kept for reading back. */
    Duration shareOf(Deadline deadline) {
        Duration third = Duration.ofNanos(deadline.remaining().toNanos() / 3); // dividedBy goes by way of BigDecimal
        return third.compareTo(window) < 0 ? third : window;
    }

    /**
     * Looks over the whole window; and on, within the deadline, where each look took so long that there were too few of them to tell
     * by.
     */
    Finding search(Unknown unknown, UltraMsgClient client, Deadline deadline) {
        if (window.isZero()) {
            return new Finding.Untold();
        }
        boolean wholeWindow = deadline.hasTimeFor(window);
        Deadline windowEnd = deadline.butWithin(window);
        int inVain = 0;
        for (Duration wait = FIRST_WAIT; !deadline.isOver(); wait = wait.multipliedBy(2)) {
            boolean answered = false;
            try {
                SendResult found = look(unknown, client.within(timeToLook(windowEnd, deadline)));
                if (found instanceof Accepted accepted) {
                    return new Finding.Taken(accepted);
                }
                answered = true;
                inVain++;
            } catch (UltraMessageException unanswered) {
                if (unanswered instanceof ProviderException refused && FINAL.contains(refused.kind())) {
                    return new Finding.Untold();
                }
            }
            boolean conclusive = wholeWindow && answered && inVain >= FEWEST_LOOKS;
            boolean hopeless = !wholeWindow || !answered;
            if (!windowEnd.hasTimeFor(wait) && (conclusive || hopeless)) {
                return conclusive ? new Finding.Absent() : new Finding.Untold();
            }
            if (!deadline.hasTimeFor(wait) || !pause.isOverAfter(wait)) {
                return new Finding.Untold();
            }
        }
        return new Finding.Untold();
    }

    /** One that begins just before the window ends is worth the wait for its answer. */
    private static Duration timeToLook(Deadline windowEnd, Deadline deadline) {
        Duration left = windowEnd.remaining();
        return deadline.butWithin(left.compareTo(SHORTEST_LOOK) < 0 ? SHORTEST_LOOK : left)
                .remaining();
    }

    /** What looking for a message has come to. */
    sealed interface Finding {
        /** It is there. */
        record Taken(Accepted accepted) implements Finding {}

        /** It was not there, each time, over the whole window. */
        record Absent() implements Finding {}

        /** There was not time enough, or no answer. */
        record Untold() implements Finding {}
    }

    private static SendResult look(Unknown unknown, UltraMsgClient client) {
        List<QueueId> found = find(unknown.reference(), client);
        return found.isEmpty()
                ? unknown
                : new Accepted(unknown.reference(), found.get(found.size() - 1), unknown.instance(), null, null);
    }

    /**
     * Looks once for all messages of a reference, the newest first, and throws what the client throws. Compares the references
     * itself, for a server that leaves the parameter out of account lists everything.
     */
    static List<QueueId> find(Reference reference, UltraMsgClient client) {
        MessageQuery query =
                MessageQuery.builder().reference(reference).newestFirst().build();
        return client.messages().page(query, 1).messages().stream()
                .filter(message -> message.referenceId().equals(Optional.of(reference.value())))
                .map(QueuedMessage::id)
                .toList();
    }
}
