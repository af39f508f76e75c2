package io.smartqueue.ultramsg.testkit.attack;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many rows were inserted, updated and deleted in which tables: lines of three numbers and a name. */
final class Counts {
    private Counts() {}

    static String difference(List<String> before, List<String> after) {
        Map<String, long[]> counts = new TreeMap<>();
        before.forEach(line -> add(counts, line, -1));
        after.forEach(line -> add(counts, line, 1));
        StringBuilder text = new StringBuilder();
        counts.forEach((table, numbers) -> {
            if (Arrays.stream(numbers).anyMatch(number -> number != 0)) {
                text.append(table).append(' ').append(Arrays.toString(numbers)).append('\n');
            }
        });
        return text.toString();
    }

    private static void add(Map<String, long[]> counts, String line, int sign) {
        String[] parts = line.split(" ", 4);
        long[] sum = counts.computeIfAbsent(parts[3], table -> new long[3]);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += sign * Long.parseLong(parts[i]);
        }
    }
}
