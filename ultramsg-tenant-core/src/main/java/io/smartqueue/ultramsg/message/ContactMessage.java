package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One contact or a few, by their WhatsApp numbers. Immutable and thread-safe.
 */
public final class ContactMessage implements OutboundMessage {
    private static final int MAX_LENGTH = 300;

    private final Envelope envelope;
    // transient, so that no JSON library prints it by itself
    private final transient List<Recipient> contacts;

    private ContactMessage(Envelope envelope, List<Recipient> contacts) {
        this.envelope = envelope;
        this.contacts = contacts;
    }

    /**
     * Returns a message that passes one contact on.
     *
     * @param to who gets it
     * @param contact who is passed on
     * @return the message
     * @throws IllegalArgumentException if the contact is a group
     */
    public static ContactMessage of(Recipient to, Recipient contact) {
        return of(to, List.of(contact));
    }

    /**
     * Returns a message that passes contacts on.
     *
     * @param to who gets it
     * @param contacts who is passed on: one person or more, whose chat ids have 300 characters together, commas included;
     *     about 15
     * @return the message
     * @throws IllegalArgumentException if there are none or too many, or one of them is a group
     */
    public static ContactMessage of(Recipient to, List<Recipient> contacts) {
        List<Recipient> persons = ContentRules.persons("contact", contacts);
        if (persons.isEmpty()) {
            throw new IllegalArgumentException("contact is empty: it needs at least one person");
        }
        ContentRules.requireLength("contact", Recipient.chatIds(persons), MAX_LENGTH);
        return new ContactMessage(Envelope.to(to), persons);
    }

    /**
     * Returns the same message as a reply.
     *
     * @param message which message it replies to
     * @return the message
     */
    public ContactMessage inReplyTo(MessageId message) {
        return new ContactMessage(envelope.inReplyTo(message), contacts);
    }

    @Override
    public Recipient to() {
        return envelope.to();
    }

    @Override
    public Optional<MessageId> replyTo() {
        return envelope.replyTo();
    }

    /**
     * Returns who is passed on.
     *
     * @return one person or more
     */
    public List<Recipient> contacts() {
        return contacts;
    }

    @Override
    public <R> R byKind(Kinds<R> kinds) {
        return kinds.contact(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ContactMessage that && envelope.equals(that.envelope) && contacts.equals(that.contacts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(envelope, contacts);
    }

    @Override
    public String toString() {
        return "ContactMessage[" + to() + ", " + contacts.size() + " contacts]";
    }
}
