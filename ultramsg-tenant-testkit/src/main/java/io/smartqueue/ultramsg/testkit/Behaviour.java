package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

/**
 * How an instance is switched at the moment.
 *
 * @param toEverything the answer to every request, in place of doing anything; null to work
 * @param dailyLimit how many messages it accepts in a UTC day
 * @param repliesToLose how many more messages it accepts without saying so
 */
record Behaviour(@Nullable StubReply toEverything, AccountState account, int dailyLimit, int repliesToLose, Pace pace) {

    static final Behaviour NORMAL = new Behaviour(null, AccountState.AUTHENTICATED, Integer.MAX_VALUE, 0, Pace.AT_ONCE);

    Behaviour {
        requireNotNegative("limit", dailyLimit);
        requireNotNegative("count", repliesToLose);
    }

    Behaviour answering(StubReply reply) {
        return new Behaviour(reply, account, dailyLimit, repliesToLose, pace);
    }

    Behaviour in(AccountState status) {
        return new Behaviour(toEverything, status, dailyLimit, repliesToLose, pace);
    }

    Behaviour limitedTo(int limit) {
        return new Behaviour(toEverything, account, limit, repliesToLose, pace);
    }

    Behaviour losing(int replies) {
        return new Behaviour(toEverything, account, dailyLimit, replies, pace);
    }

    Behaviour at(Pace newPace) {
        return new Behaviour(toEverything, account, dailyLimit, repliesToLose, newPace);
    }

    private static void requireNotNegative(String what, int number) {
        if (number < 0) {
            throw new IllegalArgumentException("Expected a " + what + " of zero or more but got " + number);
        }
    }
}
