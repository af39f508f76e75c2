package io.smartqueue.app;

import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class DetailsPageTest {
    private static final Pattern VERSION = Pattern.compile("name=\"version\" value=\"([0-9]+)\"");
    private static final AtomicInteger NEXT = new AtomicInteger(720_000);
    private static final String NUMBER = "+4930901820";

    private Demo demo;
    private OwnOrganization shop;
    private Browserless admin;
    private StubInstance instance;
    private String token;
    private String details;

    @BeforeEach
    void foundAnOrganization(Demo running) throws Exception {
        demo = running;
        shop = OwnOrganization.in(demo, "Corner Shop");
        admin = shop.as("anna");
        details = shop.path("details");
        String id = String.valueOf(NEXT.incrementAndGet());
        token = "fake-t0ken-" + id;
        instance = RunningDemo.newInstance(demo.ultraMsg(), id).isConnectedAs(NUMBER, "Corner Shop");
    }

    private Map<String, String> typed() {
        Map<String, String> fields = new HashMap<>();
        fields.put("instance_id", instance.id());
        fields.put("token", token);
        fields.put("base_url", demo.ultraMsg().baseUrl().toString());
        fields.put("business_number", "+49 30 901820");
        return fields;
    }

    private Map<String, String> typed(String field, String value) {
        Map<String, String> fields = typed();
        fields.put(field, value);
        return fields;
    }

    private String version() throws Exception {
        Matcher version = VERSION.matcher(admin.get(details).body());
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    private boolean sends() {
        return demo.node()
                .whatsApp()
                .sendMessage(shop.id(), "+4930901821", "Hello")
                .isAccepted();
    }

    private HttpResponse<String> save(Map<String, String> fields) throws Exception {
        Map<String, String> withVersion = new HashMap<>(fields);
        withVersion.putIfAbsent("version", version());
        return admin.submit(details, withVersion);
    }

    private HttpResponse<String> test(Map<String, String> fields) throws Exception {
        return admin.submit(details + "/test", fields);
    }

    /** Changes what is stored past the page, as somebody else does. */
    private void changeBy(String operator, ConfigDraft change) {
        assertThat(demo.node()
                        .whatsApp()
                        .administration(Actor.operator(operator))
                        .update(shop.id(), change)
                        .isSaved())
                .isTrue();
    }

    @Test
    void connectsAnOrganizationThatThenSends() throws Exception {
        assertThat(admin.get(details).body()).contains("not set up", "Enter instance ID and token");

        HttpResponse<String> saved = save(typed());

        assertThat(saved.headers().firstValue("Location")).hasValue(details + "?done=saved");
        assertThat(admin.get(details + "?done=saved").body())
                .contains("Saved. It is in force on all nodes.", "data-status=\"active\"", "Last test: connected")
                .contains(
                        "+49 30 901820",
                        "https://wa.me/4930901820",
                        "Stored: ****" + token.substring(token.length() - 4));
        assertThat(sends()).isTrue();
    }

    @Test
    void takesEffectOnAnotherNodeWithoutARestart() throws Exception {
        save(typed());
        try (Node other = Node.start(demo.settings())) {
            assertThat(other.whatsApp().sendMessage(shop.id(), NUMBER, "Hello").isAccepted())
                    .isTrue();

            admin.submit(details + "/suspend", Map.of());

            assertThat(OwnOrganization.await(
                            () -> other.whatsApp()
                                    .getOrganizationConfig(shop.id())
                                    .map(config -> config.status().storedName())
                                    .orElse(""),
                            "suspended"::equals))
                    .isEqualTo("suspended");
        }
    }

    @Test
    void tellsOfEachFieldWhatIsWrongAndKeepsAllElse() throws Exception {
        Map<String, String> fields = typed("instance_id", "nonsense");
        fields.put("daily_limit", "many");
        fields.put("time_zone", "Mars/Olympus");
        fields.put("pace", "never");

        HttpResponse<String> refused = save(fields);

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .contains(
                        "Not saved: see what is marked",
                        "Instance ID must be digits",
                        "Daily limit must be a whole number")
                .contains("Time zone must be UTC or the name", "Pace must be a number", "value=\"nonsense\"")
                .contains("value=\"Mars/Olympus\"", "+49 30 901820", "type it again: no page repeats a token")
                .doesNotContain(token);
        assertThat(admin.get(details).body()).contains("not set up");
    }

    @Test
    void answersWhileSomebodyTypesForTheFieldThatAsks() throws Exception {
        HttpResponse<String> one =
                admin.type(details + "/check", "instance_id", Map.of("instance_id", "x", "pace", "y"));
        HttpResponse<String> all = admin.submit(details + "/check", Map.of("instance_id", "x", "pace", "y"));

        assertThat(one.body())
                .contains("id=\"instance_id-error\"", "must be digits")
                .doesNotContain("pace", "token");
        assertThat(all.body()).contains("id=\"pace-error\"", "id=\"token-error\"");
    }

    @ParameterizedTest
    @CsvSource({
        "+4930901820, +49 30 901820",
        "+4930, +49 30",
        "+33 1 42685300, +33 1 42 68 53 00",
        "+1(415)5552671, +1 415-555-2671"
    })
    void putsBlanksIntoANumberAsItIsTyped(String typed, String formatted) throws Exception {
        HttpResponse<String> answer =
                admin.type(details + "/check", "business_number", Map.of("business_number", typed));

        assertThat(answer.headers().firstValue("HX-Trigger").orElse(""))
                .contains("\"formatted\"", "\"typed\":\"" + typed + "\"", "\"text\":\"" + formatted + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"030 901820", "+49 30 901820", "+49\"}}\r\nX-Evil: 1", "<b>+49</b>", "+", ""})
    void leavesAloneWhatIsNoNumberYet(String typed) throws Exception {
        HttpResponse<String> answer =
                admin.type(details + "/check", "business_number", Map.of("business_number", typed));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("HX-Trigger")).isEmpty();
    }

    @Test
    void testsWhatIsTypedAndSavesNothing() throws Exception {
        HttpResponse<String> tested = test(typed());

        assertThat(tested.body())
                .contains(
                        "It works",
                        "Nothing to do",
                        "Corner Shop",
                        "+49 30 901820",
                        "the same",
                        "0 of 1000 messages used")
                .doesNotContain(token);
        assertThat(admin.get(details).body()).contains("not set up");
    }

    @Test
    void saysThatTheNumberIsAnother() throws Exception {
        assertThat(test(typed("business_number", "+33142685300")).body())
                .contains("another one: correct one of them", "not the organization's business number");
    }

    @Test
    void saysWhatToDoAboutAWrongToken() throws Exception {
        HttpResponse<String> tested = test(typed("token", "wr0ng-t0ken-typed"));
        HttpResponse<String> saved = save(typed("token", "wr0ng-t0ken-typed"));

        assertThat(tested.body())
                .contains("The token is wrong", "Copy the token again")
                .doesNotContain("wr0ng");
        assertThat(saved.statusCode()).isEqualTo(422);
        assertThat(saved.body())
                .contains("Not saved: the test has failed", "The token is wrong", "Copy the token again")
                .doesNotContain("wr0ng");
        assertThat(admin.get(details).body()).contains("not set up");
    }

    @Test
    void saysWhatToDoAboutAStoppedInstance() throws Exception {
        instance.isStoppedForNonPayment();

        assertThat(test(typed()).body()).contains("The instance is stopped", "Extend the instance's subscription");
    }

    @Test
    void saysWhatToDoAboutAnInstanceThatIsNotThere() throws Exception {
        assertThat(test(typed("instance_id", "719999")).body())
                .contains("There is no such instance", "Compare the instance id");
    }

    @Test
    void showsTheCodeThatLinksAPhoneWhileTheInstanceWaitsForIt() throws Exception {
        instance.waitsForQrScan();

        assertThat(test(typed()).body()).contains("Waiting for a scan", "Scan the instance");
        save(typed());
        assertThat(admin.get(details).body()).contains("data-status=\"inactive\"", details + "/login");
        assertThat(admin.get(details + "/login").body()).contains("<svg", "Scan this with the phone", "load delay:20s");
        instance.isConnectedAs(NUMBER, "Corner Shop");
        assertThat(admin.get(details + "/login").body())
                .contains("A phone is linked")
                .doesNotContain("<svg", "delay:20s");
        assertThat(admin.submit(details + "/activate", Map.of()).headers().firstValue("Location"))
                .hasValue(details + "?done=activated");
        assertThat(admin.get(details).body()).contains("data-status=\"active\"").doesNotContain(details + "/login");
    }

    @Test
    void showsADailyLimitThatIsReachedAsWorking() throws Exception {
        save(typed("daily_limit", "1"));
        assertThat(sends()).isTrue();

        assertThat(test(typed("daily_limit", "1")).body())
                .contains("It works; today's limit is reached", "1 of 1 messages used", "again from")
                .doesNotContain("data-bad=\"yes\"");
    }

    @Test
    void showsUltraMsgsOwnLimitAsWorking() throws Exception {
        instance.reachesDailyLimit(0);

        assertThat(test(typed()).body()).contains("It works").doesNotContain("data-bad=\"yes\"");
    }

    @Test
    void savesWithoutATestOnlyIfSomebodySaysSo() throws Exception {
        instance.resetsConnection();
        assertThat(save(typed()).body()).contains("UltraMsg does not answer", "save without testing");

        assertThat(save(typed("untested", "yes")).statusCode()).isEqualTo(302);

        assertThat(admin.get(details).body()).contains("value=\"" + instance.id() + "\"", "data-status=\"inactive\"");
    }

    @Test
    void keepsTheStoredTokenIfNoneIsTyped() throws Exception {
        save(typed());
        Map<String, String> others = typed("token", "");
        others.put("daily_limit", "321");

        assertThat(save(others).statusCode()).isEqualTo(302);

        assertThat(admin.get(details).body()).contains("value=\"321\"", "Stored: ****");
        assertThat(sends()).isTrue();
    }

    @Test
    void refusesAnInstanceThatAnotherOrganizationHas() throws Exception {
        assertThat(save(typed("instance_id", "1150")).body())
                .contains("Not saved")
                .doesNotContain("Sunrise Bakery");
        Map<String, String> theirs = typed("instance_id", "1150");
        theirs.put("token", "bakery-t0ken");
        assertThat(save(theirs).body()).contains("Instance ID is in use").doesNotContain("bakery-t0ken");
    }

    @Test
    void tellsTwoAdminsOfEachOtherAndLosesNothingOfEither() throws Exception {
        save(typed());
        String seen = version();
        changeBy("carl", ConfigDraft.builder().dailyLimit(700).pace("20").build());
        Map<String, String> fields = typed("daily_limit", "650");
        fields.put("version", seen);

        HttpResponse<String> refused = admin.submit(details, fields);

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains(
                        "somebody else has changed this", "carl", "Daily limit", "Pace", "700", "650", "value=\"650\"")
                .contains("name=\"version\" value=\"" + version() + "\"")
                .doesNotContain(token, "<th scope=\"row\">Business number");
        assertThat(admin.get(details).body()).contains("value=\"700\"");

        fields.put("version", version());
        assertThat(admin.submit(details, fields).statusCode()).isEqualTo(302);
        assertThat(admin.get(details).body()).contains("value=\"650\"");
    }

    @Test
    void goesOnWithTheVersionThatItsOwnChangeMade() throws Exception {
        save(typed());
        Map<String, String> fields = typed("daily_limit", "400");
        fields.put("version", version());

        HttpResponse<String> saved = admin.submitForPart(details, fields);

        assertThat(saved.statusCode()).isEqualTo(200);
        assertThat(saved.body())
                .contains("Saved. It is in force", "id=\"version\" name=\"version\" value=\"" + version() + "\"")
                .contains("data-status=\"active\"", "id=\"token\"")
                .doesNotContain("<html", token);
    }

    @Test
    void givesNoPartOfThePageAwayToOneWhoseFormIsOlder() throws Exception {
        save(typed());
        String seen = version();
        changeBy("carl", ConfigDraft.builder().dailyLimit(700).build());

        HttpResponse<String> suspended = admin.submitForPart(details + "/suspend", Map.of("version", seen));

        assertThat(suspended.body()).contains("data-status=\"suspended\"");
        Matcher version = VERSION.matcher(suspended.body());
        assertThat(version.find()).isTrue();
        Map<String, String> fields = typed();
        fields.put("version", version.group(1));
        assertThat(admin.submit(details, fields).statusCode()).isEqualTo(409);
    }

    @Test
    void suspendsActivatesAndDeletes() throws Exception {
        save(typed());
        admin.submit(details + "/suspend", Map.of());
        assertThat(admin.get(details).body()).contains("data-status=\"suspended\"", "id=\"activate\"");
        assertThat(sends()).isFalse();

        admin.submit(details + "/activate", Map.of());
        assertThat(sends()).isTrue();

        admin.submit(details + "/delete", Map.of());
        assertThat(admin.get(details).body()).contains("not set up").doesNotContain(instance.id());
        assertThat(sends()).isFalse();
    }

    @Test
    void activatesNothingThatDoesNotWork() throws Exception {
        save(typed());
        admin.submit(details + "/suspend", Map.of());
        instance.rejectsToken();

        HttpResponse<String> refused = admin.submit(details + "/activate", Map.of());

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("Not activated", "The token is wrong", "data-status=\"suspended\"");
    }

    @Test
    void beginsWithATemplateWithoutSaving() throws Exception {
        Map<String, String> fields = Map.of("template", "starter", "instance_id", "4711", "daily_limit", "3");

        HttpResponse<String> filled = admin.submit(details + "/template", fields);

        assertThat(filled.body())
                .contains("Filled in from starter", "value=\"500\"", "value=\"Europe/Berlin\"", "value=\"4711\"");
        assertThat(admin.get(details).body()).doesNotContain("value=\"Europe/Berlin\"");
        assertThat(admin.submit(details + "/template", Map.of("template", "<nowhere>"))
                        .body())
                .contains("There is no such template")
                .doesNotContain("<nowhere>");
    }

    @Test
    void installsTheWebhookAndTellsWhatIsSet() throws Exception {
        save(typed());
        assertThat(admin.get(details + "/webhook").body()).contains("UltraMsg posts nothing");

        HttpResponse<String> installed = admin.submitForPart(details + "/webhook", Map.of("version", version()));

        assertThat(installed.body())
                .contains("Installed", "/api/webhooks/whatsapp/inbound", "value=\"message_ack\" checked")
                .contains("name=\"version\" value=\"" + version() + "\"");
        assertThat(admin.get(details + "/webhook").body()).contains("UltraMsg posts to this service");
        assertThat(admin.get(details).body()).contains(demo.node().url() + "/api/webhooks/whatsapp/inbound\"");
    }

    @Test
    void saysWhyNoWebhookCanBeInstalled() throws Exception {
        assertThat(admin.submit(details + "/webhook", Map.of()).body()).contains("Not installed");
        save(typed());
        instance.resetsConnection();

        assertThat(admin.submit(details + "/webhook", Map.of()).body()).contains("Not installed");
        assertThat(admin.get(details + "/webhook").body()).contains("is not known");
    }

    @Test
    void slowsDownWhoTestsAgainAndAgain() throws Exception {
        HttpResponse<String> last = null;
        for (int i = 0; i <= 10; i++) {
            last = test(Map.of("instance_id", "1"));
        }

        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(last.body()).contains("Too many tries", "Nothing was tested: try again in");
        HttpResponse<String> part = admin.submitForPart(details + "/test", Map.of("instance_id", "1"));
        assertThat(part.statusCode()).isEqualTo(422);
        assertThat(part.body()).contains("id=\"test-result\"", "try again in").doesNotContain("<html");
    }

    @Test
    void showsAManagerAllButTheTokenAndLetsHimTestButNotChange() throws Exception {
        save(typed());
        Browserless ben = shop.as("ben");

        String page = ben.get(details).body();

        assertThat(page)
                .contains("id=\"test-connection\"", instance.id(), "readonly")
                .doesNotContain("id=\"save\"", "id=\"token\"", "****", "id=\"suspend\"", "id=\"delete\"")
                .doesNotContain("id=\"install-webhook\"", "id=\"login-qr\"", "standby_new");
        assertThat(ben.submit(details + "/test", Map.of("instance_id", "2260")).body())
                .contains("It works", "Corner Shop");
        for (String change :
                new String[] {"", "/check", "/suspend", "/activate", "/delete", "/template", "/webhook", "/standbys"}) {
            assertThat(ben.submit(details + change, Map.of("daily_limit", "1")).statusCode())
                    .as(change)
                    .isEqualTo(403);
        }
        assertThat(ben.get(details + "/login").statusCode()).isEqualTo(403);
        assertThat(ben.get(details + "/webhook").statusCode()).isEqualTo(403);
    }

    @Test
    void showsAnEmployeeNeitherTokenNorLimitNorButtons() throws Exception {
        save(typed());
        Browserless cleo = shop.as("cleo");

        String page = cleo.get(details).body();

        assertThat(page)
                .contains(instance.id(), "id=\"chat-qr\"")
                .doesNotContain("id=\"test-connection\"", "id=\"save\"", "id=\"token\"", "****", "id=\"daily_limit\"");
        assertThat(cleo.submit(details, Map.of("daily_limit", "1")).statusCode())
                .isEqualTo(403);
        assertThat(cleo.submit(details + "/test", Map.of()).statusCode()).isEqualTo(403);
    }

    @Test
    void isNothingForMembersOfOtherOrganizations() throws Exception {
        Browserless dora = shop.as("dora");

        for (String path : new String[] {"", "/chat", "/login", "/webhook", "/code.svg?department=Reception"}) {
            assertThat(dora.get(details + path).statusCode()).as(path).isEqualTo(403);
        }
        assertThat(dora.submit(details, typed()).statusCode()).isEqualTo(403);
        assertThat(dora.get(details.replace("details", "texts")).statusCode()).isEqualTo(403);
    }

    @Test
    void escapesWhateverIsTyped() throws Exception {
        String hostile = "\"><script>alert('x')</script>${7*7}{{x}}";
        Map<String, String> fields = new HashMap<>();
        for (String field : List.of(
                "instance_id",
                "token",
                "business_number",
                "base_url",
                "webhook_url",
                "webhook_events",
                "daily_limit",
                "pace",
                "time_zone",
                "default_region",
                "template",
                "untested",
                "standby_do",
                "standby_instance",
                "standby_new_instance",
                "standby_new_token")) {
            fields.put(field, hostile);
        }
        String elsewhere = "?done=" + URLEncoder.encode(hostile, StandardCharsets.UTF_8);

        for (String body : List.of(
                save(fields).body(),
                save(typed("version", hostile)).body(),
                test(fields).body(),
                admin.submit(details + "/template", fields).body(),
                admin.submit(details + "/standbys", fields).body(),
                admin.submitForPart(details + "/check", fields).body(),
                admin.submitForPart(details, fields).body(),
                admin.get(details + elsewhere + elsewhere.replace("?done", "&department"))
                        .body())) {
            assertThat(body).isNotEmpty().doesNotContain("<script>alert", "49{{");
        }
    }

    @Test
    void showsATokenToNobody() throws Exception {
        save(typed());
        Map<String, String> fields = typed();
        fields.put("version", version());

        for (String body : List.of(
                admin.get(details).body(),
                admin.get(details + "?done=saved").body(),
                admin.submitForPart(details, fields).body(),
                admin.submit(details, typed("pace", "never")).body(),
                admin.submitForPart(details + "/test", fields).body(),
                admin.submit(details + "/template", fields).body(),
                admin.type(details + "/check", "token", fields).body(),
                admin.get(shop.path("audit")).body(),
                shop.as("ben").get(details).body(),
                shop.as("cleo").get(details).body())) {
            assertThat(body).doesNotContain(token);
        }
    }

    @Test
    void refusesAFieldOfAHundredThousandCharacters() throws Exception {
        String large = "x".repeat(100_000);

        for (String field :
                new String[] {"instance_id", "token", "business_number", "time_zone", "webhook_url", "pace"}) {
            assertThat(save(typed(field, large)).statusCode()).as(field).isEqualTo(422);
        }
        assertThat(admin.type(details + "/check", "webhook_url", Map.of("webhook_url", "https://example.com/" + large))
                        .body())
                .contains("has more than")
                .hasSizeLessThan(1_000);
    }
}
