package io.smartqueue.ultramsg.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What came of a measurement. Not thread-safe.
 *
 * @param title what was measured
 * @param columns what the numbers are, with their units
 * @param rows names, numbers and {@link Interval}s
 * @param remarks what one has to know to read them
 */
record Table(String title, List<String> columns, List<List<Object>> rows, List<String> remarks) {
    private static final double FEW = 100;

    static Table of(String title, String... columns) {
        return new Table(title, List.of(columns), new ArrayList<>(), new ArrayList<>());
    }

    Table row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(title + " has " + columns.size() + " columns");
        }
        rows.add(Arrays.asList(cells));
        return this;
    }

    Table remark(String remark) {
        remarks.add(remark);
        return this;
    }

    String markdown() {
        StringBuilder text = new StringBuilder("\n### " + title + "\n\n");
        text.append(line(columns))
                .append(line(columns.stream().map(column -> "---").toList()));
        rows.forEach(row -> text.append(line(row.stream().map(Table::cell).toList())));
        if (!remarks.isEmpty()) {
            text.append('\n');
            remarks.forEach(remark -> text.append("- ").append(remark).append('\n'));
        }
        return text.toString();
    }

    private static String line(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String cell(Object value) {
        if (value instanceof Interval interval) {
            return Markdown.ratio(interval);
        }
        if (value instanceof Double number) {
            return String.format(Locale.ROOT, Math.abs(number) < FEW ? "%.2f" : "%,.0f", number);
        }
        return value instanceof Number number
                ? String.format(Locale.ROOT, "%,d", number.longValue())
                : value.toString();
    }
}
