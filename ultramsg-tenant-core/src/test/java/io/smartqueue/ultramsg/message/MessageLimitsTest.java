package io.smartqueue.ultramsg.message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Each limit at its edge and one beyond. Source: UltraMsg documentation, pages of messages, as read in November 2026. */
@SuppressWarnings("deprecation") // LinkMessage
class MessageLimitsTest {
    private static final Recipient ANN = Recipient.parse("+4930901820");
    private static final Media MEDIA = Media.ofUrl("https://example.com/x");
    private static final String CARD = "BEGIN:VCARD\n";

    /** A field that takes text: how to make a message with it, and what of the text comes back. */
    record Field(String name, int limit, boolean lines, Function<String, String> through) {
        @Override
        public String toString() {
            return name + " of at most " + limit;
        }
    }

    static Stream<Field> texts() {
        return Stream.of(
                new Field("body", 4096, true, text -> TextMessage.of(ANN, text).body()),
                new Field(
                        "caption",
                        1024,
                        true,
                        text -> ImageMessage.of(ANN, MEDIA)
                                .captioned(text)
                                .caption()
                                .orElseThrow()),
                new Field(
                        "caption",
                        1024,
                        true,
                        text -> VideoMessage.of(ANN, MEDIA)
                                .captioned(text)
                                .caption()
                                .orElseThrow()),
                new Field(
                        "caption",
                        1024,
                        true,
                        text -> DocumentMessage.of(ANN, MEDIA, "a.pdf")
                                .captioned(text)
                                .caption()
                                .orElseThrow()),
                new Field(
                        "address",
                        300,
                        true,
                        text -> LocationMessage.of(ANN, 1, 2, text).address()),
                new Field(
                        "filename",
                        255,
                        false,
                        text -> cut(
                                ".pdf",
                                DocumentMessage.of(
                                                ANN,
                                                MEDIA,
                                                text.isEmpty() ? "" : text.substring(0, text.length() - 4) + ".pdf")
                                        .filename())));
    }

    private static String cut(String end, String text) {
        assertThat(text).endsWith(end);
        return text.substring(0, text.length() - end.length()) + "x".repeat(end.length());
    }

