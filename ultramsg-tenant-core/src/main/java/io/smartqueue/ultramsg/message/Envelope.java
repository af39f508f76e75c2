package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What messages of several kinds have in common beside their content; not every kind can mention. */
record Envelope(Recipient to, @Nullable MessageId quoted, List<Recipient> mentions) {
    Envelope {
        Objects.requireNonNull(to, "to");
        mentions = ContentRules.persons("mentions", mentions);
    }

    static Envelope to(Recipient to) {
        return new Envelope(to, null, List.of());
    }

    Envelope inReplyTo(MessageId message) {
        return new Envelope(to, Objects.requireNonNull(message, "message"), mentions);
    }

    Envelope mentioning(List<Recipient> persons) {
        return new Envelope(to, quoted, Objects.requireNonNull(persons, "persons"));
    }

    Optional<MessageId> replyTo() {
        return Optional.ofNullable(quoted);
    }
}
