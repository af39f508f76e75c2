package io.smartqueue.app.page;

import io.smartqueue.app.notification.PhoneNumbers;
import io.smartqueue.app.notification.Sending;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

/** Sends what somebody types for one customer at once, and says what came of it. */
final class DirectMessages {
    private final UltraMessageInstanceManager whatsApp;
    private final PhoneNumbers numbers;
    private final Sending sending;

    DirectMessages(UltraMessageInstanceManager whatsApp, Sending sending) {
        this.whatsApp = whatsApp;
        this.sending = sending;
        this.numbers = new PhoneNumbers(whatsApp);
    }

    DirectForm send(OrganizationId organization, DirectForm form) {
        @Nullable String phoneError = Fields.problem(() -> phone(organization, form.phone()));
        @Nullable
        String textError = form.text().isBlank()
                ? "write what to send"
                : Fields.problem(() -> TextMessage.of(Recipient.parse("+4930901820"), form.text()));
        if (phoneError != null || textError != null) {
            return form.wrong(phoneError, textError);
        } else if (sending != Sending.ON) {
            return form.answered("off", "Nothing was sent: sending is switched off on this server.");
        }
        SendResult result = whatsApp.send(
                organization,
                TextMessage.of(Recipient.of(phone(organization, form.phone())), form.text()),
                SendOptions.builder()
                        .idempotencyKey(IdempotencyKey.of("page/" + form.once()))
                        .build());
        return answered(form, result);
    }

    private PhoneNumber phone(OrganizationId organization, String typed) {
        return numbers.of(organization).apply(typed);
    }

    private static DirectForm answered(DirectForm form, SendResult result) {
        if (result instanceof SendResult.Accepted accepted) {
            return form.done("UltraMsg has taken the message."
                    + (accepted.remainingToday() == null
                            ? ""
                            : " Left of today's limit: " + accepted.remainingToday() + "."));
        } else if (result instanceof SendResult.Rejected rejected) {
            return form.answered("rejected", "Not sent: " + rejected.detail() + " " + Advice.on(rejected.reason()));
        }
        return form.answered(
                "unknown",
                "Perhaps sent: UltraMsg's reply was lost. Do not write it anew; pressing Send once more looks what became of it.");
    }
}
