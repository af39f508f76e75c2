package io.smartqueue.ultramsg.message;

import java.util.Optional;

/**
 * A message to one recipient, complete and within UltraMsg's limits.
 *
 * <pre>{@code
 * Recipient ann = Recipient.parse("+49 30 901820");
 * OutboundMessage menu = ImageMessage.of(ann, Media.ofUrl("https://example.com/menu.jpg")).captioned("Today's menu");
 * OutboundMessage bill = DocumentMessage.of(ann, Media.of(Path.of("bill.pdf")), "bill.pdf");
 * }</pre>
 *
 * <p>Limits are checked when a message is made, by code points; what breaks one is an {@link IllegalArgumentException} that
 * names the field, the limit and the length, and never repeats the content. Whether UltraMsg can fetch an address, and
 * takes a file's format, only UltraMsg knows. Every kind is immutable, thread-safe, and prints sizes only. Source of the
 * limits: docs/ultramsg-api.md, section 1.7.
 */
@SuppressWarnings("deprecation") // LinkMessage is one of the family as long as UltraMsg has the call
public sealed interface OutboundMessage
        permits TextMessage,
                ImageMessage,
                StickerMessage,
                DocumentMessage,
                AudioMessage,
                VoiceMessage,
                VideoMessage,
                ContactMessage,
                LocationMessage,
                VcardMessage,
                LinkMessage {
    /**
     * Returns who gets it.
     *
     * @return one person or one group
     */
    Recipient to();

    /**
     * Returns the message that this one replies to, which WhatsApp shows as a quotation.
     *
     * @return the message's id, or empty if this is no reply
     */
    Optional<MessageId> replyTo();

    /**
     * Asks for what belongs to this message's kind.
     *
     * @param kinds an answer for each kind
     * @param <R> what is asked for
     * @return the answer for this kind
     */
    <R> R byKind(Kinds<R> kinds);

    /**
     * An answer for each kind of message; a kind that is left out does not compile, which no {@code switch} on types can
     * promise before Java 21.
     *
     * @param <R> what is asked for
     */
    interface Kinds<R> {
        /**
         * Answers for a text.
         *
         * @param message the message
         * @return the answer
         */
        R text(TextMessage message);

        /**
         * Answers for an image.
         *
         * @param message the message
         * @return the answer
         */
        R image(ImageMessage message);

        /**
         * Answers for a sticker.
         *
         * @param message the message
         * @return the answer
         */
        R sticker(StickerMessage message);

        /**
         * Answers for a document.
         *
         * @param message the message
         * @return the answer
         */
        R document(DocumentMessage message);

        /**
         * Answers for an audio file.
         *
         * @param message the message
         * @return the answer
         */
        R audio(AudioMessage message);

        /**
         * Answers for a voice note.
         *
         * @param message the message
         * @return the answer
         */
        R voice(VoiceMessage message);

        /**
         * Answers for a video.
         *
         * @param message the message
         * @return the answer
         */
        R video(VideoMessage message);

        /**
         * Answers for contacts.
         *
         * @param message the message
         * @return the answer
         */
        R contact(ContactMessage message);

        /**
         * Answers for a location.
         *
         * @param message the message
         * @return the answer
         */
        R location(LocationMessage message);

        /**
         * Answers for a vCard.
         *
         * @param message the message
         * @return the answer
         */
        R vcard(VcardMessage message);

        /**
         * Answers for a link.
         *
         * @param message the message
         * @return the answer
         */
        R link(LinkMessage message);
    }
}
