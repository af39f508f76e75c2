package io.smartqueue.ultramsg.testkit;

import java.util.Locale;

/** The states of an instance's WhatsApp account; docs/ultramsg-api.md, section 3.5. */
enum AccountState {
    AUTHENTICATED("connected"),
    STANDBY("normal"),
    QR("normal"),
    INITIALIZE("normal"),
    LOADING("normal"),
    RETRYING("normal"),
    DISCONNECTED("normal");

    private final String substatus;

    AccountState(String substatus) {
        this.substatus = substatus;
    }

    String status() {
        return name().toLowerCase(Locale.ROOT);
    }

    String substatus() {
        return substatus;
    }

    /** Whether the account is known, though another web client may be the active one. */
    boolean hasSession() {
        return this == AUTHENTICATED || this == STANDBY;
    }
}
