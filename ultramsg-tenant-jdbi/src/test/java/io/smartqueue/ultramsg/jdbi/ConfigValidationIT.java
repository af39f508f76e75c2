package io.smartqueue.ultramsg.jdbi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.TokenSeal;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code config-examples.csv} explains itself at its top. */
@ExtendWith(PostgresExtension.class)
class ConfigValidationIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Example(String line, JsonNode values) {

        /** Only SQL meets sealed tokens: where Java validates, the token has been opened. */
        boolean isSealed() {
            return value(1) != null && TokenSeal.isSealed(value(1).strip());
        }

        String value(int index) {
            return values.get(index).textValue();
        }
    }

    @TestFactory
    List<DynamicTest> judgesEveryExampleOfTheSharedTable(TestDatabase database) throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (Example example : examples()) {
            tests.add(DynamicTest.dynamicTest(example.line(), () -> {
                JsonNode result = validate(database, example.value(0), example.value(1), example.value(2));

                assertThat(codes(result)).as("SQL").isEqualTo(example.value(3));
                if (!example.isSealed()) {
                    assertThat(javaCodes(example)).as("Java").isEqualTo(example.value(3));
                }
                assertThat(result.get("valid").booleanValue())
                        .isEqualTo(example.value(3).isEmpty());
            }));
        }
        assertThat(tests).hasSizeGreaterThan(50);
        return tests;
    }

    @Test
    void keepsTheMembersOfTheOlderFunction(TestDatabase database) throws Exception {
        JsonNode valid = validate(database, "1150", "t0ken", null);
        JsonNode invalid = validate(database, "", "t0ken", "http://api.ultramsg.com");

        assertThat(valid.toString())
                .isEqualTo("{\"valid\":true,\"message\":\"The UltraMsg configuration is valid.\",\"problems\":[]}");
        assertThat(invalid.get("error").textValue()).isEqualTo("The instance id is missing.");
        assertThat(invalid.get("problems").get(1).toString())
                .isEqualTo(
                        "{\"code\":\"not_https\",\"field\":\"base_url\",\"message\":\"The base URL must use https.\"}");
    }

    @Test
    void neverRepeatsTheToken(TestDatabase database) throws Exception {
        assertThat(validate(database, "x", "secret with blanks", "x").toString())
                .doesNotContain("secret");
    }

    @Test
    void takesNamedParameters(TestDatabase database) throws Exception {
        assertThat(database.query("SELECT validate_ultramsg_config(base_url => NULL, token => 't', instance_id => '1')"
                        + " ->> 'valid'"))
                .containsExactly(List.of("true"));
    }

    private static JsonNode validate(TestDatabase database, String instanceId, String token, String baseUrl)
            throws Exception {
        try (Connection connection = database.superuser()) {
            return JSON.readTree(
                    Sql.value(connection, "SELECT validate_ultramsg_config(?, ?, ?)", instanceId, token, baseUrl));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String javaCodes(Example example) {
        ConfigDraft draft = ConfigDraft.builder()
                .instanceId(example.value(0))
                .token(example.value(1))
                .baseUrl(example.value(2))
                .build();
        return ConfigValidator.of(AllowedHosts.ultraMsg()).validate(draft) instanceof ConfigValidation.Invalid invalid
                ? invalid.problems().stream()
                        .map(problem ->
                                problem.field().code() + ":" + problem.code().text())
                        .collect(Collectors.joining(" "))
                : "";
    }

    private static String codes(JsonNode result) {
        List<String> codes = new ArrayList<>();
        result.get("problems")
                .forEach(problem -> codes.add(problem.get("field").textValue() + ":"
                        + problem.get("code").textValue()));
        return String.join(" ", codes);
    }

    private static List<Example> examples() throws Exception {
        try (InputStream in = ConfigValidationIT.class.getResourceAsStream("/config-examples.csv")) {
            List<Example> examples = new ArrayList<>();
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                if (!line.startsWith("#")) {
                    examples.add(new Example(line, JSON.readTree("[" + line + "]")));
                }
            }
            return examples;
        }
    }
}
