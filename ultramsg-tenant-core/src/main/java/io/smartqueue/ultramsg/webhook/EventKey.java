package io.smartqueue.ultramsg.webhook;

import io.smartqueue.ultramsg.api.MessageAck;
import io.smartqueue.ultramsg.api.PostedEvent;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What makes an event that UltraMsg posts one and the same, however often it comes: a digest of its kind, its message and its ack, or of
 * all of it where it names no message. Holds nothing of them.
 *
 * @param value 64 hexadecimal digits in lower case
 */
public record EventKey(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    /**
     * Checks the key.
     *
     * @throws IllegalArgumentException if it has another form
     */
    public EventKey {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("the event's key is not 64 hexadecimal digits in lower case");
        }
    }

    /**
     * Makes the key of an event. Of a reaction, which may have the id of the message that it is to, sign and time count as well; of an
     * event that this library does not know, all counts.
     *
     * @param event the event
     * @param body what it was read from
     * @return the same key whenever the same event is repeated
     */
    public static EventKey of(PostedEvent event, byte[] body) {
        @Nullable WebhookEventName kind = event.kind().orElse(null);
        @Nullable MessageId message = event.message().id().orElse(null);
        if (kind == null || message == null) {
            return digest(List.of(body));
        }
        String ack = event.message().ack().map(MessageAck::value).orElse("");
        return kind == WebhookEventName.MESSAGE_REACTION
                ? ofTexts(
                        kind.storedName(),
                        message.value(),
                        event.message().body(),
                        event.message().time().map(Instant::toString).orElse(""))
                : ofTexts(kind.storedName(), message.value(), ack);
    }

    private static EventKey ofTexts(String... texts) {
        return digest(List.of(texts).stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    /** Each part with its length before it, so that no two events run into the same bytes. */
    private static EventKey digest(List<byte[]> parts) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
        for (byte[] part : parts) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
            digest.update(part);
        }
        return new EventKey(HexFormat.of().formatHex(digest.digest()));
    }
}
