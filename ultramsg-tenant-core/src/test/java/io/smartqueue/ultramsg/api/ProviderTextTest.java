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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cannot send Your turn is ne… to them | cannot send [hidden]… to them",
                "cannot send Your turn is next Tuesday | cannot send [hidden] Tuesday",
                "Your turn is, Your turn is next! | [hidden], [hidden]!",
                "Your turn | Your turn"
            })
    void hidesASecretThatWasCutShortIfItTellsEnough(String text, String clean) {
        assertThat(ProviderText.clean(text, SECRETS)).isEqualTo(clean);
    }

    @Test
    void hidesEachLineOfASecret() {
        assertThat(ProviderText.clean("no Ann, Main Street 1", List.of("Ann Miller\nMain Street 1\nx")))
                .isEqualTo("no Ann, [hidden]");
    }

    @Test
    void hidesWhateverLooksLikeAFile() {
        assertThat(ProviderText.clean("bad image iVBORw0KGgo+/AAANSUhEUgAAAAUAAAA== here", SECRETS))
                .isEqualTo("bad image [hidden] here");
        assertThat(ProviderText.clean("messages/image of instance1150 takes URLs", SECRETS))
                .isEqualTo("messages/image of instance1150 takes URLs");
    }

    @Test
    void cutsItTo200CharactersAndNoPairInTwo() {
        assertThat(ProviderText.clean("-".repeat(200), SECRETS)).isEqualTo("-".repeat(200));
        assertThat(ProviderText.clean("-".repeat(201), SECRETS)).isEqualTo("-".repeat(200) + "…");
        assertThat(ProviderText.clean("-".repeat(199) + "\ud83d\ude00", SECRETS))
                .isEqualTo("-".repeat(199) + "…");
    }

    @Test
    void leavesTextAloneThatHoldsNoSecret() {
        assertThat(ProviderText.clean("abc", List.of("", "b"))).isEqualTo("abc");
    }
}
