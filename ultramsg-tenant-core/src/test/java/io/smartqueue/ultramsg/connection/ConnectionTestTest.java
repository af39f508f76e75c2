package io.smartqueue.ultramsg.connection;

import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.fixtures.InMemoryQuotas;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class ConnectionTestTest {
    private final ScriptedServer server = new ScriptedServer();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final UltraMessageConfig config = Samples.config(Samples.draft(server.url()));

    @AfterEach
    void closeAndSeeThatNoMessageWasSent() {
        http.close();
        server.close();
        assertThat(server.requests())
                .extracting(RecordedRequest::line)
                .allMatch(line -> line.matches("GET /instance1150/instance/(status|me)\\?token=\\S+ HTTP/1.1"));
    }

    private UltraMessageTestResult run(UltraMessageConfig tested, QuotaUsage quota) {
        return new ConnectionTest(http, Duration.ofSeconds(10)).run(tested, quota);
    }

    private UltraMessageTestResult run() {
        return run(config, null);
    }

    private static UltraMessageConfig withBusinessNumber(UltraMessageConfig config, String number) {
        return Samples.config(Samples.draft(config.credentials().baseUrl()).toBuilder()
                .businessNumber(number)
                .build());
    }

    @Test
    void findsAConnectedAccount() {
        server.on("instance/status", Replies.json(200, Samples.CONNECTED))
                .on("instance/me", Replies.json(200, Samples.ME));

        UltraMessageTestResult result = run();

        assertThat(result.isSuccess()).isTrue();
        assertThat(result.finding()).isEqualTo(ConnectionFinding.CONNECTED);
        assertThat(result.explanation()).isEqualTo("Nothing to do: the connection works.");
        assertThat(result.accountStatus().orElseThrow().substatus()).isEqualTo("connected");
        assertThat(result.account().orElseThrow().number()).contains(PhoneNumber.parse(Samples.NUMBER));
        assertThat(result.account().orElseThrow().name()).isEqualTo("Acme");
        assertThat(result.responseTime()).isPositive();
        assertThat(result.problems()).isEmpty();
        assertThat(result.quota()).isEmpty();
        assertThat(result).asString().contains("CONNECTED").doesNotContain("5550123");
        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"status\":{\"accountStatus\":{\"status\":\"qr\",\"substatus\":\"normal\"}}} | WAITING_FOR_QR_SCAN",
                "200 | {\"status\":{\"accountStatus\":{\"status\":\"standby\",\"substatus\":\"normal\"}}} | STANDBY",
                "200 | {\"status\":{\"accountStatus\":{\"status\":\"initialize\"}}} | CONNECTING",
                "200 | {\"status\":{\"accountStatus\":{\"status\":\"loading\"}}} | CONNECTING",
                "200 | {\"status\":{\"accountStatus\":{\"status\":\"retrying\"}}} | CONNECTING",
                "200 | {\"status\":{\"accountStatus\":{\"status\":\"disconnected\"}}} | CONNECTING",
                "200 | {\"status\":{\"accountStatus\":{\"status\":\"never seen\"}}} | CONNECTING",
                "200 | {\"error\":\"instance status is not equal to authenticated\"} | CONNECTING",
                "200 | {\"error\":\"Daily limit reached\"} | PROVIDER_LIMIT_REACHED",
                "402 | {\"error\":\"Messages limit exceeded\"} | PROVIDER_LIMIT_REACHED",
                "200 | {\"error\":\"Wrong token. Please provide token as a GET parameter.\"} | WRONG_TOKEN",
                "401 | {\"error\":\"Wrong token. Please provide token as a GET parameter.\"} | WRONG_TOKEN",
                "401 | {} | WRONG_TOKEN",
                "404 | {\"error\":\"Instance not found\"} | INSTANCE_NOT_FOUND",
                "200 | {\"error\":\"Instance not found\"} | INSTANCE_NOT_FOUND",
                "404 | '' | INSTANCE_NOT_FOUND",
                "404 | {\"error\":\"Your instance has been Stopped due to non-payment.\"} | INSTANCE_STOPPED",
                "200 | {\"error\":\"Your instance has been Stopped due to non-payment.\"} | INSTANCE_STOPPED",
                "200 | <html>Welcome</html> | NOT_ULTRAMSG",
                "404 | <html>Not Found</html> | NOT_ULTRAMSG",
                "502 | <html>Bad Gateway</html> | NOT_ULTRAMSG",
                "200 | {\"hello\":\"world\"} | NOT_ULTRAMSG",
                "200 | {\"error\":\"Path not found\"} | NOT_ULTRAMSG",
                "200 | '' | NOT_ULTRAMSG",
                "302 | '' | NOT_ULTRAMSG",
                "503 | {\"error\":\"try later\"} | PROVIDER_ERROR",
                "429 | {} | PROVIDER_ERROR",
                "200 | {\"error\":\"never seen\"} | PROVIDER_ERROR"
            })
    void findsWhatIsWrong(int status, String body, ConnectionFinding finding) {
        server.on("instance/status", Replies.json(status, body));

        UltraMessageTestResult result = run();

        assertThat(result.finding()).isEqualTo(finding);
        assertThat(result.isSuccess()).isEqualTo(finding == ConnectionFinding.PROVIDER_LIMIT_REACHED);
        assertThat(result.explanation()).endsWith(finding.advice());
        assertThat(result.account()).isEmpty();
        assertThat(server.requests()).as("asks no further").hasSize(1);
    }

    @Test
    void findsThatNothingAnswers() {
        server.on("instance/status", Replies.resetAfterRequest());

        UltraMessageTestResult result = run();

        assertThat(result.finding()).isEqualTo(ConnectionFinding.UNREACHABLE);
        assertThat(result.explanation())
                .startsWith("no reply: the connection failed")
                .endsWith(ConnectionFinding.UNREACHABLE.advice());
        assertThat(result.isSuccess()).isFalse();
    }

    @Test
    void findsThatNothingAnswersInTime() {
        server.on("instance/status", Replies.trickle());

        UltraMessageTestResult result = new ConnectionTest(http, Samples.BRIEFLY).run(config, null);

        assertThat(result.finding()).isEqualTo(ConnectionFinding.UNREACHABLE);
        assertThat(result.explanation()).contains("the time was over");
    }

    @Test
    void repeatsWhatUltraMsgSays() {
        server.on("instance/status", Replies.json(200, Samples.WRONG_TOKEN));

        assertThat(run().explanation())
                .isEqualTo("UltraMsg says: Wrong token. Please provide token as a GET parameter."
                        + " Copy the token again from the instance's page at UltraMsg.");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "+12015550123, SAME",
                "1 (201) 555-0123, SAME",
                "+12015550124, DIFFERENT",
                "'', NOT_SET",
                "null, NOT_SET"
            })
    void comparesTheConnectedNumberWithTheBusinessNumber(String number, BusinessNumberMatch match) {
        server.on("instance/status", Replies.json(200, Samples.CONNECTED))
                .on("instance/me", Replies.json(200, Samples.ME));

        UltraMessageTestResult result = run(withBusinessNumber(config, number), null);

        assertThat(result.isSuccess()).isTrue();
        assertThat(result.businessNumber()).isEqualTo(match);
        assertThat(result.explanation().contains("not the organization's business number"))
                .isEqualTo(match == BusinessNumberMatch.DIFFERENT);
    }

    @Test
    void worksWithoutTheAccount() {
        server.on("instance/status", Replies.json(200, Samples.CONNECTED))
                .on("instance/me", Replies.json(200, "{\"error\":\"never seen\"}"));

        UltraMessageTestResult result = run(withBusinessNumber(config, Samples.NUMBER), null);

        assertThat(result.finding()).isEqualTo(ConnectionFinding.CONNECTED);
        assertThat(result.account()).isEmpty();
        assertThat(result.businessNumber()).isEqualTo(BusinessNumberMatch.NOT_KNOWN);
    }

    @Test
    void endsByItsDeadlineWhenTheAccountDoesNotCome() {
        server.on("instance/status", Replies.json(200, Samples.CONNECTED)).on("instance/me", Replies.silence());

        UltraMessageTestResult result = new ConnectionTest(http, Samples.BRIEFLY.multipliedBy(2)).run(config, null);

        assertThat(result.finding()).isEqualTo(ConnectionFinding.CONNECTED);
        assertThat(result.account()).isEmpty();
    }

    @Test
    void succeedsAndSaysSoWhenTheDailyLimitIsReached() {
        server.on("instance/status", Replies.json(200, Samples.CONNECTED))
                .on("instance/me", Replies.json(200, Samples.ME));

        UltraMessageTestResult result = run(config, new QuotaUsage(7, 7, InMemoryQuotas.RESET));

        assertThat(result.isSuccess()).isTrue();
        assertThat(result.isDailyLimitReached()).isTrue();
        assertThat(result.quota().orElseThrow().remaining()).isZero();
        assertThat(result.explanation()).contains("Today's messages are used up");
    }

    @Test
    void saysNothingOfALimitThatIsNotReached() {
        server.on("instance/status", Replies.json(200, Samples.CONNECTED));

        UltraMessageTestResult result = run(config, new QuotaUsage(6, 7, InMemoryQuotas.RESET));

        assertThat(result.isDailyLimitReached()).isFalse();
        assertThat(result.explanation()).doesNotContain("used up");
    }

    @Test
    void asksNothingAboutWhatCannotBeAsked() {
        ConfigProblem problem = ConfigProblem.of(ConfigField.TOKEN, ConfigProblem.Code.REQUIRED);

        UltraMessageTestResult invalid = ConnectionTest.invalid(List.of(problem));
        UltraMessageTestResult missing = ConnectionTest.noSuchOrganization();

        assertThat(invalid.finding()).isEqualTo(ConnectionFinding.INVALID_CONFIGURATION);
        assertThat(invalid.problems()).containsExactly(problem);
        assertThat(invalid.explanation()).contains("token: is missing");
        assertThat(missing.finding()).isEqualTo(ConnectionFinding.NO_SUCH_ORGANIZATION);
        assertThat(missing.responseTime()).isZero();
    }

    @ParameterizedTest
    @EnumSource(ConnectionFinding.class)
    void hasAdviceAndACodeForEveryFinding(ConnectionFinding finding) {
        assertThat(finding.advice()).endsWith(".");
        assertThat(finding.code()).matches("[a-z_]+");
        assertThat(finding.provesCredentials())
                .isEqualTo(List.of(
                                ConnectionFinding.CONNECTED,
                                ConnectionFinding.PROVIDER_LIMIT_REACHED,
                                ConnectionFinding.WAITING_FOR_QR_SCAN,
                                ConnectionFinding.STANDBY,
                                ConnectionFinding.CONNECTING)
                        .contains(finding));
    }
}
