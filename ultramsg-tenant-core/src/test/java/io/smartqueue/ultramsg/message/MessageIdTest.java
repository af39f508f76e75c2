package io.smartqueue.ultramsg.message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MessageIdTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "true_15550001111@c.us_3EB0ABCDEF",
                "false_120363012345678901@g.us_3EB0ABCDEF_15550001111@c.us",
                "3EB0ABCDEF",
                "anything/else+new="
            })
    void takesWhateverCanBeAnId(String text) {
        assertThat(MessageId.of(text).value()).isEqualTo(text);
    }

    @Test
    void removesBlanksAroundIt() {
        assertThat(MessageId.of(" 3EB0\n")).isEqualTo(MessageId.of("3EB0")).hasSameHashCodeAs(MessageId.of("3EB0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "secret id", "secret\u0000", "s\u00e9cret"})
    void refusesWhatCannotBeOneAndDoesNotRepeatIt(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageId.of(text))
                .withMessageContaining("message id has " + text.strip().length() + " characters")
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret", "s\u00e9cret"));
    }

    @Test
    void takes255CharactersAndNoMore() {
        assertThat(MessageId.of("x".repeat(255)).value()).hasSize(255);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageId.of("x".repeat(256)))
                .withMessageContaining("256 characters")
                .withMessageContaining("255");
    }

    @Test
    void doesNotPrint() {
        assertThat(MessageId.of("true_15550001111@c.us_3EB0")).hasToString("MessageId[hidden]");
    }
}
