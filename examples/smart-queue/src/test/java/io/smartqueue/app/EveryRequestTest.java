package io.smartqueue.app;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds whichever route answers. */
@ExtendWith(RunningDemo.class)
class EveryRequestTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String FORM = "application/x-www-form-urlencoded";

    @ParameterizedTest
    @ValueSource(strings = {"/sign-in", "/", "/nowhere", "/api/nowhere", "/health/live", "/assets/app.css"})
    void letsNothingButOurOwnScriptsAndStylesRun(String path, Demo demo) throws Exception {
        HttpResponse<String> answer = Browserless.at(demo.node().url()).get(path);

        assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Server")).isEmpty();
    }

    @Test
    void keepsPagesOutOfCachesAndAssetsInThem(Demo demo) throws Exception {
        Browserless somebody = Browserless.at(demo.node().url());

        assertThat(somebody.get("/sign-in").headers().firstValue("Cache-Control"))
                .hasValue("no-store");
        assertThat(somebody.get("/assets/app.css")
                        .headers()
                        .firstValue("Cache-Control")
                        .orElse(""))
                .contains("immutable");
    }

    @Test
    void refusesWhatIsTooLargeToRead(Demo demo) throws Exception {
        String large = "x".repeat(3 * 1024 * 1024);

        HttpResponse<String> answer =
                Browserless.at(demo.node().url()).submit("/sign-in", Map.of("name", large, "password", "x"));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("Too large");
    }

    @Test
    void refusesWhatIsTooLargeToReadAlsoIfItDoesNotSayHowLargeItIs(Demo demo) throws Exception {
        byte[] large = "x".repeat(3 * 1024 * 1024).getBytes(StandardCharsets.UTF_8);

        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(demo.node().url().resolve("/sign-in"))
                        .header("Content-Type", FORM)
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=x",
                "application/x-www-form-urlencoded; charset=nonsense",
                "application/x-www-form-urlencoded; charset=utf-16",
                "application/json",
                "text/plain",
                "nonsense"
            })
    void failsAtNoFormThatNoPageSends(String type, Demo demo) throws Exception {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(demo.node().url().resolve("/sign-in"))
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString("name=ben&password=" + Demo.PASSWORD))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void failsAtNoFormThatDoesNotSayThatItIsOne(Demo demo) throws Exception {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(demo.node().url().resolve("/sign-in"))
                        .POST(BodyPublishers.ofString("name=%00&password=x"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(415);
    }

    @Test
    void failsAtNoCharacterThatNoDatabaseTakes(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Null Shop");
        Browserless anna = shop.as("anna");

        for (HttpResponse<String> answer : List.of(
                Browserless.at(demo.node().url()).submit("/sign-in", Map.of("name", "\0", "password", "x")),
                anna.submit("/organizations", Map.of("name", "a\0b")),
                anna.submit(shop.path("board/departments"), Map.of("name", "a\0b", "prefix", "B")),
                anna.submitForPart(shop.path("board/call"), Map.of("department", "\0")))) {
            assertThat(answer.statusCode()).as(answer.request().toString()).isEqualTo(400);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /api/notifications/whatsapp",
        "GET, /api/webhooks/whatsapp/inbound/some",
        "PUT, /organizations/00000000-0000-4000-8000-00000000000a/details",
        "TRACE, /sign-in",
        "POST, /health/ready"
    })
    void saysThatAnAddressKnowsOtherMethods(String method, String path, Demo demo) throws Exception {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(demo.node().url().resolve(path))
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.body()).contains("Not like this");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%00", "/%2e%2e/health/live", "/assets/..%2fapp.css", "/sign-in%2f"})
    void answersWhatIsNoAddressWithoutJettysOwnPage(String path, Demo demo) throws Exception {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create(demo.node().url() + path)).build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isBetween(400, 499);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'");
        assertThat(answer.body()).doesNotContain("HTTP ERROR", "badMessage");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site"})
    void refusesFormsFromOtherSites(String site, Demo demo) throws Exception {
        URI signIn = demo.node().url().resolve("/sign-in");

        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(signIn)
                        .header("Sec-Fetch-Site", site)
                        .header("Content-Type", FORM)
                        .POST(BodyPublishers.ofString("name=ben&password=" + Demo.PASSWORD))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "Bearer nonsense", "Basic YW5uYTp4", "nonsense"})
    void takesNoTokenThatIsNone(String authorization, Demo demo) throws Exception {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(demo.node().url())
                        .header("Authorization", authorization)
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location").orElse("")).startsWith("/sign-in");
    }

    @Test
    void tellsWhatTheServiceIsAskedByThoseWhoRunIt(Demo demo) throws Exception {
        Browserless probe = Browserless.at(demo.node().url());

        assertThat(probe.get("/health/live").body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(probe.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(probe.get("/metrics").body()).contains("jvm_memory_used_bytes", "process_uptime_seconds");
    }

    @Test
    void forgetsASessionThatWasEnded(Demo demo) throws Exception {
        Browserless ben = Browserless.at(demo.node().url()).signedInAs("ben");

        ben.submit("/sign-out", Map.of());

        assertThat(ben.get("/").statusCode()).isEqualTo(302);
    }
}
