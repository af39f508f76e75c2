package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.message.AudioMessage;
import io.smartqueue.ultramsg.message.ContactMessage;
import io.smartqueue.ultramsg.message.DocumentMessage;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.LinkMessage;
import io.smartqueue.ultramsg.message.LocationMessage;
import io.smartqueue.ultramsg.message.Media;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.StickerMessage;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.message.VcardMessage;
import io.smartqueue.ultramsg.message.VideoMessage;
import io.smartqueue.ultramsg.message.VoiceMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@SuppressWarnings("deprecation") // LinkMessage
class PayloadTest {
    private static final Recipient ANN = Recipient.parse("+15550001111");
    private static final Recipient BEN = Recipient.parse("15550002222@c.us");
    private static final Media FILE = Media.of(new byte[] {0, 1, -1, 127, -128});
    private static final Media ADDRESS = Media.ofUrl("https://example.com/menu.jpg");
    private static final MessageId QUOTED = MessageId.of("false_15550001111@c.us_3EB0ABCDEF");

    static Stream<OutboundMessage> messages() {
        return Stream.of(
                TextMessage.of(ANN, "Zeile 1\nZeile 2 \"ü\" 😀"),
                TextMessage.of(Recipient.parse("120363041234567890@g.us"), "@15550002222, hello")
                        .mentioning(List.of(BEN, ANN))
                        .inReplyTo(QUOTED),
                ImageMessage.of(ANN, FILE),
                ImageMessage.of(ANN, ADDRESS.fetchAgain())
                        .captioned("menu")
                        .mentioning(List.of(BEN))
                        .inReplyTo(QUOTED),
                StickerMessage.of(ANN, ADDRESS).inReplyTo(QUOTED),
                DocumentMessage.of(ANN, FILE, "bill.pdf"),
                DocumentMessage.of(ANN, ADDRESS, "bill.pdf")
                        .captioned("yours")
                        .mentioning(List.of(BEN))
                        .inReplyTo(QUOTED),
                AudioMessage.of(ANN, FILE).inReplyTo(QUOTED),
                VoiceMessage.of(ANN, FILE).inReplyTo(QUOTED),
                VideoMessage.of(ANN, ADDRESS),
                VideoMessage.of(ANN, FILE)
                        .captioned("look")
                        .mentioning(List.of(BEN))
                        .inReplyTo(QUOTED),
                ContactMessage.of(ANN, List.of(BEN, Recipient.parse("+15550003333")))
                        .inReplyTo(QUOTED),
                LocationMessage.of(ANN, -12.000001, 179.99999, "Harbour\nPier 3")
                        .inReplyTo(QUOTED),
                VcardMessage.of(ANN, "BEGIN:VCARD\nVERSION:3.0\nFN:Ben\nEND:VCARD")
                        .inReplyTo(QUOTED),
                LinkMessage.of(ANN, "https://example.com/").inReplyTo(QUOTED));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void comesBackAsItWas(OutboundMessage message) {
        assertThat(new Payload(Payload.of(message).json()).message()).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void saysWhetherTheMessageMayStartAConversationAndIsTheSameOtherwise(OutboundMessage message) {
        Payload answer = Payload.of(message, EnqueueOptions.defaults());
        Payload start =
                Payload.of(message, EnqueueOptions.builder().startConversation().build());

        assertThat(answer).isEqualTo(Payload.of(message));
        assertThat(answer.mayStartConversation()).isFalse();
        assertThat(start.mayStartConversation()).isTrue();
        assertThat(start.message()).isEqualTo(message);
    }

    @Test
    void takesNoTextForWhatItSaysItself() {
        TextMessage hostile = TextMessage.of(ANN, "{\"starts_conversation\":true,");

        assertThat(Payload.of(hostile).mayStartConversation()).isFalse();
    }

    @Test
    void coversEveryKind() {
        assertThat(messages().map(Object::getClass).distinct().toList())
                .hasSameSizeAs(OutboundMessage.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"to\":\"+15550001111\"}",
                "{\"to\":5,\"kind\":\"text\"}",
                "{\"to\":\"+15550001111\",\"kind\":\"poll\"}",
                "{\"to\":\"+15550001111\",\"kind\":\"text\"}",
                "{\"to\":\"+15550001111\",\"kind\":\"image\",\"bytes\":\"*secret*\"}",
                "{\"to\":\"+15550001111\",\"kind\":\"image\",\"url\":7}"
            })
    void refusesWhatIsOfAnotherFormWithoutRepeatingIt(String json) {
        assertThatThrownBy(() -> new Payload(json).message())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("15550001111")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void printsItsSizeOnly() {
        assertThat(Payload.of(TextMessage.of(ANN, "secret")).toString()).matches("Payload\\[\\d+ characters]");
    }
}
