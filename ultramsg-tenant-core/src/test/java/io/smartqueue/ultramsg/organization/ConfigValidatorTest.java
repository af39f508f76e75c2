package io.smartqueue.ultramsg.organization;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

class ConfigValidatorTest {
    private final ConfigValidator validator = ConfigValidator.of(AllowedHosts.ultraMsg());
    private final ConfigValidator unrestricted = ConfigValidator.of(AllowedHosts.anyIncludingLocal());

    private static ConfigDraft.Builder complete() {
        return ConfigDraft.builder().instanceId("1150").token("fake-t0ken");
    }

    private UltraMessageConfig valid(ConfigDraft.Builder draft) {
        return valid(validator, draft);
    }

    private static UltraMessageConfig valid(ConfigValidator validator, ConfigDraft.Builder draft) {
        ConfigValidation validation = validator.validate(draft.build());
        assertThat(validation).isInstanceOf(ConfigValidation.Valid.class);
        return ((ConfigValidation.Valid) validation).config();
    }

    private static List<ConfigProblem> problems(ConfigValidator validator, ConfigDraft.Builder draft) {
        ConfigValidation validation = validator.validate(draft.build());
        assertThat(validation).isInstanceOf(ConfigValidation.Invalid.class);
        return ((ConfigValidation.Invalid) validation).problems();
    }

    private void assertProblems(ConfigDraft.Builder draft, String... fieldsAndCodes) {
        assertThat(problems(validator, draft))
                .extracting(
                        problem -> problem.field().code() + " " + problem.code().text())
                .containsExactly(fieldsAndCodes);
    }

    @Test
    void fillsInTheDefaults() {
        UltraMessageConfig config = valid(complete());

        assertThat(config.credentials().instance()).hasToString("instance1150");
        assertThat(config.credentials().token().reveal()).isEqualTo("fake-t0ken");
        assertThat(config.credentials().baseUrl()).isEqualTo(URI.create("https://api.ultramsg.com"));
        assertThat(config.status()).isEqualTo(InstanceStatus.INACTIVE);
        assertThat(config.dailyLimit()).isEqualTo(1000);
        assertThat(config.timeZone()).isEqualTo(ZoneId.of("UTC"));
        assertThat(config.businessNumber()).isEmpty();
        assertThat(config.webhookUrl()).isEmpty();
        assertThat(config.webhookEvents()).isEmpty();
        assertThat(config.defaultRegion()).isEmpty();
        assertThat(config.lastTest()).isEmpty();
    }

