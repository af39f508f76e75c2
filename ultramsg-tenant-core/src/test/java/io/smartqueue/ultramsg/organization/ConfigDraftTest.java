package io.smartqueue.ultramsg.organization;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ConfigDraftTest {
    private final ConfigDraft whole = ConfigDraft.builder()
            .instanceId("1150")
            .token("fake-t0ken")
            .baseUrl("https://api.ultramsg.com")
            .businessNumber("+4930901820")
            .storedStatus("active")
            .dailyLimit(7)
            .webhookUrl("https://example.com/hook")
            .webhookEvents(List.of("message_ack"))
            .timeZone("Europe/Berlin")
            .defaultRegion("DE")
            .lastTest(new LastTest(Instant.EPOCH, "connected"))
            .build();

    @Test
    void namesNothingUnlessTold() {
        ConfigDraft empty = ConfigDraft.builder().build();

        assertThat(empty)
                .usingRecursiveComparison()
                .isEqualTo(ConfigDraft.builder().build());
        assertThat(empty.instanceId()).isEmpty();
        assertThat(empty.lastTest()).isEmpty();
        assertThat(empty).hasToString("ConfigDraft[]");
    }

    @Test
    void keepsEveryFieldThatAChangeDoesNotName() {
        assertThat(whole.with(ConfigDraft.builder().build()))
                .usingRecursiveComparison()
                .isEqualTo(whole);
        assertThat(whole.toBuilder().build()).usingRecursiveComparison().isEqualTo(whole);
    }

    @Test
    void takesEveryFieldThatAChangeNames() {
        assertThat(ConfigDraft.builder().instanceId("1").dailyLimit(1).build().with(whole))
                .usingRecursiveComparison()
                .isEqualTo(whole);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "  ", "\t\n"})
    void keepsTheTokenWhenTheFormLeavesItBlank(String blank) {
        ConfigDraft change = ConfigDraft.builder().token(blank).build();

        assertThat(change.token()).isEmpty();
        assertThat(whole.with(change).token()).contains(AccessToken.of("fake-t0ken"));
    }

    @Test
    void clearsOtherFieldsByBlankTextOrEmptyList() {
        ConfigDraft change = ConfigDraft.builder()
                .businessNumber("")
                .webhookEvents(List.of())
                .build();

        assertThat(whole.with(change).businessNumber()).contains("");
        assertThat(whole.with(change).webhookEvents()).contains(List.of());
    }

    @Test
    void printsTheNamesOfItsFieldsOnly() {
        assertThat(whole)
                .hasToString("ConfigDraft[instance_id, token, base_url, business_number, status, daily_limit,"
                        + " webhook_url, webhook_events, time_zone, default_region]");
    }
}
