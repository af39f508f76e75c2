package io.smartqueue.ultramsg.webhook;

import io.smartqueue.ultramsg.api.ChatId;
import io.smartqueue.ultramsg.api.ChatMessage;
import io.smartqueue.ultramsg.api.Location;
import io.smartqueue.ultramsg.api.Members;
import io.smartqueue.ultramsg.api.MessageAck;
import io.smartqueue.ultramsg.api.PostedEvent;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.net.URI;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An event that UltraMsg has posted, from one of an organization's instances. Any part may be missing. Immutable and thread-safe; prints
 * nobody's number and no text.
 */
public sealed interface WebhookEvent {
    /**
     * Returns where the event comes from.
     *
     * @return organization, instance, key and all that was posted
     */
    Source source();

    /**
     * Where an event comes from.
     *
     * @param organization whose
     * @param instance which of the organization's instances
     * @param key what makes it one and the same event, however often it comes
     * @param posted all that was posted
     */
    record Source(OrganizationId organization, InstanceId instance, EventKey key, PostedEvent posted) {
        public Source {
            Objects.requireNonNull(organization, "organization");
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(posted, "posted");
        }

        WebhookEvent event() {
            return posted.kind()
                    .<WebhookEvent>map(kind -> switch (kind) {
                        case MESSAGE_RECEIVED -> new MessageReceived(this);
                        case MESSAGE_CREATE -> new MessageCreated(this);
                        case MESSAGE_ACK -> new MessageAcknowledged(this);
                        case MESSAGE_REACTION -> new MessageReacted(this);
                    })
                    .orElseGet(() -> new Other(this));
        }
    }

    /**
     * Makes the event of a kind that what was posted says.
     *
     * @param source where it comes from
     * @return the event
     */
    static WebhookEvent of(Source source) {
        return source.event();
    }

    /**
     * Gives the event to that method of a handler's that is for it.
     *
     * @param handler whose
     * @throws Exception what the handler throws
     */
    void handleWith(WebhookHandler handler) throws Exception;

    /**
     * Returns whose event it is.
     *
     * @return an organization in its canonical spelling, which knew the secret of its webhook's address
     */
    default OrganizationId organization() {
        return source().organization();
    }

    /**
     * Returns which of the organization's instances it comes from.
     *
     * @return its own or a standby
     */
    default InstanceId instance() {
        return source().instance();
    }

    /**
     * Returns what makes it one and the same event, however often it comes.
     *
     * @return the key
     */
    default EventKey key() {
        return source().key();
    }

    /**
     * Returns the message that the event is about, with all that is said of it.
     *
     * @return what was posted of it, which may be nothing
     */
    default ChatMessage message() {
        return source().posted().message();
    }

    /**
     * Returns the chat that the message is in.
     *
     * @return the customer, or the group; empty if the event does not say
     */
    default Optional<ChatId> chat() {
        return message().isFromMe() ? message().to() : message().from();
    }

    /**
     * Returns who wrote the message.
     *
     * @return a member of the group where it is in one; empty if the event does not say
     */
    default Optional<ChatId> sender() {
        return message().author().or(() -> message().from());
    }

    /**
     * Returns what somebody wrote: the message's text, or the file's caption. Never log the result.
     *
     * @return empty if there is none
     */
    default String text() {
        return message().text();
    }

    /**
     * Returns where the message's file is, see {@link ChatMessage#media}.
     *
     * @return an http or https address; empty if there is none
     */
    default Optional<URI> media() {
        return message().media();
    }

    /**
     * Returns the place that was sent.
     *
     * @return empty if none was
     */
    default Optional<Location> location() {
        return message().location();
    }

    /**
     * Returns the message that this one is an answer to.
     *
     * @return empty if it is an answer to none
     */
    default Optional<ChatMessage> quoted() {
        return message().quoted();
    }

    /**
     * Returns when the message was sent, as UltraMsg says.
     *
     * @return to the second; empty if the event does not say
     */
    default Optional<Instant> time() {
        return message().time();
    }

    /**
     * Tells whether the organization's own account has sent the message, whether through this library or on the phone.
     *
     * @return true for what nobody should answer
     */
    default boolean isFromMe() {
        return message().isFromMe();
    }

    /**
     * Returns our name for the message.
     *
     * @return empty if it was not sent through this library
     */
    default Optional<Reference> reference() {
        return source().posted().reference();
    }

    /**
     * Returns UltraMsg's number for the message.
     *
     * @return empty if it was not sent through UltraMsg's API
     */
    default Optional<QueueId> queueId() {
        return source().posted().queueId();
    }

    /**
     * Returns everything that was posted.
     *
     * @return all members, {@code data} among them
     */
    default Members members() {
        return source().posted().members();
    }

    /**
     * A message has come in.
     *
     * @param source where the event comes from
     */
    record MessageReceived(Source source) implements WebhookEvent {
        @Override
        public void handleWith(WebhookHandler handler) throws Exception {
            handler.received(this);
        }
    }

    /**
     * A message was created on the account, by this service, or by somebody on the phone.
     *
     * @param source where the event comes from
     */
    record MessageCreated(Source source) implements WebhookEvent {
        @Override
        public void handleWith(WebhookHandler handler) throws Exception {
            handler.created(this);
        }
    }

    /**
     * A message was brought further.
     *
     * @param source where the event comes from
     */
    record MessageAcknowledged(Source source) implements WebhookEvent {
        /**
         * Returns how far, in UltraMsg's word.
         *
         * @return empty if the event does not say
         */
        public Optional<MessageAck> ack() {
            return message().ack();
        }

        /**
         * Returns how far.
         *
         * @return empty if the event does not say, or in a word that is new to this library
         */
        public Optional<DeliveryState> state() {
            return ack().flatMap(ack -> DeliveryState.ofAck(ack.value()));
        }

        @Override
        public void handleWith(WebhookHandler handler) throws Exception {
            handler.acknowledged(this);
        }
    }

    /**
     * Somebody has reacted to a message. No public source shows this event: sign and message are read from where they probably are, and
     * {@link #members} has the rest.
     *
     * @param source where the event comes from
     */
    record MessageReacted(Source source) implements WebhookEvent {
        /**
         * Returns the sign.
         *
         * @return an emoji; empty if the reaction was taken back, or the event does not say
         */
        public String emoji() {
            return message().body();
        }

        /**
         * Returns which message it is to.
         *
         * @return empty if the event does not say
         */
        public Optional<MessageId> target() {
            return source().posted().target();
        }

        @Override
        public void handleWith(WebhookHandler handler) throws Exception {
            handler.reacted(this);
        }
    }

    /**
     * Something has happened that this library does not know.
     *
     * @param source where the event comes from
     */
    record Other(Source source) implements WebhookEvent {
        /**
         * Returns what UltraMsg calls it.
         *
         * @return not blank; anybody who knows the webhook's address can put anything there
         */
        public String name() {
            return source().posted().name();
        }

        @Override
        public void handleWith(WebhookHandler handler) throws Exception {
            handler.other(this);
        }
    }
}
