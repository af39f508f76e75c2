package io.smartqueue.ultramsg.message;

/** What sort of message it is. */
@SuppressWarnings("deprecation") // LinkMessage is one of the family as long as UltraMsg has the call
public enum MessageKind {
    /** {@link TextMessage}. */
    TEXT,
    /** {@link ImageMessage}. */
    IMAGE,
    /** {@link StickerMessage}. */
    STICKER,
    /** {@link DocumentMessage}. */
    DOCUMENT,
    /** {@link AudioMessage}. */
    AUDIO,
    /** {@link VoiceMessage}. */
    VOICE,
    /** {@link VideoMessage}. */
    VIDEO,
    /** {@link ContactMessage}. */
    CONTACT,
    /** {@link LocationMessage}. */
    LOCATION,
    /** {@link VcardMessage}. */
    VCARD,
    /** {@link LinkMessage}. */
    LINK;

    private static final OutboundMessage.Kinds<MessageKind> KINDS = new OutboundMessage.Kinds<>() {
        @Override
        public MessageKind text(TextMessage message) {
            return TEXT;
        }

        @Override
        public MessageKind image(ImageMessage message) {
            return IMAGE;
        }

        @Override
        public MessageKind sticker(StickerMessage message) {
            return STICKER;
        }

        @Override
        public MessageKind document(DocumentMessage message) {
            return DOCUMENT;
        }

        @Override
        public MessageKind audio(AudioMessage message) {
            return AUDIO;
        }

        @Override
        public MessageKind voice(VoiceMessage message) {
            return VOICE;
        }

        @Override
        public MessageKind video(VideoMessage message) {
            return VIDEO;
        }

        @Override
        public MessageKind contact(ContactMessage message) {
            return CONTACT;
        }

        @Override
        public MessageKind location(LocationMessage message) {
            return LOCATION;
        }

        @Override
        public MessageKind vcard(VcardMessage message) {
            return VCARD;
        }

        @Override
        public MessageKind link(LinkMessage message) {
            return LINK;
        }
    };

    /**
     * Tells a message's kind.
     *
     * @param message the message
     * @return its kind
     */
    public static MessageKind of(OutboundMessage message) {
        return message.byKind(KINDS);
    }
}
