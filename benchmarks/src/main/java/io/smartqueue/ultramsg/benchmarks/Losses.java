package io.smartqueue.ultramsg.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Which replies the stub loses while it is told to: one in a hundred, and it has taken the message all the same. Which ones, is drawn from
 * a message's number and how often it has come, so that all clients meet the same. Half of the connections are closed, the others fall
 * silent. Remembers what was taken meanwhile by its reference, for those who ask. Not thread-safe.
 */
final class Losses {
    /** In each hundred of messages, one. */
    static final int ONE_OF = 100;

    private static final String REFERENCE = "referenceId=";

    private final Map<Integer, Integer> timesTaken = new HashMap<>();
    private final Map<String, List<Long>> takenUnder = new HashMap<>();
    private boolean on;
    private long seed;
    private int lost;

    /** Loses replies from now on, and remembers nothing of what was before. */
    void begin(long newSeed) {
        end();
        on = true;
        seed = newSeed;
    }

    /** Loses none any more; returns how many were lost. */
    int end() {
        int sum = lost;
        on = false;
        lost = 0;
        timesTaken.clear();
        takenUnder.clear();
        return sum;
    }

    boolean areOn() {
        return on;
    }

    /**
     * Remembers a message that was taken.
     *
     * @param number its number; negative for one without, whose reply is not lost
     * @param queueId what it is listed as
     * @param temper how its instance behaves otherwise
     * @return how it is answered
     */
    Temper take(String request, int number, long queueId, Temper temper) {
        String reference = reference(request, REFERENCE);
        if (!reference.isEmpty()) {
            takenUnder
                    .computeIfAbsent(reference, unheardOf -> new ArrayList<>())
                    .add(queueId);
        }
        if (number < 0) {
            return temper;
        }
        int time = timesTaken.merge(number, 1, Integer::sum);
        int hundred = number / ONE_OF;
        if (new SplittableRandom(Objects.hash(seed, hundred, time)).nextInt(ONE_OF) != number % ONE_OF) {
            return temper;
        }
        lost++;
        return (hundred + time) % 2 == 0 ? Temper.DEAD : Temper.HANGING_UP;
    }

    /** As what messages are listed that were taken under the reference that a question in small letters names; the library's have no others. */
    List<Long> taken(String question) {
        return takenUnder.getOrDefault(asked(question), List.of());
    }

    static String asked(String question) {
        return reference(question, "referenceid=");
    }

    private static String reference(String text, String before) {
        int at = text.indexOf(before);
        if (at < 0) {
            return "";
        }
        int from = at + before.length();
        int to = from;
        while (to < text.length() && "& \r".indexOf(text.charAt(to)) < 0) {
            to++;
        }
        return text.substring(from, to);
    }
}
