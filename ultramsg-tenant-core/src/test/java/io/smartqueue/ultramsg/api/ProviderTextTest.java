package io.smartqueue.ultramsg.api;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ProviderTextTest {
    private static final List<String> SECRETS = List.of("fake-t0ken-123456789", "Your turn is next");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Wrong token fake-t0ken-123456789! | Wrong token [hidden]!",
                "cannot send Your turn is next to them | cannot send [hidden] to them",
                "to +4930901820 | to [number]",
                "id 123456 | id [number]",
                "max 4096 of 99999 | max 4096 of 99999"
            })
    void hidesSecretsAndLongNumbers(String text, String clean) {
        assertThat(ProviderText.clean(text, SECRETS)).isEqualTo(clean);
    }

    @Test
    void makesOneLineOfIt() {
        assertThat(ProviderText.clean(" a\r\nb\u0000\u001bc\n", SECRETS)).isEqualTo("a b c");
    }

    @Test
    void cutsItTo200CharactersAndNoPairInTwo() {
        assertThat(ProviderText.clean("x".repeat(200), SECRETS)).isEqualTo("x".repeat(200));
        assertThat(ProviderText.clean("x".repeat(201), SECRETS)).isEqualTo("x".repeat(200) + "…");
        assertThat(ProviderText.clean("x".repeat(199) + "\ud83d\ude00", SECRETS))
                .isEqualTo("x".repeat(199) + "…");
    }

    @Test
    void leavesTextAloneThatHoldsNoSecret() {
        assertThat(ProviderText.clean("abc", List.of("", "b"))).isEqualTo("abc");
    }
}
