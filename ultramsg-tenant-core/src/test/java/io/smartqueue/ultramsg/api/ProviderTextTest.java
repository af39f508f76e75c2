package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.organization.AccessToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ProviderTextTest {
    private static final AccessToken TOKEN = AccessToken.of("fake-t0ken-123456789");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Wrong token fake-t0ken-123456789! | Wrong token [token]!",
                "to +4930901820 | to [number]",
                "id 123456 | id [number]",
                "max 4096 of 99999 | max 4096 of 99999"
            })
    void hidesTokenAndLongNumbers(String text, String clean) {
        assertThat(ProviderText.clean(text, TOKEN)).isEqualTo(clean);
    }

    @Test
    void makesOneLineOfIt() {
        assertThat(ProviderText.clean(" a\r\nb\u0000\u001bc\n", TOKEN)).isEqualTo("a b c");
    }

    @Test
    void cutsItTo200CharactersAndNoPairInTwo() {
        assertThat(ProviderText.clean("x".repeat(200), TOKEN)).isEqualTo("x".repeat(200));
        assertThat(ProviderText.clean("x".repeat(201), TOKEN)).isEqualTo("x".repeat(200) + "…");
        assertThat(ProviderText.clean("x".repeat(199) + "\ud83d\ude00", TOKEN)).isEqualTo("x".repeat(199) + "…");
    }

    @Test
    void leavesTextAloneIfThereIsNoToken() {
        assertThat(ProviderText.clean("abc", AccessToken.of(""))).isEqualTo("abc");
    }
}
