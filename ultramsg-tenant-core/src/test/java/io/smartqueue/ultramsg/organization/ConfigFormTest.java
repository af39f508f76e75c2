package io.smartqueue.ultramsg.organization;

import io.smartqueue.ultramsg.organization.ConfigProblem.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigFormTest {
    @Test
    void readsEveryField() {
        ConfigForm form = ConfigForm.read(Map.ofEntries(
                Map.entry("instance_id", 1150),
                Map.entry("token", "fake-t0ken"),
                Map.entry("base_url", "https://api.ultramsg.com"),
                Map.entry("business_number", "+4930901820"),
                Map.entry("status", "active"),
                Map.entry("daily_limit", 7.0),
                Map.entry("webhook_url", ""),
                Map.entry("webhook_events", List.of("message_ack")),
                Map.entry("time_zone", "Europe/Berlin"),
                Map.entry("default_region", "DE"),
                Map.entry("pace", 15),
                Map.entry("webhooks_issued_from", "2026-11-22T08:00:00Z"),
                Map.entry("version", "3")));

        assertThat(form.problems()).isEmpty();
        assertThat(form.change())
                .usingRecursiveComparison()
                .isEqualTo(ConfigDraft.builder()
                        .instanceId("1150")
                        .token("fake-t0ken")
                        .baseUrl("https://api.ultramsg.com")
                        .businessNumber("+4930901820")
                        .storedStatus("active")
                        .dailyLimit(7)
                        .webhookUrl("")
                        .webhookEvents(List.of("message_ack"))
                        .timeZone("Europe/Berlin")
                        .defaultRegion("DE")
                        .pace("15")
                        .webhooksIssuedFrom("2026-11-22T08:00:00Z")
                        .version(3L)
                        .build());
    }

    @Test
    void readsNumbersAndListsFromTexts() {
        ConfigDraft change = ConfigForm.read(
                        Map.of("daily_limit", " 500 ", "webhook_events", "message_ack, message_create"))
                .change();

        assertThat(change.dailyLimit()).contains(500);
        assertThat(change.webhookEvents()).contains(List.of("message_ack", " message_create"));
        assertThat(ConfigForm.read(Map.of("webhook_events", "")).change().webhookEvents())
                .contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\t"})
    void namesNothingByABlankThatCannotClear(String blank) {
        ConfigForm form =
                ConfigForm.read(Map.of("token", blank, "daily_limit", blank, "status", blank, "version", blank));

        assertThat(form.problems()).isEmpty();
        assertThat(form.change()).hasToString("ConfigDraft[]");
        assertThat(ConfigForm.read(Collections.singletonMap("daily_limit", null))
                        .change())
                .hasToString("ConfigDraft[]");
    }

    static Stream<Object> noWholeNumbers() {
        return Stream.of(
                "five",
                "5.5",
                5.5,
                2147483648L,
                "99999999999999999999999999",
                new BigDecimal("1e999999999"),
                Double.NaN,
                true,
                List.of(5),
                Map.of());
    }

    @ParameterizedTest
    @MethodSource("noWholeNumbers")
    void takesNothingElseForALimit(Object value) {
        ConfigForm form = ConfigForm.read(Map.of("daily_limit", value));

        assertThat(form.problems()).containsExactly(ConfigProblem.of(ConfigField.DAILY_LIMIT, Code.WRONG_TYPE));
        assertThat(form.change().dailyLimit()).isEmpty();
    }

    @Test
    void reportsValuesOfAWrongType() {
        ConfigForm form =
                ConfigForm.read(Map.of("instance_id", List.of("1150"), "webhook_events", List.of(1), "version", true));

        assertThat(form.problems())
                .extracting(ConfigProblem::key)
                .containsExactlyInAnyOrder("instance_id.wrong_type", "webhook_events.wrong_type", "form.wrong_type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"colour", "INSTANCE_ID", "form", "last_test", "instanceId", "instance_of", "lends_instance_to"})
    void reportsFieldsThatThereAreNot(String name) {
        assertThat(ConfigForm.read(Map.of(name, "x")).problems())
                .containsExactly(ConfigProblem.of(ConfigField.FORM, Code.UNKNOWN_FIELD, name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<script>alert(1)</script>", "a b", "\u0000", "x\" onload=\"", ""})
    void repeatsNoNameThatAPageShouldNotShow(String name) {
        assertThat(ConfigForm.read(Map.of(name, "x")).problems().get(0).arguments())
                .containsExactly("?");
    }

    @Test
    void printsNoValues() {
        assertThat(ConfigForm.read(Map.of("token", "fake-t0ken", "business_number", "+4930901820")))
                .asString()
                .contains("token", "business_number")
                .doesNotContain("fake", "901820");
    }
}
