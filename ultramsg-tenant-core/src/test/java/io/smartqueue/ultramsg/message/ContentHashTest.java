package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.fixtures.EveryKind;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ContentHashTest {
    private static final Recipient ANN = Recipient.parse("+12015550123");
    private static final Recipient BOB = Recipient.parse("+12015550199");
    private static final Media PICTURE = Media.ofUrl("https://example.com/a.jpg");

    @Test
    void isTheSameForEqualMessagesOfEveryKind() {
        assertThat(EveryKind.all().stream().map(ContentHash::of))
                .containsExactlyElementsOf(
                        EveryKind.all().stream().map(ContentHash::of).toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void differsInWhateverTheMessageDiffers() {
        TextMessage text = TextMessage.of(ANN, "a");
        MessageId quoted = MessageId.of("false_12015550123@c.us_3EB0ABCDEF");
        List<OutboundMessage> messages = List.of(
                text,
                TextMessage.of(BOB, "a"),
                TextMessage.of(ANN, "b"),
                text.inReplyTo(quoted),
                text.mentioning(List.of(BOB)),
                text.mentioning(List.of(ANN)),
                ImageMessage.of(ANN, PICTURE),
                ImageMessage.of(ANN, PICTURE).captioned("a"),
                ImageMessage.of(ANN, PICTURE).mentioning(List.of(BOB)),
                ImageMessage.of(ANN, Media.of("https://example.com/a.jpg".getBytes(StandardCharsets.UTF_8))),
                VideoMessage.of(ANN, PICTURE),
                AudioMessage.of(ANN, PICTURE),
                VoiceMessage.of(ANN, PICTURE),
                StickerMessage.of(ANN, PICTURE),
                DocumentMessage.of(ANN, PICTURE, "a.pdf"),
                DocumentMessage.of(ANN, PICTURE, "b.pdf"),
                DocumentMessage.of(ANN, PICTURE, "a.pdf").captioned("b"),
                LocationMessage.of(ANN, 1, 2, "a"),
                LocationMessage.of(ANN, 2, 1, "a"),
                LocationMessage.of(ANN, 1, 2, "b"),
                ContactMessage.of(ANN, BOB),
                ContactMessage.of(ANN, List.of(BOB, ANN)));

        assertThat(messages.stream().map(ContentHash::of)).doesNotHaveDuplicates();
    }

    /** Nodes of different versions share the log: what the fingerprint is made of may not change unnoticed. */
    @Test
    void isTheSameInEveryVersion() {
        assertThat(ContentHash.of(TextMessage.of(ANN, "Your table is ready.")).value())
                .isEqualTo("3113c9c139b68655791a560ff244b77ffef31235b4c00e6aab2a35317f53eb70");
    }

    @Test
    void hasOneForm() {
        for (String wrong : List.of("", "abc", "A".repeat(64), "g".repeat(64), "0".repeat(65))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new ContentHash(wrong));
        }
    }
}
