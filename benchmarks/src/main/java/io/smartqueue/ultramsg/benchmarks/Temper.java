package io.smartqueue.ultramsg.benchmarks;

/** How an instance of the stub behaves; its id says which. */
enum Temper {
    /** Answers at once; every other instance. */
    QUICK(0),
    /** Takes requests and never answers. */
    DEAD(900_001),
    /** Sends a body a byte at a time, which takes for ever. */
    TRICKLING(900_002),
    /** Answers 429 to everything. */
    THROTTLING(900_003),
    /** Answers a fifth of a second later. */
    SLOW(900_004);

    private final int number;

    Temper(int number) {
        this.number = number;
    }

    String instance() {
        return "instance" + number;
    }

    /** Reads it from a request's first line. */
    static Temper of(String headers) {
        for (Temper temper : values()) {
            if (headers.startsWith("/" + temper.instance() + "/", headers.indexOf(' ') + 1)) {
                return temper;
            }
        }
        return QUICK;
    }
}
