package io.smartqueue.app;

import io.smartqueue.app.notification.Sending;
import io.smartqueue.ultramsg.conversation.ConversationRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SettingsTest {
    private static Map<String, String> deployment() {
        return new HashMap<>(Map.of(
                "DATABASE_URL", "jdbc:postgresql://db/smart_queue",
                "TOKEN_KEYS", "k1:a2V5",
                "WEBHOOK_KEYS", "k1:a2V5LW9m",
                "PUBLIC_URL", "https://queue.example.com"));
    }

    @Test
    void servesTheRealUltraMsgUnlessToldOtherwise() {
        Settings settings = Settings.of(deployment());

        assertThat(settings.ultraMsg()).isEqualTo(Settings.UltraMsg.REAL);
        assertThat(settings.sending()).isEqualTo(Sending.ON);
        assertThat(settings.conversations()).isEqualTo(ConversationRule.FLAGGED);
        assertThat(settings.pace()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.publicUrl()).isEqualTo(URI.create("https://queue.example.com"));
        assertThat(settings.port()).isEqualTo(8080);
    }

    @ParameterizedTest
    @CsvSource({
        "DATABASE_URL, ''",
        "TOKEN_KEYS, ''",
        "WEBHOOK_KEYS, ''",
        "PUBLIC_URL, ''",
        "PUBLIC_URL, queue",
        "PORT, 65536",
        "PORT, http",
        "PACE, soon",
        "CONVERSATIONS, perhaps",
        "ULTRAMSG, somewhere",
        "WHATSAPP_ENABLED, on",
        "WHATSAPP_DEBUG, 1"
    })
    void namesTheVariableThatCannotBeUsed(String variable, String value) {
        Map<String, String> environment = deployment();
        environment.put(variable, value);

        assertThatThrownBy(() -> Settings.of(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(variable + " ");
    }

    @ParameterizedTest
    @CsvSource({"true, false, ON", "true, true, DRY_RUN", "false, false, OFF", "false, true, OFF"})
    void knowsTheSwitchesOfTheServiceBeforeIt(String enabled, String debug, Sending sending) {
        Map<String, String> environment = deployment();
        environment.put("WHATSAPP_ENABLED", enabled);
        environment.put("WHATSAPP_DEBUG", debug);

        assertThat(Settings.of(environment).sending()).isEqualTo(sending);
    }

    @Test
    void printsNoKeyAndNoPassword() {
        Map<String, String> environment = deployment();
        environment.put("DATABASE_PASSWORD", "fake-passw0rd");

        assertThat(Settings.of(environment).toString())
                .doesNotContain("a2V5", "fake-passw0rd", "jdbc:")
                .contains("https://queue.example.com");
    }
}
