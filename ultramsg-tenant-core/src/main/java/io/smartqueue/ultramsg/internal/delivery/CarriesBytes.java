package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.message.AudioMessage;
import io.smartqueue.ultramsg.message.ContactMessage;
import io.smartqueue.ultramsg.message.DocumentMessage;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.LinkMessage;
import io.smartqueue.ultramsg.message.LocationMessage;
import io.smartqueue.ultramsg.message.Media;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.StickerMessage;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.message.VcardMessage;
import io.smartqueue.ultramsg.message.VideoMessage;
import io.smartqueue.ultramsg.message.VoiceMessage;

/** Whether a message carries a file, and so takes as long as the line is slow, whatever its instance does. */
@SuppressWarnings("deprecation") // LinkMessage is one of the family as long as UltraMsg has the call
enum CarriesBytes implements OutboundMessage.Kinds<Boolean> {
    ASKED;

    private static boolean carries(Media media) {
        return media.bytes().isPresent();
    }

    @Override
    public Boolean text(TextMessage message) {
        return false;
    }

    @Override
    public Boolean image(ImageMessage message) {
        return carries(message.media());
    }

    @Override
    public Boolean sticker(StickerMessage message) {
        return carries(message.media());
    }

    @Override
    public Boolean document(DocumentMessage message) {
        return carries(message.media());
    }

    @Override
    public Boolean audio(AudioMessage message) {
        return carries(message.media());
    }

    @Override
    public Boolean voice(VoiceMessage message) {
        return carries(message.media());
    }

    @Override
    public Boolean video(VideoMessage message) {
        return carries(message.media());
    }

    @Override
    public Boolean contact(ContactMessage message) {
        return false;
    }

    @Override
    public Boolean location(LocationMessage message) {
        return false;
    }

    @Override
    public Boolean vcard(VcardMessage message) {
        return false;
    }

    @Override
    public Boolean link(LinkMessage message) {
        return false;
    }
}
