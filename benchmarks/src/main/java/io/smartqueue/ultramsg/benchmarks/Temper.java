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
    SLOW(900_004),
    /** Takes requests and closes the connection in place of an answer. */
    HANGING_UP(900_005);

    private static final Temper[] ALL = values();
    private static final String TWILIO = "/2010-04-01/accounts/";

    private final String instance;
    private final String account;
    private final String path;

    Temper(int number) {
        this.instance = "instance" + number;
        this.path = "/" + instance + "/";
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
        int at = headers.indexOf(' ') + 1;
        boolean isTwilio = headers.startsWith(TWILIO, at);
        for (Temper temper : ALL) {
            if (isTwilio
                    ? headers.regionMatches(true, at + TWILIO.length(), temper.account, 0, temper.account.length())
                    : headers.startsWith(temper.path, at)) {
                return temper;
            }
        }
        return QUICK;
    }
}
