package io.smartqueue.app;

import io.smartqueue.ultramsg.testkit.ReceivedMessage;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class BatchesPageTest {
    private static final Pattern POLL = Pattern.compile("hx-get=\"([^\"]+/progress)\\?seen=([^&\"]+)");

    private static Map<String, String> form(String recipients) {
        Map<String, String> form = new HashMap<>();
        form.put("id", UUID.randomUUID().toString());
        form.put("title", "We are back");
        form.put("message", "Hello {customerName}, {organizationName} is open again.");
        form.put("recipients", recipients);
        return form;
    }

    private static String start(OwnOrganization shop, String member, Map<String, String> form) throws Exception {
        HttpResponse<String> started = shop.as(member).submit(shop.path("batches"), form);
        assertThat(started.statusCode()).isEqualTo(303);
        return started.headers().firstValue("Location").orElseThrow();
    }

    private static String pageOf(OwnOrganization shop, String batch) throws Exception {
        return shop.as("cleo").get(batch).body();
    }

    private static String progress(OwnOrganization shop, String batch) throws Exception {
        return shop.as("cleo").part(batch + "/progress").body();
    }

    private static HttpResponse<String> change(OwnOrganization shop, String batch, String what) throws Exception {
        return shop.as("cleo").submitForPart(batch, Map.of("do", what));
    }

    @ParameterizedTest
    @ValueSource(strings = {"anna", "ben", "cleo"})
    void sendsToAllAndShowsHowFarTheyCome(String member, Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Shop of " + member);
        StubInstance instance = shop.connect();

        String batch = start(shop, member, form("0151 12345630 Ada\n0151 12345631 Bob\n"));

        String end = OwnOrganization.await(
                () -> {
                    instance.awaitWebhooks(Duration.ofSeconds(10));
                    return pageOf(shop, batch);
                },
                page -> page.contains("data-count=\"delivered\"><strong>2</strong>"));
        assertThat(end)
                .contains(
                        "We are back",
                        "by " + member,
                        "id=\"batch-percent\">100 %<",
                        "<progress max=\"100\" value=\"100\"",
                        "data-count=\"accepted\"><strong>2</strong>",
                        "It is done.",
                        "every 5s")
                .doesNotContain("hx-swap-oob", "Pause");
        assertThat(instance.receivedMessages())
                .extracting(ReceivedMessage::body)
                .containsExactly(
                        "Hello Ada, Shop of " + member + " is open again.",
                        "Hello Bob, Shop of " + member + " is open again.");
        assertThat(shop.as("cleo").get(shop.path("batches")).body()).contains(batch, "done", "100 %");
    }

    @Test
    void showsWhatWouldBeSentAndSendsNothing(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Careful shop");
        StubInstance instance = shop.connect();

        HttpResponse<String> preview = shop.as("cleo")
                .submitForPart(
                        shop.path("batches/preview"),
                        form("+4915112345632 Ada\n+4915112345633 Bob\n+4915112345634 Cem\n+4915112345635 Dov"));

        assertThat(preview.statusCode()).isEqualTo(200);
        assertThat(preview.body())
                .startsWith("<form")
                .contains("<strong>4</strong> messages would be sent", "Hello Cem, Careful shop", "+4915112345635 Dov")
                .doesNotContain("Hello Dov", "<html");
        assertThat(shop.as("cleo").get(shop.path("batches")).body()).contains("None yet");
        assertThat(instance.receivedMessages()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"batches", "batches/preview"})
    void namesFaultyLinesAndKeepsAllThatWasTyped(String action, Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Faulty shop");
        Map<String, String> form = form("+4915112345636 Ada\n\n<script>alert(1)</script>\n+4915112345636 Again");
        form.put("message", "Hello {customer}");
        form.put("title", "");

        HttpResponse<String> page = shop.as("cleo").submit(shop.path(action), form);

        assertThat(page.statusCode()).isEqualTo(422);
        assertThat(page.body())
                .contains(
                        "line 3: ",
                        "line 4: its number is that of line 1 too",
                        "The title is missing",
                        "customer",
                        "Hello {customer}",
                        "+4915112345636 Again",
                        "&lt;script&gt;alert(1)")
                .doesNotContain("<script>alert");
    }

    @Test
    void startsOneBatchHoweverOftenItsFormIsSent(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Impatient shop");
        Map<String, String> form = form("+4915112345637 Ada");

        String first = start(shop, "cleo", form);
        String again = start(shop, "cleo", form);
        form.put("message", "Something else");
        HttpResponse<String> another = shop.as("cleo").submit(shop.path("batches"), form);

        assertThat(again).isEqualTo(first);
        assertThat(another.statusCode()).isEqualTo(422);
        assertThat(another.body()).contains("has started a batch already", "Something else");
        assertThat(another.body().split("href=\"" + shop.path("batches") + "/")).hasSize(2);
    }

    @Test
    void pausesResumesAndCancels(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Waiting shop");
        String batch = start(shop, "cleo", form("+4915112345638 Ada"));

        assertThat(pageOf(shop, batch)).contains("not set up yet", "id=\"batch-percent\">0 %<", "every 1s");
        assertThat(change(shop, batch, "pause").body())
                .contains(
                        "data-state=\"paused\"", "It is paused.", "Resume", "hx-swap-oob=\"innerHTML:#batch-spoken\"");
        assertThat(change(shop, batch, "resume").body()).contains("data-state=\"open\"", "Pause");
        assertThat(change(shop, batch, "cancel").body())
                .contains("data-state=\"done\"", "It was cancelled.", "data-count=\"cancelled\"><strong>1</strong>");
        assertThat(shop.as("cleo")
                        .submit(batch, Map.of("do", "pause"))
                        .headers()
                        .firstValue("Location"))
                .hasValue(batch);
        assertThat(change(shop, batch, "forget").statusCode()).isEqualTo(400);
    }

    @Test
    void saysWhySomeWereRejectedAndRetriesThem(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Refused shop");
        StubInstance instance =
                shop.connect().answersRaw(200, "application/json", "{\"error\":\"<b>this</b> is not allowed\"}");
        String batch = start(shop, "cleo", form("+4915112345639 Ada\n+4915112345640 Bob"));

        assertThat(OwnOrganization.await(() -> pageOf(shop, batch), page -> page.contains("Why some were rejected")))
                .contains("is not allowed", "Correct what UltraMsg says", "data-count=\"rejected\"><strong>2</strong>")
                .doesNotContain("<b>this");

        instance.worksNormally();
        change(shop, batch, "retry");

        assertThat(OwnOrganization.await(
                        () -> pageOf(shop, batch), page -> page.contains("data-count=\"accepted\"><strong>2</strong>")))
                .contains("data-count=\"rejected\"><strong>0</strong>");
    }

    @Test
    void saysNothingWhileTheBatchIsAsTheBrowserHasItAndSpeaksSeldom(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Quiet shop");
        String batch = start(shop, "cleo", form("+4915112345641 Ada"));
        Matcher poll = POLL.matcher(pageOf(shop, batch));
        assertThat(poll.find()).isTrue();

        HttpResponse<String> unchanged = shop.as("cleo").part(poll.group(1) + "?seen=" + poll.group(2) + "&told=0");
        HttpResponse<String> changed = shop.as("cleo").part(poll.group(1) + "?seen=other&told=0");

        assertThat(unchanged.statusCode()).isEqualTo(204);
        assertThat(changed.body()).startsWith("<section").doesNotContain("hx-swap-oob");
        assertThat(progress(shop, batch)).contains("hx-swap-oob");
    }

    @Test
    void isForTheOrganizationsMembersAlone(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Private shop");
        OwnOrganization other = OwnOrganization.in(demo, "Other shop");
        String batch = start(shop, "cleo", form("+4915112345642 Ada"));
        String id = batch.substring(batch.lastIndexOf('/'));
        Browserless dora = shop.as("dora");

        assertThat(dora.get(shop.path("batches")).statusCode()).isEqualTo(403);
        assertThat(dora.submit(shop.path("batches"), form("+4915112345643 Ada")).statusCode())
                .isEqualTo(403);
        assertThat(dora.get(batch).statusCode()).isEqualTo(403);
        assertThat(dora.submit(batch, Map.of("do", "cancel")).statusCode()).isEqualTo(403);
        assertThat(shop.as("cleo").get(other.path("batches") + id).statusCode()).isEqualTo(404);
        assertThat(shop.as("cleo").get(shop.path("batches/%20")).statusCode()).isEqualTo(404);
    }
}
