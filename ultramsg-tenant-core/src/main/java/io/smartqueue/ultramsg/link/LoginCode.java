package io.smartqueue.ultramsg.link;

import io.smartqueue.ultramsg.api.AccountStatus;

import java.util.Objects;

/** What an instance answers when it is asked for the QR code that links a phone to it. Immutable. */
public sealed interface LoginCode {
    /**
     * The instance waits for somebody to scan its code. Codes are short-lived: ask again every 20 seconds while one is shown.
     *
     * @param code the code of this moment. Whoever scans it links his phone: show it to the account's owner only
     */
    record Waiting(QrCode code) implements LoginCode {
        public Waiting {
            Objects.requireNonNull(code, "code");
        }
    }

    /** A phone is linked and connected already: there is nothing to scan. */
    record Connected() implements LoginCode {}

    /**
     * The instance has no code at this moment and is not connected either: it is starting, trying to reach its phone, or idle.
     *
     * @param status how it stands
     */
    record InOtherState(AccountStatus status) implements LoginCode {
        public InOtherState {
            Objects.requireNonNull(status, "status");
        }
    }
}