    @ParameterizedTest
    @MethodSource("texts")
    void takesAsManyCodePointsAsUltraMsgAndNoMore(Field field) {
        for (String character : List.of("\u00fc", "\ud83d\ude00")) {
            String longest = character.repeat(field.limit() - 4) + "xxxx";

            assertThat(field.through().apply(longest)).isEqualTo(longest);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> field.through().apply(character + longest))
                    .withMessage(field.name() + " has " + (field.limit() + 1) + " characters, UltraMsg takes at most "
                            + field.limit());
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void refusesWhatNobodyCouldReadAndDoesNotRepeatIt(Field field) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> field.through().apply("secret\u0007secret"))
                .withMessageContaining(field.name() + " holds the control character U+0007")
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> field.through().apply("secret\ud83dsecret"))
                .withMessageContaining(field.name() + " holds half a surrogate pair")
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> field.through().apply(""))
                .withMessageStartingWith(field.name() + " is empty");
    }

    @ParameterizedTest
    @MethodSource("texts")
    void makesLineFeedsOfLineBreaksWhereThereMayBeLines(Field field) {
        if (field.lines()) {
            assertThat(field.through().apply("a\r\nb\rc\td")).isEqualTo("a\nb\nc\td");
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> field.through().apply("a\nbxxxx"))
                    .withMessage(field.name() + " holds the control character U+000A; none is allowed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "secret.", "secret. ", ".secret", " "})
    void takesNoFilenameWithoutAnExtension(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DocumentMessage.of(ANN, MEDIA, name))
                .withMessageStartingWith("filename ")
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret/a.pdf", "/a.pdf", "c:\\secret\\a.pdf"})
    void takesNoPathAsAFilename(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DocumentMessage.of(ANN, MEDIA, path))
                .withMessageContaining("filename holds a slash")
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.pdf", "Rechnung M\u00e4rz.2026.PDF", "a b (1).docx", "..x", "a.tar.gz"})
    void takesFilenamesAsPeopleGiveThem(String name) {
        assertThat(DocumentMessage.of(ANN, MEDIA, name).filename()).isEqualTo(name);
    }

    @Test
    void takesCardsOf4096CharactersAndNoMore() {
        String longest = CARD + "x".repeat(4096 - CARD.length());

        assertThat(VcardMessage.of(ANN, "\n " + longest + "\r\n").vcard()).isEqualTo(longest);
        assertThat(VcardMessage.of(ANN, longest.replace("\n", "\r\n")).vcard()).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VcardMessage.of(ANN, longest + "x"))
                .withMessage("vcard has 4097 characters, UltraMsg takes at most 4096");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "BEGIN:VCALENDAR\nsecret", "", "BEGIN:VCAR"})
    void takesNoCardThatDoesNotBeginAsOne(String card) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VcardMessage.of(ANN, card))
                .withMessageStartingWith("vcard ")
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
    }

    private static List<Recipient> persons(int howMany, int digits) {
        return IntStream.range(0, howMany)
                .mapToObj(i -> Recipient.parse("1".repeat(digits) + "@c.us"))
                .toList();
    }

    @Test
    void takesContactsOf300CharactersAndNoMore() {
        List<Recipient> fifteen = persons(15, 14); // 15 times 19 characters and 14 commas: 299

        assertThat(ContactMessage.of(ANN, fifteen).contacts()).isEqualTo(fifteen);
        List<Recipient> edge =
                Stream.concat(persons(14, 14).stream(), persons(1, 15).stream()).toList();
        assertThat(ContactMessage.of(ANN, edge).contacts()).hasSize(15);
        List<Recipient> beyond =
                Stream.concat(persons(13, 14).stream(), persons(2, 15).stream()).toList();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContactMessage.of(ANN, beyond))
                .withMessage("contact has 301 characters, UltraMsg takes at most 300");
    }

    @Test
    void takesNoContactsThatAreNoPersons() {
        Recipient group = Recipient.parse("120363012345678901@g.us");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContactMessage.of(ANN, Collections.emptyList()))
                .withMessage("contact is empty: it needs at least one person");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContactMessage.of(ANN, group))
                .withMessage("contact holds a group, it must be persons only");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextMessage.of(ANN, "x").mentioning(List.of(ANN, group)))
                .withMessage("mentions holds a group, it must be persons only");
    }

    @Test
    void takesDegreesWithinTheGlobeOnly() {
        for (int sign : new int[] {1, -1}) {
            LocationMessage edge = LocationMessage.of(ANN, sign * 90.0, sign * 180.0, "x");
            assertThat(edge.latitude()).isEqualTo(sign * 90.0);
            assertThat(edge.longitude()).isEqualTo(sign * 180.0);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LocationMessage.of(ANN, sign * Math.nextUp(90.0), 0, "x"))
                    .withMessage("latitude is out of range, it must be -90 to 90");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LocationMessage.of(ANN, 0, sign * Math.nextUp(180.0), "x"))
                    .withMessage("longitude is out of range, it must be -180 to 180");
        }
        for (double none : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThatIllegalArgumentException().isThrownBy(() -> LocationMessage.of(ANN, none, 0, "x"));
            assertThatIllegalArgumentException().isThrownBy(() -> LocationMessage.of(ANN, 0, none, "x"));
        }
    }

    @Test
    void takesLinksOf4096CharactersAndNoMore() {
        String longest = "https://example.com/" + "x".repeat(4096 - 20);

        assertThat(LinkMessage.of(ANN, longest).link()).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkMessage.of(ANN, longest + "x"))
                .withMessage("link has 4097 characters, UltraMsg takes at most 4096");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkMessage.of(ANN, "secret"))
                .withMessage("link must begin with https:// or http://");
    }
}
