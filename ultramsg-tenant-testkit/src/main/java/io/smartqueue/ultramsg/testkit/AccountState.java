package io.smartqueue.ultramsg.testkit;

import java.util.Locale;

/** The states of an instance's WhatsApp account that the stub can be in, out of UltraMsg docs, instance/status. */
enum AccountState {
    AUTHENTICATED("connected"),
    STANDBY("normal"),
    QR("normal");

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
}
