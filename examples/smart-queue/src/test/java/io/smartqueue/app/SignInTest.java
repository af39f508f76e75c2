package io.smartqueue.app;

import io.smartqueue.app.notification.Sending;
import io.smartqueue.app.web.Passwords;
import io.smartqueue.app.web.Sessions;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class SignInTest {
    @Test
    void opensTheMembersOrganizations(Demo demo) throws Exception {
        HttpResponse<String> home =
                Browserless.at(demo.node().url()).signedInAs("cleo").get("/");

        assertThat(home.body()).contains("Sunrise Bakery", "you are employee").doesNotContain("Harbour Clinic");
    }

    @Test
    void refusesAWrongPasswordInTheWordsForAnUnknownName(Demo demo) throws Exception {
        Browserless somebody = Browserless.at(demo.node().url());

        HttpResponse<String> wrong = somebody.submit("/sign-in", Map.of("name", "ben", "password", "guessed"));
        HttpResponse<String> unknown = somebody.submit("/sign-in", Map.of("name", "nobody", "password", "guessed"));

        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("do not go together").doesNotContain("guessed");
        assertThat(unknown.body()).contains("do not go together");
    }

    @Test
    void slowsDownWhoGuesses(Demo demo) throws Exception {
        Browserless guesser = Browserless.at(demo.node().url());
        HttpResponse<String> last = null;
        for (int i = 0; i <= 10; i++) {
            last = guesser.submit("/sign-in", Map.of("name", "guessed-at", "password", "guess " + i));
        }

        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.body()).contains("Too many tries", "guessed-at");
    }

    @Test
    void slowsDownWhoGuessesManyNames(Demo demo) throws Exception {
        try (Node node = Node.start(demo.settings())) {
            Browserless guesser = Browserless.at(node.url());
            HttpResponse<String> last = null;
            for (int i = 0; i <= 60; i++) {
                last = guesser.submit("/sign-in", Map.of("name", "name" + i, "password", "guess"));
            }

            assertThat(last.statusCode()).isEqualTo(429);
        }
    }

    @Test
    void takesAPasswordInATabThatWasOpenedBeforeSomebodySignedInInAnother(Demo demo) throws Exception {
        Browserless cleo = Browserless.at(demo.node().url()).signedInAs("cleo");

        HttpResponse<String> inOtherTab =
                cleo.submitWithoutToken("/sign-in", Map.of("name", "ben", "password", Demo.PASSWORD));

        assertThat(inOtherTab.statusCode()).isEqualTo(302);
        assertThat(cleo.get("/").body()).contains("you are manager");
    }

    @Test
    void leadsBackToThePageAndNotToThatPartOfItWhichHasAsked(Demo demo) throws Exception {
        URI site = demo.node().url();
        String board = "/organizations/" + Demo.BAKERY + "/board";

        assertThat(toSignIn(site, board + "/queues", site + board + "?x=y"))
                .isEqualTo("/sign-in?then=" + URLEncoder.encode(board, StandardCharsets.UTF_8));
        assertThat(toSignIn(site, board + "/queues", "no address")).isEqualTo("/sign-in?then=%2F");
    }

    /** Where somebody is sent whose session has ended while he looked at a page. */
    private static String toSignIn(URI site, String part, String page) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(site.resolve(part))
                .header("HX-Request", "true")
                .header("HX-Current-URL", page)
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .headers()
                .firstValue("HX-Redirect")
                .orElse("");
    }

    @Test
    void knowsNobodyWhoseTimeIsUp(Demo demo) throws Exception {
        Sessions sessions = new Sessions(Jdbi.create(demo.settings().databaseUrl()), Passwords.known());
        String path = "/api/notifications/whatsapp?organizationId=" + Demo.BAKERY;

        String current = sessions.open("anna", Duration.ofMinutes(1));
        String over = sessions.open("anna", Duration.ZERO);

        assertThat(Program.at(demo.node().url(), "Bearer " + current).get(path).status())
                .isEqualTo(200);
        assertThat(Program.at(demo.node().url(), "Bearer " + over).get(path).status())
                .isEqualTo(401);
    }

    @Test
    void setsACookieThatNoScriptReads(Demo demo) throws Exception {
        HttpResponse<String> signedIn =
                Browserless.at(demo.node().url()).submit("/sign-in", Map.of("name", "ben", "password", Demo.PASSWORD));

        assertThat(signedIn.headers().firstValue("Set-Cookie").orElseThrow())
                .contains("HttpOnly", "SameSite=Lax", "Path=/");
    }

    @Test
    void bindsTheCookieToHttpsAndThisHostWhereBrowsersComeByHttpsAndSendsTokensToUltraMsgAlone(Demo demo)
            throws Exception {
        Settings usual = demo.settings();
        Settings byHttps = new Settings(
                usual.host(),
                0,
                usual.databaseUrl(),
                usual.databaseUser(),
                usual.databasePassword(),
                usual.tokenKeys(),
                usual.webhookKeys(),
                URI.create("https://queue.example.com"),
                Settings.UltraMsg.REAL,
                Sending.OFF,
                usual.conversations(),
                usual.pace());
        try (Node node = Node.start(byHttps)) {
            HttpResponse<String> signedIn = Browserless.at(URI.create("http://localhost:" + node.port()))
                    .submit("/sign-in", Map.of("name", "ben", "password", Demo.PASSWORD));

            assertThat(signedIn.headers().firstValue("Set-Cookie").orElseThrow())
                    .startsWith("__Host-session=")
                    .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/")
                    .doesNotContain("Domain");
            assertThat(node.whatsApp()
                            .administration(Actor.operator("test"))
                            .validate(
                                    Demo.CLINIC,
                                    ConfigDraft.builder()
                                            .baseUrl(demo.ultraMsg().baseUrl().toString())
                                            .build()))
                    .extracting(problem -> problem.field().code())
                    .as("tokens go to UltraMsg alone")
                    .contains("base_url");
        }
    }

    @Test
    void goesBackToWhereSomebodyWantedToGoWithinThisSiteOnly(Demo demo) throws Exception {
        Browserless somebody = Browserless.at(demo.node().url());

        String toSignIn = somebody.get("/").headers().firstValue("Location").orElse("");
        HttpResponse<String> elsewhere = somebody.submit(
                "/sign-in", Map.of("name", "ben", "password", Demo.PASSWORD, "then", "//evil.example.com"));

        assertThat(toSignIn).isEqualTo("/sign-in?then=%2F");
        assertThat(elsewhere.headers().firstValue("Location")).hasValue("/");
    }

    @Test
    void refusesFormsWithoutTheSessionsToken(Demo demo) throws Exception {
        Browserless anna = Browserless.at(demo.node().url());
        anna.submit("/sign-in", Map.of("name", "anna", "password", Demo.PASSWORD));

        HttpResponse<String> forged = anna.submit("/organizations", Map.of("name", "Forged"));

        assertThat(forged.statusCode()).isEqualTo(403);
        assertThat(anna.get("/").body()).doesNotContain("Forged");
    }
}
