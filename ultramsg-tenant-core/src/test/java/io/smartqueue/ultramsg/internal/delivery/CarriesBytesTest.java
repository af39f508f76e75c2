package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.message.AudioMessage;
import io.smartqueue.ultramsg.message.DocumentMessage;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.Media;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.StickerMessage;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.message.VideoMessage;
import io.smartqueue.ultramsg.message.VoiceMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class CarriesBytesTest {
    private static final Recipient ANN = Recipient.parse("+4930901820");

    static Stream<OutboundMessage> files() {
        return ofMedia(Media.of(new byte[] {1, 2, 3}));
    }

    static Stream<OutboundMessage> others() {
        return Stream.concat(
                ofMedia(Media.ofUrl("https://example.com/file")), Stream.of(TextMessage.of(ANN, "You are next.")));
    }

    private static Stream<OutboundMessage> ofMedia(Media media) {
        return Stream.of(
                ImageMessage.of(ANN, media),
                StickerMessage.of(ANN, media),
                DocumentMessage.of(ANN, media, "bill.pdf"),
                AudioMessage.of(ANN, media),
                VoiceMessage.of(ANN, media),
                VideoMessage.of(ANN, media));
    }

    @ParameterizedTest
    @MethodSource
    void files(OutboundMessage message) {
        assertThat(message.byKind(CarriesBytes.ASKED)).isTrue();
    }

    @ParameterizedTest
    @MethodSource
    void others(OutboundMessage message) {
        assertThat(message.byKind(CarriesBytes.ASKED)).isFalse();
    }
}