    @Test
    void takesAWholeConfiguration() {
        LastTest test = new LastTest(Instant.EPOCH, "connected");

        UltraMessageConfig config = valid(complete()
                .baseUrl(" https://API.ultramsg.com/ ")
                .businessNumber("+49 30 901820")
                .storedStatus(" Active ")
                .dailyLimit(7)
                .webhookUrl("https://example.com:443/hook?tenant=1#x")
                .webhookEvents(List.of("message_ack", "MESSAGE_RECEIVED", " message_ack "))
                .timeZone(" Europe/Berlin ")
                .defaultRegion("de")
                .lastTest(test));

        assertThat(config.credentials().baseUrl()).isEqualTo(URI.create("https://api.ultramsg.com"));
        assertThat(config.businessNumber()).contains(PhoneNumber.parse("+4930901820"));
        assertThat(config.status()).isEqualTo(InstanceStatus.ACTIVE);
        assertThat(config.dailyLimit()).isEqualTo(7);
        assertThat(config.webhookUrl()).contains(URI.create("https://example.com:443/hook?tenant=1#x"));
        assertThat(config.webhookEvents())
                .containsExactlyInAnyOrder(WebhookEventName.MESSAGE_ACK, WebhookEventName.MESSAGE_RECEIVED);
        assertThat(config.timeZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        assertThat(config.defaultRegion()).contains(Region.of("DE"));
        assertThat(config.lastTest()).contains(test);
        assertThat(config).asString().doesNotContain("t0ken", "901820");
    }

    @Test
    void reportsEverythingThatIsWrongAtOnce() {
        ConfigDraft.Builder draft = ConfigDraft.builder()
                .instanceId("one")
                .baseUrl("http://user@169.254.169.254:8080/latest?x")
                .businessNumber("nine")
                .storedStatus("asleep")
                .dailyLimit(-1)
                .webhookUrl("http://10.0.0.1/hook")
                .webhookEvents(List.of("message_ack", "message_gone"))
                .timeZone("Mars/Olympus")
                .defaultRegion("XX");

        assertProblems(
                draft,
                "instance_id malformed",
                "token required",
                "base_url not_https",
                "base_url user_info",
                "base_url port_not_allowed",
                "base_url private_address",
                "base_url host_not_allowed",
                "base_url path_not_allowed",
                "base_url query_not_allowed",
                "business_number malformed",
                "status unknown",
                "daily_limit negative",
                "webhook_url not_https",
                "webhook_url private_address",
                "webhook_events unknown",
                "time_zone unknown",
                "default_region unknown");
        assertThat(problems(validator, draft))
                .allSatisfy(problem -> assertThat(problem.message()).isNotBlank())
                .extracting(ConfigProblem::toString)
                .contains("base_url: must begin with https://");
    }

    @Nested
    class InstanceIds {
        @ParameterizedTest
        @NullSource
        @ValueSource(strings = {"", " \t\r\n"})
        void areRequired(String blank) {
            assertProblems(complete().instanceId(blank), "instance_id required");
        }

        @ParameterizedTest
        @CsvSource({"instance1150/, malformed", "../1150, malformed", "abc, malformed"})
        void areDigits(String text, String code) {
            assertProblems(complete().instanceId(text), "instance_id " + code);
        }

        @Test
        void areNotLong() {
            assertProblems(complete().instanceId("1".repeat(65)), "instance_id too_long");
            assertProblems(complete().instanceId("1".repeat(64)), "instance_id malformed");
        }
    }

    @Nested
    class Tokens {
        @ParameterizedTest
        @ValueSource(strings = {"a b", "a\u00e4", "a\u0000b", "a\nb", "\u00a0", "ultramsg-sealed:k1:abc"})
        void arePrintableAsciiAndNotSealed(String token) {
            assertProblems(complete().token(token), "token malformed");
            assertThat(problems(validator, complete().token(token)))
                    .allSatisfy(problem -> assertThat(problem.message()).doesNotContain(token));
        }

        @Test
        void have255CharactersAtMost() {
            assertThat(valid(complete().token("x".repeat(255))).credentials().token())
                    .isNotNull();
            assertProblems(complete().token("x".repeat(256)), "token too_long");
        }
    }

    @Nested
    class BaseUrls {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "  ",
                    "https://api.ultramsg.com",
                    "https://api.ultramsg.com/",
                    "HTTPS://API.ULTRAMSG.COM",
                    "\thttps://api.ultramsg.com\n",
                })
        void areUltraMsgsOwnByDefault(String text) {
            assertThat(valid(complete().baseUrl(text)).credentials().baseUrl())
                    .isEqualTo(URI.create("https://api.ultramsg.com"));
        }

        @Test
        void mayNameThePortOfHttps() {
            assertThat(valid(complete().baseUrl("https://api.ultramsg.com:443"))
                            .credentials()
                            .baseUrl()
                            .getHost())
                    .isEqualTo("api.ultramsg.com");
        }

