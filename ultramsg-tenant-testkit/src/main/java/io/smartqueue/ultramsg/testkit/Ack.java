package io.smartqueue.ultramsg.testkit;

import java.util.Locale;

/** How far a sent message has come, in rising order; docs/ultramsg-api.md, section 3.3. */
enum Ack {
    PENDING,
    SERVER,
    DEVICE,
    READ,
    PLAYED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    Ack orLater(Ack other) {
        return compareTo(other) < 0 ? other : this;
    }
}
