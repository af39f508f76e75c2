package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * Which messages of UltraMsg's records to list, and in which order.
 *
 * <pre>{@code
 * MessageQuery failed = MessageQuery.builder().status(MessageStatus.INVALID).newestFirst().build();
 * }</pre>
 *
 * <p>Immutable and thread-safe; does not print numbers. Source: docs/ultramsg-api.md, section 2.2.
 */
public final class MessageQuery {
    private static final int MOST_ON_A_PAGE = 100;

    private final @Nullable MessageStatus status;
    private final @Nullable MessageAck ack;
    private final @Nullable QueueId id;
    private final @Nullable Reference reference;
    private final @Nullable Recipient from;
    private final @Nullable Recipient to;
    private final String order;
    private final int pageSize;

    private MessageQuery(Builder asked) {
        this.status = asked.status;
        this.ack = asked.ack;
        this.id = asked.id;
        this.reference = asked.reference;
        this.from = asked.from;
        this.to = asked.to;
        this.order = asked.order;
        this.pageSize = asked.pageSize;
    }

    /**
     * Returns the query for all messages, oldest first.
     *
     * @return the query
     */
    public static MessageQuery all() {
        return builder().build();
    }

    /**
     * Starts from all messages, oldest first, 100 on a page.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Always with the order: what UltraMsg takes for granted differs from account to account. */
    Form form() {
        Form form = new Form().add("limit", Integer.toString(pageSize)).add("sort", order);
        if (status != null) {
            form.add("status", status.value());
        }
        if (ack != null) {
            form.add("ack", ack.value());
        }
        if (id != null) {
            form.add("id", id.value());
        }
        if (reference != null) {
            form.add("referenceId", reference.value());
        }
        if (from != null) {
            form.addSecret("from", from.address());
        }
        if (to != null) {
            form.addSecret("to", to.address());
        }
        return form;
    }

    @Override
    public String toString() {
        return "MessageQuery[" + (status == null ? "all" : status) + ", " + order + "]";
    }

    /** Collects conditions; all must be met. Not thread-safe. */
    public static final class Builder {
        private @Nullable MessageStatus status;
        private @Nullable MessageAck ack;
        private @Nullable QueueId id;
        private @Nullable Reference reference;
        private @Nullable Recipient from;
        private @Nullable Recipient to;
        private String order = "asc";
        private int pageSize = MOST_ON_A_PAGE;

        private Builder() {}

        /**
         * Asks for messages of one status.
         *
         * @param status default all
         * @return this builder
         */
        public Builder status(MessageStatus status) {
            this.status = Objects.requireNonNull(status, "status");
            return this;
        }

        /**
         * Asks for messages that WhatsApp has brought so far.
         *
         * @param ack default all
         * @return this builder
         */
        public Builder ack(MessageAck ack) {
            this.ack = Objects.requireNonNull(ack, "ack");
            return this;
        }

        /**
         * Asks for one message by UltraMsg's number.
         *
         * @param id default all
         * @return this builder
         * @throws IllegalArgumentException if UltraMsg gave no number
         */
        public Builder id(QueueId id) {
            if (!id.isAssigned()) {
                throw new IllegalArgumentException("UltraMsg gave this message no queue id");
            }
            this.id = id;
            return this;
        }

        /**
         * Asks for messages sent under a reference: how to find out what became of one whose reply was lost.
         *
         * @param reference default all
         * @return this builder
         */
        public Builder reference(Reference reference) {
            this.reference = Objects.requireNonNull(reference, "reference");
            return this;
        }

        /**
         * Asks for messages of one sender.
         *
         * @param from default all
         * @return this builder
         */
        public Builder from(Recipient from) {
            this.from = Objects.requireNonNull(from, "from");
            return this;
        }

        /**
         * Asks for messages to one recipient.
         *
         * @param to default all
         * @return this builder
         */
        public Builder to(Recipient to) {
            this.to = Objects.requireNonNull(to, "to");
            return this;
        }

        /**
         * Asks for the newest messages first; by default the oldest come first.
         *
         * @return this builder
         */
        public Builder newestFirst() {
            this.order = "desc";
            return this;
        }

        /**
         * Sets how many messages one request brings.
         *
         * @param pageSize 1 to 100; default 100
         * @return this builder
         * @throws IllegalArgumentException if out of range
         */
        public Builder pageSize(int pageSize) {
            if (pageSize < 1 || pageSize > MOST_ON_A_PAGE) {
                throw new IllegalArgumentException("pageSize is " + pageSize + ", it must be 1 to " + MOST_ON_A_PAGE);
            }
            this.pageSize = pageSize;
            return this;
        }

        /**
         * Builds the query.
         *
         * @return the query
         */
        public MessageQuery build() {
            return new MessageQuery(this);
        }
    }
}
