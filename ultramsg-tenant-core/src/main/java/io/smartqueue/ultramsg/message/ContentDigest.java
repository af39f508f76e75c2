package io.smartqueue.ultramsg.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Digests a message, each part with its length before it, so that no two messages run into the same bytes. */
@SuppressWarnings("deprecation") // LinkMessage
final class ContentDigest implements OutboundMessage.Kinds<ContentDigest> {
    private final MessageDigest digest;

    private ContentDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    static String of(OutboundMessage message) {
        ContentDigest digest = new ContentDigest()
                .add(message.to().address())
                .add(message.replyTo().map(MessageId::value).orElse(""));
        return HexFormat.of().formatHex(message.byKind(digest).digest.digest());
    }

    private ContentDigest add(String text) {
        return add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private ContentDigest add(ByteBuffer bytes) {
        digest.update(
                ByteBuffer.allocate(Integer.BYTES).putInt(bytes.remaining()).flip());
        digest.update(bytes);
        return this;
    }

    private ContentDigest add(List<Recipient> recipients) {
        return add(Recipient.chatIds(recipients));
    }

    private ContentDigest add(Media media) {
        add(media.url().orElse(""));
        return add(media.bytes().orElse(ByteBuffer.allocate(0)));
    }

    @Override
    public ContentDigest text(TextMessage message) {
        return add("text").add(message.body()).add(message.mentions());
    }

    @Override
    public ContentDigest image(ImageMessage message) {
        return add("image")
                .add(message.media())
                .add(message.caption().orElse(""))
                .add(message.mentions());
    }

    @Override
    public ContentDigest sticker(StickerMessage message) {
        return add("sticker").add(message.media());
    }

    @Override
    public ContentDigest document(DocumentMessage message) {
        return add("document")
                .add(message.media())
                .add(message.filename())
                .add(message.caption().orElse(""))
                .add(message.mentions());
    }

    @Override
    public ContentDigest audio(AudioMessage message) {
        return add("audio").add(message.media());
    }

    @Override
    public ContentDigest voice(VoiceMessage message) {
        return add("voice").add(message.media());
    }

    @Override
    public ContentDigest video(VideoMessage message) {
        return add("video")
                .add(message.media())
                .add(message.caption().orElse(""))
                .add(message.mentions());
    }

    @Override
    public ContentDigest contact(ContactMessage message) {
        return add("contact").add(message.contacts());
    }

    @Override
    public ContentDigest location(LocationMessage message) {
        return add("location")
                .add(Double.toString(message.latitude()))
                .add(Double.toString(message.longitude()))
                .add(message.address());
    }

    @Override
    public ContentDigest vcard(VcardMessage message) {
        return add("vcard").add(message.vcard());
    }

    @Override
    public ContentDigest link(LinkMessage message) {
        return add("link").add(message.link());
    }
}
