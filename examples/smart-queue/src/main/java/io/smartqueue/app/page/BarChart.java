package io.smartqueue.app.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * A chart of bars by day, worked out to the pixel: a template writes it down as SVG. The bars of a day stand within each other where one
 * number is part of the other, and beside each other where it is not, so that shapes tell them apart and not colours alone.
 */
final class BarChart {
    /** A day's numbers. */
    record Day(String label, long accepted, long delivered, long read, long failed) {
        String words() {
            return label + ": " + accepted + " accepted, " + delivered + " delivered, " + read + " read, " + failed
                    + " failed";
        }
    }

    /**
     * A rectangle.
     *
     * @param kind {@code accepted}, {@code delivered}, {@code read} or {@code failed}
     */
    record Bar(String kind, double x, double y, double width, double height) {}

    /** A day's bars, with the numbers in words. */
    record Column(String words, List<Bar> bars) {}

    /** A text at a place of an axis. */
    record Label(String text, double at) {}

    private static final double LEFT = 52;
    /** Half a day's name, which is written below its middle. */
    private static final double RIGHT = 24;

    private static final double TOP = 10;
    private static final double BOTTOM = 28;
    private static final double PLOT_HEIGHT = 200;
    private static final double USUAL_WIDTH = 980;
    private static final double NARROWEST_DAY = 14;
    private static final double WIDEST_DAY = 70;

    /** Of the letters of an axis, on the safe side. */
    private static final double LETTER = 8;

    private static final String UNITS = " kMGTP";

    private final List<Day> days;
    private final double dayWidth;
    private final long top;

    private BarChart(List<Day> days) {
        this.days = List.copyOf(days);
        this.dayWidth = days.isEmpty()
                ? WIDEST_DAY
                : Math.min(WIDEST_DAY, Math.max(NARROWEST_DAY, (USUAL_WIDTH - LEFT) / days.size()));
        this.top = roundedUp(days.stream()
                .flatMapToLong(day -> LongStream.of(day.accepted(), day.delivered(), day.read(), day.failed()))
                .max()
                .orElse(0));
    }

    static BarChart of(List<Day> days) {
        return new BarChart(days);
    }

    /** The next of 4, 8, 20, 40, 80, 200 and so on: numbers that four lines divide evenly. */
    private static long roundedUp(long most) {
        long unit = 4;
        while (true) {
            for (long factor : new long[] {1, 2, 5}) {
                if (most <= unit * factor || unit > Long.MAX_VALUE / 100) {
                    return unit * factor;
                }
            }
            unit *= 10;
        }
    }

    boolean isEmpty() {
        return days.isEmpty();
    }

    double width() {
        return LEFT + dayWidth * days.size() + RIGHT;
    }

    double height() {
        return TOP + PLOT_HEIGHT + BOTTOM;
    }

    double left() {
        return LEFT;
    }

    double bottom() {
        return TOP + PLOT_HEIGHT;
    }

    List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < days.size(); i++) {
            Day day = days.get(i);
            double x = LEFT + i * dayWidth;
            columns.add(new Column(
                    day.words(),
                    List.of(
                            bar("accepted", x, 0.10, 0.56, day.accepted()),
                            bar("delivered", x, 0.19, 0.38, day.delivered()),
                            bar("read", x, 0.28, 0.20, day.read()),
                            bar("failed", x, 0.72, 0.20, day.failed()))));
        }
        return columns;
    }

    /** Places a bar within its day; offset and width are parts of the day's width. */
    private Bar bar(String kind, double dayX, double offset, double width, long count) {
        double height = y(0) - y(count);
        return new Bar(kind, rounded(dayX + offset * dayWidth), y(count), rounded(width * dayWidth), rounded(height));
    }

    private double y(long count) {
        return rounded(TOP + PLOT_HEIGHT * (1 - (double) count / top));
    }

    private static double rounded(double pixels) {
        return Math.round(pixels * 10) / 10.0;
    }

    /** The lines across, with the numbers that they stand for. */
    List<Label> lines() {
        return LongStream.rangeClosed(0, 4)
                .map(quarter -> top / 4 * quarter)
                .mapToObj(count -> new Label(shortened(count), y(count)))
                .toList();
    }

    /** The days below, as many as there is room for, the last one always. */
    List<Label> dayLabels() {
        int longest = days.stream().mapToInt(day -> day.label().length()).max().orElse(0);
        int step = Math.max(1, (int) Math.ceil((longest + 1) * LETTER / dayWidth));
        List<Label> labels = new ArrayList<>();
        for (int i = (days.size() - 1) % step; i >= 0 && i < days.size(); i += step) {
            labels.add(new Label(days.get(i).label(), rounded(LEFT + (i + 0.5) * dayWidth)));
        }
        return labels;
    }

    /** Such as 2.5k. */
    static String shortened(long count) {
        double value = count;
        int unit = 0;
        while (value >= 1_000 && unit < UNITS.length() - 1) {
            value /= 1_000;
            unit++;
        }
        String digits = String.format(Locale.ROOT, value < 10 && value != Math.rint(value) ? "%.1f" : "%.0f", value);
        return unit == 0 ? digits : digits + UNITS.charAt(unit);
    }
}
