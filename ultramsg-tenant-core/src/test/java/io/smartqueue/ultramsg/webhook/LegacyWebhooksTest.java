package io.smartqueue.ultramsg.webhook;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

import static io.smartqueue.ultramsg.webhook.LegacyWebhooks.ENABLED;
import static io.smartqueue.ultramsg.webhook.LegacyWebhooks.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

class LegacyWebhooksTest {
    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", " 1 ", "on", "yes", ""})
    void areTakenUnlessTheSwitchSaysNo(String value) {
        assertThat(LegacyWebhooks.of(Map.of(ENABLED, value)).isEnabled()).isTrue();
        assertThat(LegacyWebhooks.of(Map.of()).isEnabled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "0", "off", "no", "maybe", "tru"})
    void areOffForAnythingElse(String value) {
        assertThat(LegacyWebhooks.of(Map.of(ENABLED, value)).isEnabled()).isFalse();
    }

    @Test
    void believeTheTokenAndNothingElse() {
        LegacyWebhooks legacy = LegacyWebhooks.of(Map.of(TOKEN, " fake-t0ken "));

        assertThat(legacy.accepts("fake-t0ken")).isTrue();
        assertThat(legacy.accepts("fake-t0ke")).isFalse();
        assertThat(legacy.accepts("fake-t0ken ")).isFalse();
        assertThat(legacy.accepts("")).isFalse();
        assertThat(LegacyWebhooks.of(Map.of()).accepts(""))
                .as("no token is no proof")
                .isFalse();
        assertThat(LegacyWebhooks.of(Map.of(TOKEN, " ")).accepts(" ")).isFalse();
    }

    @Test
    void printNoToken() {
        assertThat(LegacyWebhooks.of(Map.of(TOKEN, "fake-t0ken"))).hasToString("LegacyWebhooks[on, token]");
        assertThat(LegacyWebhooks.of(Map.of(ENABLED, "0"))).hasToString("LegacyWebhooks[off]");
    }
}
