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
        return ChatId.of(number);
    }
}
