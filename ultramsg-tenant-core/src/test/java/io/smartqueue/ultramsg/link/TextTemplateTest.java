package io.smartqueue.ultramsg.link;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class TextTemplateTest {
    private static final TextTemplate TABLE = TextTemplate.of("Hello, I am at table {table} of {branch}.");

    @Test
    void putsValuesInTheirPlaces() {
        assertThat(TABLE.variables()).containsExactly("table", "branch");
        assertThat(TABLE.fill(Map.of("table", "4", "branch", "Mitte"))).isEqualTo("Hello, I am at table 4 of Mitte.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no variable | no variable",
                "{a} | 1",
                "{a}{a} | 11",
                "{{a}} | {a}",
                "{{{a}}} | {1}",
                "{{{{a}}}} | {{a}}",
                "{a}}} | 1}",
                "}}{{ | }{",
                "{{{{ | {{",
                "x{a}y{a}z | x1y1z",
                "\ud83d\ude00{a}\u0645 | \ud83d\ude001\u0645",
                "$1 \\ {a} | $1 \\ 1",
            })
    void readsDoubledBracesAsBraces(String text, String filled) {
        TextTemplate template = TextTemplate.of(text, Set.of("a"));

        assertThat(template.fill(Map.of("a", "1"))).isEqualTo(filled);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{a}", "{{a}}", "$1", "\\", "{", "}", "a+b", "\u0645", "  ", ""})
    void takesAValueAsItIs(String value) {
        assertThat(TextTemplate.of("<{a}{a}>").fill(Map.of("a", value))).isEqualTo("<" + value + value + ">");
    }

    @ParameterizedTest
    @CsvSource({
        "'ab{', 3",
        "'ab}', 3",
        "'{', 1",
        "'}', 1",
        "'{}', 1",
        "'{ a}', 1",
        "'{a }', 1",
        "'{1a}', 1",
        "'{a-b}', 1",
        "'{\u00e4}', 1",
        "'{a', 1",
        "'{a{b}}', 1",
        "'{b}}', 4",
        "'{{{', 3",
        "'{{a}', 4",
        "'\ud83d\ude00{', 2",
        "'{x23456789012345678901234567890123456789012}', 1"
    })
    void saysWhichBraceIsNoVariables(String text, int character) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTemplate.of(text))
                .withMessage("text has a brace, its character " + character
                        + ", that is no variable's: write {name} for a variable, {{ or }} for a brace");
    }

    @Test
    void takesNamesOf40Characters() {
        String name = "x" + "_9Z".repeat(13);

        assertThat(TextTemplate.of("{" + name + "}").fill(Map.of(name, "1"))).isEqualTo("1");
    }

    @Test
    void saysWhichValuesAreMissing() {
        Map<String, String> withNull = new HashMap<>(Map.of("table", "4"));
        withNull.put("branch", null);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TABLE.fill(Map.of()))
                .withMessage("values: none for branch, table, which the text uses: give one, if need be an empty text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TABLE.fill(withNull))
                .withMessageStartingWith("values: none for branch, which");
    }

    @Test
    void saysWhichValuesAreForNoVariable() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TABLE.fill(Map.of("table", "4", "branch", "Mitte", "tabel", "secret")))
                .withMessage("values: tabel is no variable: there are branch, table");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TABLE.fill(Map.of("{table}", "4")))
                .withMessage("values: one of the names can be no variable's: there are branch, table");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTemplate.of("none").fill(Map.of("a", "1")))
                .withMessage("values: a is no variable: there are none");
        assertThatNullPointerException()
                .isThrownBy(() -> TABLE.fill(Collections.singletonMap(null, "x")))
                .withMessage("name of a value");
    }

    @Test
    void saysWhichVariablesAreNotKnownAndTakesValuesForAllThatAre() {
        Set<String> known = Set.of("table", "branch", "guest");

        TextTemplate template = TextTemplate.of("Table {table}", known);

        assertThat(template.variables()).containsExactly("table");
        assertThat(template.fill(Map.of("table", "4", "branch", "Mitte", "guest", "Ann")))
                .isEqualTo("Table 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTemplate.of("{tabel} {tisch} {table}", known))
                .withMessage("text uses unknown variables, tabel, tisch: there are branch, guest, table");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTemplate.of("{a}", Set.of()))
                .withMessage("text uses unknown variables, a: there are none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTemplate.of("text", Set.of("a b")))
                .withMessageStartingWith("known variables: one of the names can be none");
    }

    @Test
    void checksTextAndValuesAsALinksText() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTemplate.of(" \n"))
                .withMessageStartingWith("text is empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTemplate.of("x".repeat(2_001)))
                .withMessageStartingWith("text has 2001 characters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTemplate.of("secret\u0007{a}"))
                .withMessageStartingWith("text holds the control character U+0007");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTemplate.of("{a}").fill(Map.of("a", "secret\u0007")))
                .withMessageStartingWith("value of a holds the control character U+0007");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextTemplate.of("{a}").fill(Map.of("a", "x".repeat(2_001))))
                .withMessageStartingWith("value of a has 2001 characters");
        assertThat(TextTemplate.of("a\r\n{a}").fill(Map.of("a", "b\rc"))).isEqualTo("a\nb\nc");
        assertThatNullPointerException().isThrownBy(() -> TextTemplate.of(null)).withMessage("text");
    }

    @Test
    void isAValueAndPrintsItsVariablesOnly() {
        TextTemplate same = TextTemplate.of("Hello, I am at table {table} of {branch}.");

        assertThat(TABLE)
                .isEqualTo(same)
                .hasSameHashCodeAs(same)
                .isNotEqualTo(TextTemplate.of("{table}{branch}"))
                .hasToString("TextTemplate[table, branch]");
    }
}
