package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.InstanceCredentials;

/** Puts a message straight into an instance's queue: no organization, no limit. */
final class Sending {
    private final Calls calls;

    Sending(Calls calls) {
        this.calls = calls;
    }

    SendResult send(OutboundMessage message, SendOptions options) {
        if (options.idempotencyKey().isPresent()) {
            throw new IllegalArgumentException("a client without organization keeps no idempotency keys: send through"
                    + " UltraMessageInstanceManager, or leave the key out");
        }
        Deadline deadline = Deadline.in(options.deadline().orElse(calls.deadline()));
        Reference reference = options.reference().orElseGet(() -> Reference.next(calls.clock()));
        InstanceCredentials credentials = calls.credentials();
        MessageForm content = MessageForm.of(message, credentials.token().reveal());
        Form form = content.form().add("referenceId", reference.value());
        options.priority().ifPresent(priority -> form.add("priority", Integer.toString(priority)));
        SendReply result =
                new SendReply(reference, credentials.instance(), new ReplyReader(form.secrets(), calls.clock()));
        try {
            return result.read(calls.post(credentials, content.path(), form, deadline));
        } catch (NoReplyException lost) {
            return result.lost(lost);
        }
    }
}
