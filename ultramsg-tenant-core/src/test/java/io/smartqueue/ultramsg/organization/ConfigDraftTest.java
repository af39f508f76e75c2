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
            .pace("PT15S")
            .webhooksIssuedFrom(Instant.parse("2026-11-22T08:00:00Z"))
            .lastTest(new LastTest(Instant.EPOCH, "connected"))
            .instanceOf("acme")
            .lendsInstanceTo(List.of("globex"))
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
    void tellsWhichFieldsItNamesBlankOnesToo() {
        assertThat(ConfigDraft.builder().build().named()).isEmpty();
        assertThat(ConfigDraft.builder()
                        .timeZone("")
                        .webhookEvents(List.of())
                        .dailyLimit(0)
                        .version(1L)
                        .build()
                        .named())
                .containsExactly(ConfigField.DAILY_LIMIT, ConfigField.WEBHOOK_EVENTS, ConfigField.TIME_ZONE);
    }

    @Test
    void printsTheNamesOfItsFieldsOnly() {
        assertThat(whole)
                .hasToString("ConfigDraft[instance_id, token, base_url, business_number, status, daily_limit,"
                        + " webhook_url, webhook_events, time_zone, default_region, pace, webhooks_issued_from, instance_of,"
                        + " lends_instance_to]");
    }

    @Test
    void takesFromALenderWhatGoesWithTheInstanceAndNothingElse() {
        ConfigDraft own = ConfigDraft.builder()
                .baseUrl("https://gateway.example.com")
                .businessNumber("+12015550123")
                .dailyLimit(3)
                .timeZone("UTC")
                .build();

        ConfigDraft lent = own.throughInstanceOf(whole);

        assertThat(lent.isThroughAnothersInstance()).isTrue();
        assertThat(lent.instanceId()).contains("1150");
        assertThat(lent.token()).contains(AccessToken.of("fake-t0ken"));
        assertThat(lent.baseUrl()).contains("https://api.ultramsg.com");
        assertThat(lent.businessNumber()).contains("+4930901820");
        assertThat(lent.status()).contains("active");
        assertThat(lent.dailyLimit()).contains(3);
        assertThat(lent.timeZone()).contains("UTC");
        assertThat(lent.webhookUrl()).isEmpty();
        assertThat(lent.instanceOf()).isEmpty();
        assertThat(lent.own()).isSameAs(own);
        assertThat(own.own()).isSameAs(own);
    }

    @Test
    void isTheOrganizationsOwnAgainOnceAChangeNamesAnythingThatGoesWithTheInstance() {
        ConfigDraft lent = ConfigDraft.builder().dailyLimit(3).build().throughInstanceOf(whole);

        assertThat(lent.with(ConfigDraft.builder().dailyLimit(4).build()).token())
                .isPresent();
        for (ConfigDraft change : List.of(
                ConfigDraft.builder().instanceId("77").build(),
                ConfigDraft.builder().token("fake-t0ken-2").build(),
                ConfigDraft.builder().baseUrl("https://gateway.example.com").build(),
                ConfigDraft.builder().businessNumber("").build())) {
            ConfigDraft changed = lent.with(change);

            assertThat(changed.isThroughAnothersInstance()).isFalse();
            assertThat(changed.token()).isNotEqualTo(whole.token());
            assertThat(changed.dailyLimit()).contains(3);
        }
    }

    @Test
    void keepsAStatusThatNobodyKnows() {
        ConfigDraft own = ConfigDraft.builder().storedStatus("asleep").build();

        assertThat(own.throughInstanceOf(whole).status()).contains("asleep");
    }

    @Test
    void tellsInWhichFieldsAnotherDraftDiffers() {
        ConfigDraft after = whole.with(ConfigDraft.builder()
                .token("fake-t0ken-0123456789")
                .dailyLimit(8)
                .webhookUrl(" ")
                .webhookEvents(List.of("message_ack", "message_create"))
                .timeZone("Europe/Berlin")
                .build());

        assertThat(whole.differencesTo(after))
                .containsExactly(
                        new FieldChange(ConfigField.TOKEN, "****", "****6789"),
                        new FieldChange(ConfigField.DAILY_LIMIT, "7", "8"),
                        new FieldChange(ConfigField.WEBHOOK_URL, "https://example.com/hook", null),
                        new FieldChange(ConfigField.WEBHOOK_EVENTS, "message_ack", "message_ack, message_create"));
        assertThat(whole.differencesTo(whole)).isEmpty();
    }

    @Test
    void tellsShortTokensApartWithoutShowingThem() {
        ConfigDraft other = whole.with(ConfigDraft.builder().token("fake-t0ke2").build());

        assertThat(whole.differencesTo(other)).containsExactly(new FieldChange(ConfigField.TOKEN, "****", "****"));
    }

    @Test
    void takesABlankForWhatWasNeverSet() {
        ConfigDraft empty = ConfigDraft.builder().build();
        ConfigDraft blank =
                ConfigDraft.builder().webhookUrl("").webhookEvents(List.of()).build();

        assertThat(empty.differencesTo(blank)).isEmpty();
    }

    @Test
    void leavesLimitTimeZoneRegionPaceRevocationAndSharingWhenItIsCleared() {
        assertThat(whole.cleared())
                .hasToString("ConfigDraft[status, daily_limit, time_zone, default_region, pace, webhooks_issued_from,"
                        + " instance_of, lends_instance_to]");
        assertThat(whole.cleared().status()).contains("inactive");
        assertThat(whole.cleared().lastTest()).isEmpty();
    }

    @Test
    void keepsTheVersionThatItWasReadWith() {
        ConfigDraft read = whole.toBuilder().version(4L).build();

        assertThat(read.with(ConfigDraft.builder().dailyLimit(1).build()).version())
                .contains(4L);
        assertThat(read.with(ConfigDraft.builder().version(5L).build()).version())
                .contains(5L);
        assertThat(whole.version()).isEmpty();
    }
}
