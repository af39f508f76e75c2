package io.smartqueue.ultramsg.benchmarks;

/**
 * What a pool of workers did in a turn for those tenants that were in no trouble.
 *
 * @param taken messages that were taken
 * @param failed messages that had another end
 * @param leftOver messages that were due and had no end when the turn was over
 * @param seconds how long the turn was
 * @param latency of all of them, from the moment at which each was due; that of one without an end is what it had waited
 */
record PoolTurn(int taken, int failed, int leftOver, double seconds, Latency latency) {
    double perSecond() {
        return taken / seconds;
    }

    String line() {
        return taken + "," + failed + "," + leftOver + "," + seconds + "," + latency.medianNanos() + ","
                + latency.p99Nanos();
    }

    static PoolTurn parse(String line) {
        String[] parts = line.split(",");
        return new PoolTurn(
                Integer.parseInt(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Double.parseDouble(parts[3]),
                new Latency(Long.parseLong(parts[4]), Long.parseLong(parts[5])));
    }
}
