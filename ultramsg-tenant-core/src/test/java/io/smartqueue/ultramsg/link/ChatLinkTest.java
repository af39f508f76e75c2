package io.smartqueue.ultramsg.link;

import io.smartqueue.ultramsg.fixtures.QrScanner;
import io.smartqueue.ultramsg.fixtures.Randomly;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class ChatLinkTest {
    private static final String EMOJI = "\ud83d\ude00";
    private static final ChatLink LINK = ChatLink.to(PhoneNumber.parse("+49 30 901820"));

    @Test
    void namesTheNumberInDigits() {
        assertThat(LINK.url()).isEqualTo(URI.create("https://wa.me/4930901820"));
        assertThat(QrScanner.readSvg(LINK.qrCode().toSvg())).isEqualTo("https://wa.me/4930901820");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // WhatsApp's own example of a link with a text
                "I'm interested in your car for sale | I%27m%20interested%20in%20your%20car%20for%20sale",
                "1+1=2 & 50% #7? | 1%2B1%3D2%20%26%2050%25%20%237%3F",
                "a-b.c_d~e*f/g:h | a-b.c_d~e%2Af%2Fg%3Ah",
                "\u00e4\u20ac | %C3%A4%E2%82%AC",
                EMOJI + " | %F0%9F%98%80",
                "\u0645\u0631 | %D9%85%D8%B1",
                "'\u200f1\t2' | %E2%80%8F1%092",
                "'a\nb' | a%0Ab",
                "'a\r\nb\rc' | a%0Ab%0Ac",
                "' a ' | %20a%20",
                "{name} | %7Bname%7D"
            })
    void encodesTheTextAsAnAddressHasIt(String text, String encoded) {
        assertThat(LINK.text(text).url()).hasToString("https://wa.me/4930901820?text=" + encoded);
    }

    @Test
    void saysTheTextWhateverItIs() {
        Randomly.seeds(60).forEach(seed -> {
            String text = Randomly.text(seed, 200);
            URI url = LINK.text(text).url();

            assertThat(url.toString()).as("seed %s", seed).isASCII();
            assertThat(url.getQuery()).as("seed %s", seed).isEqualTo("text=" + text);
            assertThat(QrScanner.readPng(LINK.text(text).qrCode().toPng(2)))
                    .as("seed %s", seed)
                    .isEqualTo(url.toString());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "\u00fc", EMOJI})
    void takes2000CodePointsAndNoMore(String character) {
        assertThat(LINK.text(character.repeat(2_000)).url().getQuery()).isEqualTo("text=" + character.repeat(2_000));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LINK.text(character.repeat(2_001)))
                .withMessage("text has 2001 characters, at most 2000 are possible: shorten it");
    }

    @ParameterizedTest
    @CsvSource({
        "abcdefghijklmnopqrstuvwxy, 2000",
        "'Hello, I am at table four and would like to order. ', 1900",
        "'\u0645\u0631\u062d\u0628\u0627\u060c \u0623\u0631\u064a\u062f ', 650",
        "\u041f\u0440\u0438\u0432\u0435\u0442, 650",
        EMOJI + ", 350"
    })
    void fitsACodeWithTextsOfManyAlphabets(String part, int characters) {
        String text = part.repeat(characters).substring(0, part.offsetByCodePoints(0, 1) * characters);

        assertThat(QrScanner.readPng(LINK.text(text).qrCode().toPng(2)))
                .isEqualTo(LINK.text(text).url().toString());
    }

    @Test
    void refusesACodeThatWouldHoldTooMuch() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LINK.text(EMOJI.repeat(500)).qrCode())
                .withMessageStartingWith(
                        "text makes a link of 6030 characters, which is too long for a QR code: shorten it;")
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("%F0", EMOJI, "901820"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "\r\n \t", "\u2003"})
    void refusesBlankText(String blank) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LINK.text(blank))
                .withMessage("text is empty: give it at least one visible character, or leave it out");
    }

    @ParameterizedTest
    @CsvSource({"0000", "0007", "000B", "001B", "007F", "0085", "009F"})
    void refusesControlCharacters(String code) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LINK.text("secret" + (char) Integer.parseInt(code, 16)))
                .withMessageStartingWith("text holds the control character U+" + code)
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xd83d, 0xde00})
    void refusesHalfASurrogatePair(int half) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LINK.text("a" + (char) half + "b"))
                .withMessageContaining("surrogate");
        assertThatIllegalArgumentException().isThrownBy(() -> LINK.text("a" + (char) half));
    }

    @Test
    void takesTheTextOfATemplateAndChecksAllOfIt() {
        TextTemplate template = TextTemplate.of("Table {table}, {guests} guests");

        assertThat(LINK.text(template, Map.of("table", "4+5", "guests", "{2}")).url())
                .hasToString("https://wa.me/4930901820?text=Table%204%2B5%2C%20%7B2%7D%20guests");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LINK.text(template, Map.of("table", "x".repeat(1_990), "guests", "2")))
                .withMessage("text has 2006 characters, at most 2000 are possible: shorten it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LINK.text(TextTemplate.of("{a}{b}"), Map.of("a", "", "b", " ")))
                .withMessageStartingWith("text is empty");
        assertThatIllegalArgumentException()
                .as("two halves make no pair that anybody has written")
                .isThrownBy(() -> LINK.text(TextTemplate.of("{a}{b}"), Map.of("a", "\ud83d", "b", "\ude00")))
                .withMessageStartingWith("value of a holds half a surrogate pair");
    }

    @Test
    void replacesTheTextAndIsAValue() {
        assertThat(LINK.text("before").text("after"))
                .isEqualTo(LINK.text("after"))
                .hasSameHashCodeAs(LINK.text("after"));
        assertThat(LINK.text("one")).isNotEqualTo(LINK.text("two")).isNotEqualTo(LINK);
        assertThat(ChatLink.to(PhoneNumber.parse("+12015550123"))).isNotEqualTo(LINK);
        assertThat(LINK.number()).isEqualTo(PhoneNumber.parse("+4930901820"));
    }

    @Test
    void printsNeitherNumberNorText() {
        assertThat(LINK.text("secret " + EMOJI)).hasToString("ChatLink[PhoneNumber[\u202620], text 8 characters]");
    }

    @Test
    void namesTheArgumentThatIsNull() {
        assertThatNullPointerException().isThrownBy(() -> LINK.text(null)).withMessage("text");
        assertThatNullPointerException().isThrownBy(() -> ChatLink.to(null)).withMessage("number");
    }
}
