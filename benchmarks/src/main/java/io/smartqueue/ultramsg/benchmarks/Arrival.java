package io.smartqueue.ultramsg.benchmarks;

/**
 * A message that reached the stub.
 *
 * @param micros when, by the clock on the wall, in microseconds since 1970
 * @param instance the number of the instance, which is its organization's
 * @param number the message's own
 */
record Arrival(long micros, int instance, int number) {
    static Arrival parse(String line) {
        String[] parts = line.split(",");
        return new Arrival(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }
}
