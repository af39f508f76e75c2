package io.smartqueue.ultramsg.benchmarks;

import java.util.Arrays;

/**
 * A median and where it lies with a confidence of at least 95 %.
 *
 * <p>The ends are the k-th smallest and the k-th largest value, as in the sign test: each of n independent values falls below
 * the true median like a coin, so the interval fails to hold it only if fewer than k of n coins show heads, or tails. Nothing
 * is assumed about the distribution.
 *
 * @param median the middle value, or the mean of the two
 * @param low the k-th smallest value
 * @param high the k-th largest value
 * @param confidence how likely the interval holds the true median: 0.95 or a little more, less with fewer than 6 values
 */
record Interval(double median, double low, double high, double confidence) {
    static final double WANTED = 0.95;

    static Interval ofMedian(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        int k = 1;
        while (k + 1 <= (n + 1) / 2 && confidence(n, k + 1) >= WANTED) {
            k++;
        }
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        return new Interval(median, sorted[k - 1], sorted[n - k], confidence(n, k));
    }

    /** 1 - 2 P(fewer than k of n coins show heads). */
    private static double confidence(int n, int k) {
        double exactly = Math.pow(0.5, n);
        double fewer = 0;
        for (int heads = 0; heads < k; heads++) {
            fewer += exactly;
            exactly *= (double) (n - heads) / (heads + 1);
        }
        return Math.max(0, 1 - 2 * fewer);
    }
}
