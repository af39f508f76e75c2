package io.smartqueue.ultramsg.message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class TextMessageTest {
    private static final Recipient ANN = Recipient.parse("+4930901820");
    private static final String EMOJI = "\ud83d\ude00"; // one code point, two chars
    private static final String FAMILY = "\ud83d\udc69\u200d\ud83d\udc67"; // three code points, one picture
    private static final String E_ACUTE = "e\u0301"; // a letter and its combining accent

    private static TextMessage text(String body) {
        return TextMessage.of(ANN, body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\u00fc", EMOJI})
    void takes4096CodePointsAndNoMore(String character) {
        assertThat(text(character.repeat(4096)).body()).isEqualTo(character.repeat(4096));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> text(character.repeat(4097)))
                .withMessage("body has 4097 characters, UltraMsg takes at most 4096");
    }

    @Test
    void countsEveryCodePointOfWhatLooksLikeOneCharacter() {
        assertThat(text(FAMILY.repeat(1365)).body()).hasSize(5 * 1365);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> text(FAMILY.repeat(1366)))
                .withMessageContaining("4098");
        assertThat(text(E_ACUTE.repeat(2048)).body()).isEqualTo(E_ACUTE.repeat(2048));
        assertThatIllegalArgumentException().isThrownBy(() -> text(E_ACUTE.repeat(2048) + "\u0301"));
    }

    @Test
    void countsALineBreakOfTwoCharactersOnce() {
        assertThat(text("x" + "\r\n".repeat(4095)).body()).hasSize(4096);
    }

    @ParameterizedTest
    @CsvSource({"'a\r\nb', 'a\nb'", "'a\rb', 'a\nb'", "'a\nb', 'a\nb'", "'a\r\r\nb', 'a\n\nb'", "'a\tb', 'a\tb'"})
    void makesLineFeedsOfLineBreaks(String typed, String body) {
        assertThat(text(typed).body()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "\r\n \t", "\u2003"})
    void refusesBlankText(String blank) {
        assertThatIllegalArgumentException().isThrownBy(() -> text(blank)).withMessageStartingWith("body is empty");
    }

    @ParameterizedTest
    @CsvSource({"0000", "0001", "0007", "0008", "000B", "000C", "001B", "001F", "007F", "0080", "0085", "009F"})
    void refusesControlCharacters(String code) {
        String body = "secret" + (char) Integer.parseInt(code, 16);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> text(body))
                .withMessageContaining("U+" + code)
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xd83d, 0xde00})
    void refusesHalfASurrogatePair(int half) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> text("a" + (char) half + "b"))
                .withMessageContaining("surrogate");
        assertThatIllegalArgumentException().isThrownBy(() -> text("a" + (char) half));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*bold* _italic_",
                "\u0645\u0631\u062d\u0628\u0627",
                "a & b = c + d % e",
                "\u200fabc\u200e",
                FAMILY
            })
    void keepsEverythingElseAsItIs(String body) {
        assertThat(text(body).body()).isEqualTo(body);
    }

    @Test
    void namesTheArgumentThatIsNull() {
        assertThatNullPointerException().isThrownBy(() -> text(null)).withMessage("body");
        assertThatNullPointerException()
                .isThrownBy(() -> TextMessage.of(null, "x"))
                .withMessage("to");
    }

    @Test
    void printsItsLengthOnly() {
        assertThat(text("secret " + EMOJI)).hasToString("TextMessage[Recipient[person], 8 characters]");
    }
}
