package io.smartqueue.ultramsg.testkit;

import java.util.Locale;

/** Where a message of the queue stands; docs/ultramsg-api.md, section 3.3. */
enum MessageStatus {
    SENT,
    QUEUE,
    UNSENT,
    INVALID,
    EXPIRED;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static MessageStatus of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
