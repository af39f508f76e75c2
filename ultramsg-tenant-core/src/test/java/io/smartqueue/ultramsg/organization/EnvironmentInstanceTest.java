package io.smartqueue.ultramsg.organization;

import io.smartqueue.ultramsg.organization.ConfigProblem.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class EnvironmentInstanceTest {
    private static final ConfigValidator VALIDATOR = ConfigValidator.of(AllowedHosts.ultraMsg());
    private static final String SECRET = "fake-t0ken-of-the-tests";

    private final Map<String, String> variables = new HashMap<>(
            Map.of("ULTRAMSG_INSTANCE_ID", " instance1150 ", "ULTRAMSG_TOKEN", SECRET, "PATH", "/usr/bin"));

    private List<EnvironmentProblem> problems() {
        return EnvironmentInstance.of(variables).problems(VALIDATOR);
    }

    @Test
    void readsTheOldNames() {
        variables.put("ULTRAMSG_BASE_URL", "https://api.ultramsg.com");
        variables.put("WHATSAPP_BUSINESS_NUMBER", "+12015550123");

        EnvironmentInstance read = EnvironmentInstance.of(variables);

        assertThat(read.isSet()).isTrue();
        assertThat(read.problems(VALIDATOR)).isEmpty();
        assertThat(read.instance()).contains(InstanceId.parse("1150"));
        assertThat(read.draft().token()).contains(AccessToken.of(SECRET));
        assertThat(read.draft().baseUrl()).contains("https://api.ultramsg.com");
        assertThat(read.draft().businessNumber()).contains("+12015550123");
    }

    @Test
    void readsThisProcess() {
        assertThat(EnvironmentInstance.fromSystem().isSet()).isEqualTo(System.getenv("ULTRAMSG_TOKEN") != null);
    }

    @Test
    void isNotSetWhereNeitherInstanceNorTokenIs() {
        for (Map<String, String> none : List.of(
                Map.<String, String>of(),
                Map.of("ULTRAMSG_INSTANCE_ID", " ", "ULTRAMSG_TOKEN", ""),
                Map.of("WHATSAPP_BUSINESS_NUMBER", "+12015550123", "ULTRAMSG_BASE_URL", "https://api.ultramsg.com"))) {
            EnvironmentInstance read = EnvironmentInstance.of(none);

            assertThat(read.isSet()).as(none.keySet().toString()).isFalse();
            assertThat(read.problems(VALIDATOR)).isEmpty();
            assertThat(read.instance()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ULTRAMSG_INSTANCE_ID, '', REQUIRED",
        "ULTRAMSG_INSTANCE_ID, my-instance, MALFORMED",
        "ULTRAMSG_TOKEN, '  ', REQUIRED",
        "ULTRAMSG_TOKEN, two words, MALFORMED",
        "ULTRAMSG_BASE_URL, http://api.ultramsg.com, NOT_HTTPS",
        "ULTRAMSG_BASE_URL, https://evil.example.com, HOST_NOT_ALLOWED",
        "WHATSAPP_BUSINESS_NUMBER, 555 0123, MALFORMED"
    })
    void reportsWhatIsWrongByTheNameOfItsVariableAndNotByItsValue(String variable, String value, Code code) {
        variables.put(variable, value);

        assertThat(problems()).singleElement().satisfies(problem -> {
            assertThat(problem.problem().code()).isEqualTo(code);
            assertThat(problem.variable()).isEqualTo(variable);
            assertThat(problem.toString()).startsWith(variable + " ").doesNotContain(SECRET);
            if (!value.isBlank()) {
                assertThat(problem.toString()).doesNotContain(value);
            }
        });
    }

    @Test
    void reportsHalfASetOfVariables() {
        variables.remove("ULTRAMSG_TOKEN");

        assertThat(problems()).singleElement().asString().startsWith("ULTRAMSG_TOKEN is missing");
    }

    @Test
    void printsNamesOnly() {
        assertThat(EnvironmentInstance.of(variables))
                .hasToString("EnvironmentInstance[ULTRAMSG_INSTANCE_ID, ULTRAMSG_TOKEN]");
    }
}
