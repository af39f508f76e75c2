package io.smartqueue.ultramsg.benchmarks;

import java.util.Locale;

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

    private static final String TWILIO = "/2010-04-01/accounts/";

    private final String instance;
    private final String account;

    Temper(int number) {
        this.instance = "instance" + number;
        this.account = String.format(Locale.ROOT, "AC%032x", number);
    }

    String instance() {
        return instance;
    }

    /** The same for Twilio, where an account's SID says which. */
    String account() {
        return account;
    }

    /** Reads it from a request's first line. */
    static Temper of(String headers) {
        int path = headers.indexOf(' ') + 1;
        boolean isTwilio = headers.startsWith(TWILIO, path);
        for (Temper temper : values()) {
            if (isTwilio
                    ? headers.regionMatches(true, path + TWILIO.length(), temper.account, 0, temper.account.length())
                    : headers.startsWith("/" + temper.instance + "/", path)) {
                return temper;
            }
        }
        return QUICK;
    }
}
