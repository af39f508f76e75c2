package io.smartqueue.ultramsg.benchmarks;

import java.time.Instant;
import java.util.Arrays;

/**
 * What the stub was given, in the order in which it came: when, for which instance, and the message's number. Only messages whose text
 * has a number are in it, so that it costs the others next to nothing. Not thread-safe.
 */
final class Journal {
    /** What stands before a message's number, whatever the encoding of the form makes of the rest. */
    static final String BEFORE_NUMBER = "bread-";

    private static final String BEFORE_INSTANCE = "/instance";
    private static final int FIRST_ROOM = 1024;
    private static final int LETTERS_OF_A_LINE = 40;

    private long[] micros = new long[FIRST_ROOM];
    private int[] instances = new int[FIRST_ROOM];
    private int[] numbers = new int[FIRST_ROOM];
    private int size;

    /** Notes a request that was complete now; returns the message's number, negative if it has none. */
    int note(String request) {
        int at = request.indexOf(BEFORE_NUMBER);
        if (at < 0) {
            return -1;
        }
        if (size == micros.length) {
            micros = Arrays.copyOf(micros, 2 * size);
            instances = Arrays.copyOf(instances, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
        }
        micros[size] = micros(Instant.now());
        instances[size] = number(request, request.indexOf(BEFORE_INSTANCE) + BEFORE_INSTANCE.length());
        numbers[size] = number(request, at + BEFORE_NUMBER.length());
        return numbers[size++];
    }

    /** The clock on the wall, which all processes of a machine share. */
    static long micros(Instant moment) {
        return moment.getEpochSecond() * 1_000_000 + moment.getNano() / 1_000;
    }

    private static int number(String text, int from) {
        int number = 0;
        for (int at = from; at < text.length() && Character.isDigit(text.charAt(at)); at++) {
            number = 10 * number + Character.digit(text.charAt(at), 10);
        }
        return number;
    }

    int size() {
        return size;
    }

    /** Returns a line for each message, and forgets them. */
    String take() {
        StringBuilder lines = new StringBuilder(LETTERS_OF_A_LINE * size);
        for (int i = 0; i < size; i++) {
            lines.append(micros[i])
                    .append(',')
                    .append(instances[i])
                    .append(',')
                    .append(numbers[i])
                    .append('\n');
        }
        size = 0;
        return lines.toString();
    }
}
