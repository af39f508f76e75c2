package io.smartqueue.ultramsg.api;

import java.util.Objects;

/**
 * How an instance stands with WhatsApp. What UltraMsg sends is open: names unknown to this library are kept as they are.
 * Source: docs/ultramsg-api.md, section 3.5.
 *
 * @param status such as {@code authenticated}, {@code standby}, {@code qr}, {@code loading}; empty if the reply names none
 * @param substatus such as {@code connected} or {@code normal}; empty if the reply names none
 */
public record AccountStatus(String status, String substatus) {
    public AccountStatus {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(substatus, "substatus");
    }

    /**
     * Tells whether messages leave at once.
     *
     * @return true if the phone is linked and connected
     */
    public boolean isReady() {
        return status.equalsIgnoreCase("authenticated");
    }

    /**
     * Tells whether the session is linked but idle, as a rule because another WhatsApp Web took over; messages wait.
     *
     * @return true for {@code standby}
     */
    public boolean isStandby() {
        return status.equalsIgnoreCase("standby");
    }

    /**
     * Tells whether somebody must scan the QR code with the phone.
     *
     * @return true for {@code qr}
     */
    public boolean isWaitingForQrScan() {
        return status.equalsIgnoreCase("qr");
    }
}
