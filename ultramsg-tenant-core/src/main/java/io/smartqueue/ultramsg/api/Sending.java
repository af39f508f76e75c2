package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.InstanceCredentials;

import java.util.List;

/** Puts a message straight into an instance's queue: no organization, no limit. */
final class Sending {
    private final Calls calls;

    Sending(Calls calls) {
        this.calls = calls;
    }

    SendResult send(OutboundMessage message, SendOptions options) {
        Deadline deadline = Deadline.in(options.deadline().orElse(calls.deadline()));
        Reference reference = options.reference().orElseGet(() -> Reference.next(calls.clock()));
        InstanceCredentials credentials = calls.credentials();
        List<String> secrets = List.of(
                credentials.token().reveal(), text(message), message.to().address());
        SendReply result = new SendReply(reference, credentials.instance(), new ReplyReader(secrets, calls.clock()));
        Form form = new Form().add("token", credentials.token().reveal());
        String path = describe(message, form);
        form.add("referenceId", reference.value());
        options.priority().ifPresent(priority -> form.add("priority", Integer.toString(priority)));
        try {
            return result.read(calls.post(credentials, path, form, deadline));
        } catch (NoReplyException lost) {
            return result.lost(lost);
        }
    }

    /** Adds the message's own parameters and returns the path they go to. */
    private static String describe(OutboundMessage message, Form form) {
        form.add("to", message.to().address());
        form.add("body", text(message));
        return "messages/chat";
    }

    private static String text(OutboundMessage message) {
        return ((TextMessage) message).body(); // the only kind so far
    }
}