        @ParameterizedTest
        @CsvSource({
            "http://api.ultramsg.com, not_https",
            "ftp://api.ultramsg.com, not_https",
            "https://user@api.ultramsg.com, user_info",
            "https://user:secret@api.ultramsg.com, user_info",
            "https://@api.ultramsg.com, user_info",
            "https://api.ultramsg.com@evil.example, user_info host_not_allowed",
            "https://api.ultramsg.com:8443, port_not_allowed",
            "https://api.ultramsg.com:80, port_not_allowed",
            "https://api.ultramsg.com:0, malformed",
            "https://api.ultramsg.com:65536, malformed",
            "https://api.ultramsg.com:, malformed",
            "https://api.ultramsg.com:4a3, malformed",
            "https://evil.example, host_not_allowed",
            "https://api.ultramsg.com., host_not_allowed", // trailing dot
            "https://api.ultramsg.com.evil.example, host_not_allowed",
            "https://xapi.ultramsg.com, host_not_allowed",
            "https://localhost, host_not_allowed",
            "https://2130706433, host_not_allowed", // 127.0.0.1 as one number
            "https://0177.0.0.1, host_not_allowed", // 127.0.0.1 with an octal part
            "https://127.1, host_not_allowed",
            "http://169.254.169.254, not_https private_address host_not_allowed",
            "https://127.0.0.1, private_address host_not_allowed",
            "https://[::1], private_address host_not_allowed",
            "https://[::ffff:127.0.0.1], private_address host_not_allowed",
            "https://[64:ff9b::a9fe:a9fe], private_address host_not_allowed",
            "https://8.8.8.8, host_not_allowed",
            "https://[2606:4700:4700::1111], host_not_allowed",
            "https://[::1, malformed",
            "https://[1::2::3], malformed",
            "https://[fe80::1%25eth0], malformed",
            "https://api.ultramsg.com/instance1150, path_not_allowed",
            "https://api.ultramsg.com//, path_not_allowed",
            "https://api.ultramsg.com/.., path_not_allowed",
            "https://api.ultramsg.com?x=1, query_not_allowed",
            "https://api.ultramsg.com/?, query_not_allowed",
            "https://api.ultramsg.com#x, query_not_allowed",
            "https://evil.example#@api.ultramsg.com, host_not_allowed query_not_allowed",
            "https://evil.example\\@api.ultramsg.com, malformed",
            "https://api.ultramsg.com\\, malformed",
            "https:/api.ultramsg.com, malformed",
            "https:api.ultramsg.com, malformed",
            "//api.ultramsg.com, malformed",
            "api.ultramsg.com, malformed",
            "https://, malformed",
            "https:///x, malformed path_not_allowed",
            "https://api ultramsg.com, malformed",
            "https://api.ultramsg.c\u00f6m, malformed",
            "https://api.ultramsg.com\u3002, malformed",
            "https://api_ultramsg.com, malformed",
            "https://%61pi.ultramsg.com, malformed",
            "javascript:alert(1), malformed"
        })
        void aimNowhereElse(String text, String codes) {
            String[] expected = Arrays.stream(codes.split(" "))
                    .map(code -> "base_url " + code)
                    .toArray(String[]::new);

            assertProblems(complete().baseUrl(text), expected);
        }

        @ParameterizedTest
        @ValueSource(strings = {"https://api.ultramsg.com\r\n.evil.example", "https://api.ultramsg.com\u0000"})
        void holdNoControlCharacters(String text) {
            assertProblems(complete().baseUrl(text), "base_url malformed");
        }

