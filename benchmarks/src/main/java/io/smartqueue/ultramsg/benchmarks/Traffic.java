package io.smartqueue.ultramsg.benchmarks;

import java.util.List;

/**
 * Whom a turn's messages are for: of each hundred one for each of three tenants that may be in trouble, and all others for the rest. It is
 * the same whether they are in trouble or not.
 */
final class Traffic {
    static final int TENANTS = Organizations.COUNT;

    /** What the three are in, in this order. */
    static final List<Temper> TROUBLES = List.of(Temper.DEAD, Temper.TRICKLING, Temper.THROTTLING);

    private static final int CYCLE = 100;
    private static final int APART = 10;

    private Traffic() {}

    /** Which of the three a message is for, counted from 0; a negative number for none of them. */
    static int troubled(int message) {
        int position = message % CYCLE;
        return position % APART == 0 && position / APART < TROUBLES.size() ? position / APART : -1;
    }

    static boolean isForTheRest(int message) {
        return troubled(message) < 0;
    }
}
