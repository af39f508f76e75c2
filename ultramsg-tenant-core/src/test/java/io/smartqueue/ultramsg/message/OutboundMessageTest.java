package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.fixtures.EveryKind;
import io.smartqueue.ultramsg.fixtures.Samples;
import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/** What all kinds of messages have in common. */
class OutboundMessageTest {
    private static final Recipient ANN = Recipient.parse("+4930901820");
    private static final Recipient BOB = Recipient.parse("+33142685300");
    private static final MessageId QUOTED = MessageId.of("3EB0");
    private static final Media MEDIA = Media.ofUrl("https://example.com/x");

    @Test
    void comesInElevenKinds() {
        Set<Class<?>> shown = EveryKind.all().stream().map(Object::getClass).collect(Collectors.toSet());

        assertThat(shown)
                .containsExactlyInAnyOrder(OutboundMessage.class.getPermittedSubclasses())
                .hasSize(11);
    }

    @Test
    void isEqualToAMessageThatSaysTheSame() {
        List<OutboundMessage> messages = EveryKind.all();

        assertThat(messages).isEqualTo(EveryKind.all()).hasSameHashCodeAs(EveryKind.all());
        assertThat(new HashSet<>(messages)).as("each is equal to itself only").hasSameSizeAs(messages);
    }

    @Test
    void tellsApartWhatDiffersInOneThing() {
        ImageMessage image = ImageMessage.of(ANN, MEDIA);

        assertThat(List.of(
                        image,
                        ImageMessage.of(BOB, MEDIA),
                        ImageMessage.of(ANN, MEDIA.fetchAgain()),
                        image.captioned("x"),
                        image.captioned("y"),
                        image.mentioning(List.of(BOB)),
                        image.inReplyTo(QUOTED),
                        VideoMessage.of(ANN, MEDIA)))
                .doesNotHaveDuplicates();
        assertThat(List.of(
                        LocationMessage.of(ANN, 1, 2, "x"),
                        LocationMessage.of(ANN, 2, 1, "x"),
                        LocationMessage.of(ANN, 1, 2, "y")))
                .doesNotHaveDuplicates();
    }

    @Test
    void keepsWhatItHasWhenItGetsMore() {
        DocumentMessage all = DocumentMessage.of(ANN, MEDIA, "a.pdf")
                .captioned("x")
                .mentioning(List.of(BOB))
                .inReplyTo(QUOTED);

        assertThat(all.to()).isEqualTo(ANN);
        assertThat(all.media()).isSameAs(MEDIA);
        assertThat(all.filename()).isEqualTo("a.pdf");
        assertThat(all.caption()).hasValue("x");
        assertThat(all.mentions()).containsExactly(BOB);
        assertThat(all.replyTo()).hasValue(QUOTED);
        assertThat(all.inReplyTo(QUOTED).captioned("x").mentioning(List.of(BOB)))
                .as("in any order")
                .isEqualTo(all);
    }

    @Test
    void staysAsItIsWhenACopyGetsMore() {
        TextMessage text = TextMessage.of(ANN, "x");

        text.inReplyTo(QUOTED);
        text.mentioning(List.of(BOB));

        assertThat(text.replyTo()).isEmpty();
        assertThat(text.mentions()).isEmpty();
    }

    @Test
    void keepsItsReplyWhateverItsKind() {
        assertThat(EveryKind.all()).allSatisfy(message -> {
            assertThat(message.to()).isEqualTo(Recipient.parse(Samples.NUMBER));
            assertThat(message.replyTo()).isPresent();
        });
    }

    @Test
    void namesTheArgumentThatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> ImageMessage.of(null, MEDIA))
                .withMessage("to");
        assertThatNullPointerException()
                .isThrownBy(() -> ImageMessage.of(ANN, null))
                .withMessage("media");
        assertThatNullPointerException()
                .isThrownBy(() -> ImageMessage.of(ANN, MEDIA).captioned(null))
                .withMessage("caption");
        assertThatNullPointerException()
                .isThrownBy(() -> ImageMessage.of(ANN, MEDIA).inReplyTo(null))
                .withMessage("message");
        assertThatNullPointerException()
                .isThrownBy(() -> ImageMessage.of(ANN, MEDIA).mentioning(null))
                .withMessage("persons");
        assertThatNullPointerException()
                .isThrownBy(() -> VcardMessage.of(ANN, null))
                .withMessage("vcard");
    }

    @Test
    void printsItsKindAndSizes() {
        assertThat(EveryKind.all())
                .extracting(Object::toString)
                .containsExactly(
                        "TextMessage[Recipient[person], 19 characters]",
                        "ImageMessage[Recipient[person], Media[950 bytes], caption 19 characters]",
                        "ImageMessage[Recipient[person], Media[at an address], caption 19 characters]",
                        "StickerMessage[Recipient[person], Media[at an address]]",
                        "DocumentMessage[Recipient[person], Media[950 bytes], caption 19 characters]",
                        "AudioMessage[Recipient[person], Media[at an address]]",
                        "VoiceMessage[Recipient[person], Media[950 bytes]]",
                        "VideoMessage[Recipient[person], Media[at an address], caption 19 characters]",
                        "ContactMessage[Recipient[person], 2 contacts]",
                        "LocationMessage[Recipient[person], address 19 characters]",
                        "VcardMessage[Recipient[person], 56 characters]",
                        "LinkMessage[Recipient[person], 53 characters]");
    }
}