        @Test
        void have255CharactersAtMost() {
            String host = "https://" + "a".repeat(247);

            assertProblems(complete().baseUrl(host), "base_url host_not_allowed");
            assertProblems(complete().baseUrl(host + "a"), "base_url too_long");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"http://localhost:8080", "http://127.0.0.1:9080", "https://[::1]:9443", "http://10.0.0.1"})
        void mayBeLocalWhenTheHostApplicationSaysSo(String text) {
            assertThat(valid(unrestricted, complete().baseUrl(text))
                            .credentials()
                            .baseUrl())
                    .isEqualTo(URI.create(text));
        }

        @ParameterizedTest
        @ValueSource(strings = {"http://a..b", "http://999.1.1.1", "http://1.2.3", "http://a-.example", "http://-"})
        void nameAHostThatAClientCanCall(String text) {
            assertThat(problems(unrestricted, complete().baseUrl(text)))
                    .extracting(ConfigProblem::field, ConfigProblem::code)
                    .containsExactly(tuple(ConfigField.BASE_URL, ConfigProblem.Code.MALFORMED));
        }

        @Test
        void mayBeAnotherHostThatTheHostApplicationNames() {
            ConfigValidator own = ConfigValidator.of(AllowedHosts.of("gateway.example"));

            assertThat(valid(own, complete().baseUrl("https://gateway.example"))
                            .credentials()
                            .baseUrl())
                    .hasHost("gateway.example");
            assertThat(problems(own, complete()))
                    .extracting(ConfigProblem::message)
                    .containsExactly("must name one of the allowed hosts: gateway.example");
        }
    }

    @Nested
    class WebhookUrls {
        @ParameterizedTest
        @CsvSource({
            "http://example.com/hook, not_https",
            "https://user@example.com/hook, user_info",
            "https://example.com:8443/hook, port_not_allowed",
            "https://192.168.0.1/hook, private_address",
            "https://[::1]/hook, private_address",
            "https://example.com/a b, malformed",
            "https://example.com/%zz, malformed",
            "example.com/hook, malformed"
        })
        void leadToAPublicHttpsAddress(String text, String code) {
            assertProblems(complete().webhookUrl(text), "webhook_url " + code);
        }

        @Test
        void have2048CharactersAtMost() {
            String url = "https://example.com/" + "x".repeat(2028);

            assertThat(valid(complete().webhookUrl(url)).webhookUrl()).contains(URI.create(url));
            assertProblems(complete().webhookUrl(url + "x"), "webhook_url too_long");
        }
    }

    @Nested
    class Limits {
        @Test
        void areAThousandWhenNotNamed() {
            assertThat(valid(complete().dailyLimit(null)).dailyLimit()).isEqualTo(1000);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, Integer.MAX_VALUE})
        void areZeroOrMore(int limit) {
            assertThat(valid(complete().dailyLimit(limit)).dailyLimit()).isEqualTo(limit);
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, Integer.MIN_VALUE})
        void areNotNegative(int limit) {
            assertProblems(complete().dailyLimit(limit), "daily_limit negative");
        }
    }

    @Nested
    class Names {
        @ParameterizedTest
        @EnumSource(InstanceStatus.class)
        void ofEveryStatusAreRead(InstanceStatus status) {
            UltraMessageConfig config = valid(complete().storedStatus(status.storedName()));

            assertThat(config.status()).isEqualTo(status);
            assertThat(config.status().maySend()).isEqualTo(status == InstanceStatus.ACTIVE);
        }

        @ParameterizedTest
        @EnumSource(WebhookEventName.class)
        void ofEveryEventAreRead(WebhookEventName event) {
            assertThat(valid(complete().webhookEvents(List.of(event.storedName())))
                            .webhookEvents())
                    .containsExactly(event);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "message", "webhook_message_ack", "message-ack"})
        void ofOtherEventsAreRefused(String name) {
            assertProblems(complete().webhookEvents(List.of(name)), "webhook_events unknown");
        }
    }

    @Nested
    class Paces {
        @ParameterizedTest
        @CsvSource({
            "1, PT1S",
            "15, PT15S",
            "3600, PT1H",
            "PT15S, PT15S",
            "pt1.5s, PT1.5S",
            "PT1H, PT1H",
            "' 15 ', PT15S"
        })
        void areSecondsOrDurations(String text, Duration pace) {
            assertThat(valid(complete().pace(text)).pace()).contains(pace);
            assertThat(valid(complete().pace(pace)).pace()).contains(pace);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "  "})
        void areTheOutboxsOwnUnlessSet(String blank) {
            assertThat(valid(complete().pace(blank)).pace()).isEmpty();
            assertThat(valid(complete()).pace()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "3601", "PT0.9S", "PT1H0.1S", "PT-15S", "P1D", "99999999999"})
        void areOneSecondToOneHour(String text) {
            assertProblems(complete().pace(text), "pace out_of_range");
        }

        @ParameterizedTest
        @ValueSource(strings = {"fast", "15s", "-15", "1.5", "PT", "99999999999999999999999999999", "<script>", "１５"})
        void areNothingElse(String text) {
            assertProblems(complete().pace(text), "pace malformed");
        }
    }

    @Nested
    class RevokedWebhooks {
        @Test
        void areThoseBeforeAMoment() {
            Instant moment = Instant.parse("2026-11-22T08:00:00Z");

            assertThat(valid(complete().webhooksIssuedFrom(" 2026-11-22T08:00:00Z "))
                            .webhooksIssuedFrom())
                    .contains(moment);
            assertThat(valid(complete().webhooksIssuedFrom(moment)).webhooksIssuedFrom())
                    .contains(moment);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "  "})
        void areNoneUnlessSet(String blank) {
            assertThat(valid(complete().webhooksIssuedFrom(blank)).webhooksIssuedFrom())
                    .isEmpty();
            assertThat(valid(complete()).webhooksIssuedFrom()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"yesterday", "2026-11-22", "1795435200", "2026-11-22T08:00:00", "<script>"})
        void areNamedByNothingElse(String text) {
            assertProblems(complete().webhooksIssuedFrom(text), "webhooks_issued_from malformed");
        }
    }

    @Nested
    class TimeZones {
        @ParameterizedTest
        @ValueSource(strings = {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kathmandu", "Etc/UTC"})
        void areUtcOrPlaces(String zone) {
            assertThat(valid(complete().timeZone(zone)).timeZone()).isEqualTo(ZoneId.of(zone));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "UTC+3",
                    "GMT+3",
                    "Etc/GMT+3",
                    "Etc/GMT-3",
                    "+03:00",
                    "Z",
                    "EST",
                    "CET",
                    "Berlin",
                    "europe/berlin",
                    "Europe/Berlin; drop table x",
                    "../etc/localtime",
                    "Mars/Olympus"
                })
        void areNoOffsetsWhichPostgresReadsTheOtherWayRound(String zone) {
            assertProblems(complete().timeZone(zone), "time_zone unknown");
        }
    }
}
