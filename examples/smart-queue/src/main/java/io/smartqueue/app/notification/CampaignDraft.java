package io.smartqueue.app.notification;

import io.smartqueue.ultramsg.outbox.BatchId;
import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * A batch as somebody asks for it: as typed, and perhaps with mistakes.
 *
 * @param id the caller's own name for it, by which he may ask again and gets one batch
 * @param message what all get, with {@link Campaigns#VARIABLES} in braces
 * @param notBefore when the first message may be sent at the earliest, or null for at once
 */
public record CampaignDraft(
        BatchId id,
        String title,
        String message,
        List<Addressee> recipients,
        @Nullable Instant notBefore) {
    /** Somebody to write to; a blank name is none. */
    public record Addressee(String phone, String customerName) {
        @Override
        public String toString() {
            return "Addressee[…]";
        }
    }

    public CampaignDraft {
        recipients = List.copyOf(recipients);
    }

    /** Tells drafts apart: the same for the same request sent twice. */
    String content() {
        MessageDigest digest = sha256();
        add(digest, title);
        add(digest, message);
        add(digest, notBefore == null ? "" : notBefore.toString());
        for (Addressee recipient : recipients) {
            add(digest, recipient.phone());
            add(digest, recipient.customerName());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** With its length before it, so that no two drafts run into the same bytes. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "CampaignDraft[" + id + ", " + recipients.size() + " recipients]";
    }
}
