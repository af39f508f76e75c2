package io.smartqueue.ultramsg.testkit;

import java.util.Objects;

/** The WhatsApp account that an instance is linked to. */
record Account(String number, String name) {

    Account {
        if (!number.matches("\\+?\\d{5,15}")) {
            throw new IllegalArgumentException("Expected a number such as +15550009999");
        }
        Objects.requireNonNull(name, "name");
    }

    String chatId() {
        return chatId(number);
    }

    /** A plain number as UltraMsg shows it in lists; anything else, a comma list for instance, as it is. */
    static String chatId(String recipient) {
        return recipient.matches("\\+?\\d+") ? recipient.replace("+", "") + "@c.us" : recipient;
    }
}
