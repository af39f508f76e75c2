package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** A message of the queue and how far it has come. Not thread-safe; {@link InstanceState} guards it. */
final class QueuedMessage {

    private static final Duration LONGEST_WAIT = Duration.ofHours(24);
    private static final int LONGEST_SHOWN = 120;
    // invented, docs/ultramsg-api.md, section 7
    private static final Duration UNTIL_SERVER = Duration.ofSeconds(1);
    private static final Duration UNTIL_DEVICE = Duration.ofSeconds(2);

    private final ReceivedMessage message;
    private final int priority; // read once: the queue compares it again and again
    private MessageStatus status = MessageStatus.QUEUE;
    private Instant queuedAt;
    private @Nullable Instant sentAt;
    private @Nullable Duration readAfter;
    private Ack told = Ack.PENDING;
    private @Nullable String failedReason;
    private @Nullable Ack announced;

    QueuedMessage(ReceivedMessage message) {
        this.message = message;
        this.priority = message.priority();
        this.queuedAt = message.at();
    }

    int priority() {
        return priority;
    }

    ReceivedMessage message() {
        return message;
    }

    MessageStatus status() {
        return status;
    }

    Instant expiresAt() {
        return queuedAt.plus(LONGEST_WAIT);
    }

    void expire() {
        status = MessageStatus.EXPIRED;
    }

    void becomeInvalid() {
        status = MessageStatus.INVALID;
    }

    void fail(String reason) {
        status = MessageStatus.UNSENT;
        failedReason = reason;
    }

    /** Hands it to WhatsApp; the recipient reads it after a while, or never if that is null. */
    void send(Instant now, @Nullable Duration untilRead) {
        status = MessageStatus.SENT;
        sentAt = now;
        readAfter = untilRead;
    }

    void queueAgain(Instant now) {
        status = MessageStatus.QUEUE;
        queuedAt = now;
        sentAt = null;
        told = Ack.PENDING;
        failedReason = null;
        announced = null;
    }

    void acknowledge(Ack ack) {
        if (status != MessageStatus.SENT) {
            throw new IllegalStateException("Message " + message.id() + " is not sent but " + status.word());
        }
        told = told.orLater(ack);
    }

    /** How far it has come, or null if it is not sent. */
    @Nullable
    Ack ack(Instant now) {
        if (status != MessageStatus.SENT || sentAt == null) {
            return null;
        }
        Duration age = Duration.between(sentAt, now);
        Ack byTime = Ack.PENDING;
        if (readAfter != null && age.compareTo(readAfter) >= 0) {
            byTime = Ack.READ;
        } else if (age.compareTo(UNTIL_DEVICE) >= 0) {
            byTime = Ack.DEVICE;
        } else if (age.compareTo(UNTIL_SERVER) >= 0) {
            byTime = Ack.SERVER;
        }
        return told.orLater(byTime);
    }

    /** When WhatsApp took it, in epoch seconds; 0 while it waits. */
    long listedSentAt() {
        return sentAt == null ? 0 : sentAt.getEpochSecond();
    }

    /** Takes the next ack that nobody was told of yet, in rising order; null if there is none. */
    @Nullable
    Ack nextAck(Instant now) {
        Ack reached = ack(now);
        int next = announced == null ? 0 : announced.ordinal() + 1;
        if (reached == null || next > reached.ordinal()) {
            return null;
        }
        announced = Ack.values()[next];
        return announced;
    }

    /** WhatsApp's id of the message. */
    String whatsAppId() {
        return "true_" + ChatId.each(message.to()).get(0) + "_" + String.format("3EB0%012X", message.id());
    }

    /** The message's entry in docs/ultramsg-api.md, section 3.3; what differs while it waits is inferred. */
    Map<String, @Nullable Object> listed(Account sender, Instant now, Shapes shapes) {
        Ack ack = ack(now);
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("id", message.id());
        entry.put("referenceId", message.referenceId());
        entry.put("from", sender.chatId());
        entry.put("to", ChatId.of(message.to()));
        entry.put("body", shortened());
        if (message.parameters().containsKey("caption")) {
            entry.put("caption", message.parameters().get("caption"));
        }
        entry.put("priority", priority);
        entry.put("status", status.word());
        entry.put("ack", ack == null ? null : ack.word());
        entry.put("type", message.kind().word());
        entry.put("created_at", message.at().getEpochSecond());
        entry.put("sent_at", sentAt == null ? null : sentAt.getEpochSecond());
        entry.put("metadata", shapes.emptyObject());
        if (failedReason != null) {
            entry.put("failed_reason", failedReason);
        }
        return entry;
    }

    private String shortened() {
        String body = message.body();
        boolean base64 = switch (message.kind()) {
            case IMAGE, STICKER, DOCUMENT, AUDIO, VOICE, VIDEO -> !Parameter.isUrl(body);
            case TEXT, LINK, CONTACT, LOCATION, VCARD -> false;
        };
        return base64 && body.length() > LONGEST_SHOWN ? body.substring(0, LONGEST_SHOWN) + "..." : body;
    }
}
