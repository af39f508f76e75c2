package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** What a caller's words became: a message, or the reason why they cannot be one. */
sealed interface Composition {
    record Composed(OutboundMessage message) implements Composition {}

    record Refused(RejectionReason reason, String detail) implements Composition {}

    /** Reads a recipient and a text as they came from a form or a database; either may be missing. */
    static Composition ofText(@Nullable String to, @Nullable String text, UltraMessageConfig config) {
        if (to == null) {
            return new Refused(RejectionReason.INVALID_RECIPIENT, "recipient is missing");
        }
        if (text == null) {
            return new Refused(RejectionReason.INVALID_CONTENT, "body is missing");
        }
        Recipient recipient;
        try {
            recipient = config.defaultRegion()
                    .map(region -> Recipient.parse(to, region))
                    .orElseGet(() -> Recipient.parse(to));
        } catch (IllegalArgumentException unreadable) {
            return new Refused(RejectionReason.INVALID_RECIPIENT, reasonOf(unreadable));
        }
        try {
            return new Composed(TextMessage.of(recipient, text));
        } catch (IllegalArgumentException unsendable) {
            return new Refused(RejectionReason.INVALID_CONTENT, reasonOf(unsendable));
        }
    }

    private static String reasonOf(IllegalArgumentException refusal) {
        return Objects.requireNonNullElse(refusal.getMessage(), "it cannot be sent as it is");
    }
}
