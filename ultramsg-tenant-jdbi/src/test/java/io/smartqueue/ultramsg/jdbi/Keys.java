package io.smartqueue.ultramsg.jdbi;

/** Keys for sealing tokens in tests; everybody knows them. */
final class Keys {
    static final String ONE = "one:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    static final String TWO = "two:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    private Keys() {}
}
