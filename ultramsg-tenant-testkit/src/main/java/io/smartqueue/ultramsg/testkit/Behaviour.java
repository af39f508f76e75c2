package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** How an instance is switched at the moment; {@link InstanceState} guards it. */
final class Behaviour {

    /** The answer to every request, in place of doing anything; null to work. */
    @Nullable
    StubReply toEverything;

    boolean tokenRejected;
    boolean stopped;
    AccountState account = AccountState.AUTHENTICATED;
    int dailyLimit = Integer.MAX_VALUE;
    int repliesToLose;
    Pace pace = Pace.AT_ONCE;
    ErrorStatus errorStatus = ErrorStatus.AS_REPORTED;
    Shapes shapes = Shapes.USUAL;

    /** How long recipients take to read, or null if they do not. */
    @Nullable
    Duration untilRead;

    void limitTo(int messages) {
        requireNotNegative("limit", messages);
        dailyLimit = messages;
    }

    void lose(int replies) {
        requireNotNegative("count", replies);
        repliesToLose = replies;
    }

    void letRead(Duration after) {
        if (after.isNegative()) {
            throw new IllegalArgumentException("Expected a duration of zero or more but got " + after);
        }
        untilRead = after;
    }

    private static void requireNotNegative(String what, int number) {
        if (number < 0) {
            throw new IllegalArgumentException("Expected a " + what + " of zero or more but got " + number);
        }
    }
}
