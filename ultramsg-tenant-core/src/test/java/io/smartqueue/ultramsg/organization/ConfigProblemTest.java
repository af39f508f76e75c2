package io.smartqueue.ultramsg.organization;

import io.smartqueue.ultramsg.organization.ConfigProblem.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.ListResourceBundle;
import java.util.Locale;
import java.util.ResourceBundle;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigProblemTest {
    private static final ConfigProblem HOST =
            ConfigProblem.of(ConfigField.BASE_URL, Code.HOST_NOT_ALLOWED, "api.ultramsg.com");

    @Test
    void saysInEnglishWhatIsWrong() {
        assertThat(HOST.message()).isEqualTo("must name one of the allowed hosts: api.ultramsg.com");
        assertThat(HOST).hasToString("base_url: must name one of the allowed hosts: api.ultramsg.com");
        assertThat(ConfigProblem.of(ConfigField.TOKEN, Code.TOO_LONG, "255").message())
                .isEqualTo("has more than 255 characters");
        assertThat(ConfigProblem.of(ConfigField.INSTANCE_ID, Code.IN_USE).message())
                .endsWith("enter an instance of this organization's own");
    }

    @Test
    void speaksEnglishWhateverTheServerSpeaks() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(HOST.message()).startsWith("must name");
            assertThat(HOST.message(Locale.FRANCE)).startsWith("must name");
        } finally {
            Locale.setDefault(before);
        }
    }

    /** The test's class path has a file for German, as a host's may. */
    @Test
    void speaksWhatTheClassPathHas() {
        assertThat(HOST.message(Locale.GERMANY)).isEqualTo("nennt keinen der erlaubten Server: api.ultramsg.com");
        assertThat(ConfigProblem.of(ConfigField.TOKEN, Code.REQUIRED).message(Locale.GERMAN))
                .as("what the file leaves out")
                .isEqualTo("is missing: copy it from the instance's page at UltraMsg");
    }

    @Test
    void takesTheWordsOfAHost() {
        ResourceBundle words = new ListResourceBundle() {
            @Override
            protected Object[][] getContents() {
                return new Object[][] {{"host_not_allowed", "pas {0}"}};
            }
        };

        assertThat(HOST.message(words)).isEqualTo("pas api.ultramsg.com");
        assertThat(ConfigProblem.of(ConfigField.TOKEN, Code.REQUIRED).message(words))
                .startsWith("is missing");
    }

    @ParameterizedTest
    @EnumSource(Code.class)
    void hasWordsForEveryCode(Code code) {
        List<String> keys = new ArrayList<>(english().keySet());

        assertThat(keys).anyMatch(key -> key.equals(code.text()) || key.endsWith("." + code.text()));
    }

    @Test
    void hasWordsForFieldsAndCodesThatThereAreOnly() {
        assertThat(english().keySet()).allSatisfy(key -> {
            String[] parts = key.split("\\.");
            assertThat(Arrays.stream(Code.values()).map(Code::text)).contains(parts[parts.length - 1]);
            if (parts.length == 2) {
                assertThat(ConfigField.find(parts[0])).isPresent();
            }
        });
    }

    private static ResourceBundle english() {
        return ResourceBundle.getBundle("io.smartqueue.ultramsg.organization.ConfigProblems", Locale.ROOT);
    }

    /** What somebody has typed may be a script that waits for a page to show it. */
    @ParameterizedTest
    @ValueSource(strings = {"<script>alert(1)</script>", "{0}", "'", "\" onload=\"alert(1)"})
    void repeatsNothingThatWasTyped(String typed) {
        ConfigValidation checked = ConfigValidator.of(AllowedHosts.ultraMsg())
                .validate(ConfigDraft.builder()
                        .instanceId(typed)
                        .token(typed + " ä")
                        .baseUrl(typed)
                        .businessNumber(typed)
                        .storedStatus(typed)
                        .webhookUrl(typed)
                        .webhookEvents(List.of(typed, typed, typed + "2"))
                        .timeZone(typed)
                        .defaultRegion(typed)
                        .build());

        List<ConfigProblem> problems = ((ConfigValidation.Invalid) checked).problems();
        assertThat(problems)
                .hasSize(9)
                .allSatisfy(problem ->
                        assertThat(problem.toString() + problem.arguments()).doesNotContain("script", "onload", "{"));
    }

    @Test
    void reportsAThousandUnknownEventsOnce() {
        ConfigValidation checked = ConfigValidator.of(AllowedHosts.ultraMsg())
                .validate(ConfigDraft.builder()
                        .instanceId("1150")
                        .token("fake-t0ken")
                        .webhookEvents(Collections.nCopies(1_000, "x"))
                        .build());

        assertThat(((ConfigValidation.Invalid) checked).problems()).hasSize(1);
    }
}
