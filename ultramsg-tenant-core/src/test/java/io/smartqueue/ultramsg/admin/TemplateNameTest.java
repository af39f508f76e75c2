package io.smartqueue.ultramsg.admin;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What a template may be called. */
class TemplateNameTest {
    private static final String FAMILY = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "Starter 500/day",
                "<script>alert(1)</script>",
                "'; drop table templates; --",
                "{0} ${x} %s",
                FAMILY,
                "\u0645\u0628\u062A\u062F\u0626",
                "\u05DE\u05EA\u05D7\u05D9\u05DC"
            })
    void mayBeWhateverCanBeSeen(String text) {
        assertThat(TemplateName.of(text).value()).isEqualTo(text);
        assertThat(TemplateName.find(text)).contains(TemplateName.of(text));
        assertThat(TemplateName.of(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "two\nlines",
                "two\u2028lines",
                "two\u2029lines",
                "a\u0000b",
                "a\u007Fb",
                "a\u0085b",
                "a\u001B[31mb",
                "invoice\u202Egnp.exe",
                "a\u202Ab",
                "a\u2066b",
                "a\u2069b",
                "half \uD83D",
                "\uDC68 half"
            })
    void isNothingThatCannotBeSeenAndChangesWhatCan(String text) {
        assertThat(TemplateName.find(text)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TemplateName.of(text))
                .withMessageStartingWith("template's name: 1 to 100 characters");
    }

    @Test
    void hasAHundredCharactersAtMost() {
        assertThat(TemplateName.find("x".repeat(100))).isPresent();
        assertThat(TemplateName.find("x".repeat(101))).isEmpty();
        assertThat(TemplateName.find(" " + "x".repeat(100) + " ")).isPresent();
    }

    @Test
    void isTheSameIfItLooksTheSame() {
        assertThat(TemplateName.of(" starter ")).isEqualTo(TemplateName.of("starter"));
        assertThat(TemplateName.of("A\u030Angstro\u0308m")).isEqualTo(TemplateName.of("\u00C5ngstr\u00F6m"));
        assertThat(TemplateName.of("Starter")).isNotEqualTo(TemplateName.of("starter"));
    }
}
