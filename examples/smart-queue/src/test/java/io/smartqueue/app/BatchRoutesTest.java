package io.smartqueue.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.smartqueue.app.Program.Answer;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import static io.smartqueue.ultramsg.testkit.UltraMsgAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class BatchRoutesTest {
    private static final String PATH = "/api/notifications/batches";

    private TestOrganization shop;
    private Program program;

    @BeforeEach
    void found(Demo demo) {
        shop = TestOrganization.of(demo);
        program = shop.admin();
    }

    private static List<Map<String, Object>> recipients(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Map.<String, Object>of("phone", "+1555" + (1_000_000 + i), "customerName", "Guest " + i))
                .toList();
    }

    private Map<String, Object> batch(List<?> recipients, Object... more) {
        Map<String, Object> json =
                shop.json("title", "News", "message", "Hello {customerName}, we are back.", "recipients", recipients);
        for (int i = 0; i < more.length; i += 2) {
            json.put((String) more[i], more[i + 1]);
        }
        return json;
    }

    private String at(String batch) {
        return PATH + "/" + batch + "?organizationId=" + shop.id();
    }

    @Test
    void sendsToAllAndTellsHowFarItIs() throws Exception {
        Answer started = program.post(PATH, batch(recipients(3)));
        String id = started.text("batchId");
        TestOrganization.eventually(
                () -> program.get(at(id)).json().path("done").asBoolean());
        JsonNode progress = program.get(at(id)).json();

        assertThat(started.status()).as(started.toString()).isEqualTo(202);
        assertThat(started.json().path("counts").path("total").asInt()).isEqualTo(3);
        assertThat(started.text("startedBy")).isEqualTo("anna");
        assertThat(progress.path("fraction").asDouble()).isEqualTo(1);
        assertThat(progress.path("state").asText()).isEqualTo("open");
        assertThat(progress.path("counts").path("accepted").asInt()).isEqualTo(3);
        assertThat(shop.instance())
                .receivedTexts(
                        "Hello Guest 0, we are back.", "Hello Guest 1, we are back.", "Hello Guest 2, we are back.");
        assertThat(program.get(PATH + "?organizationId=" + shop.id())
                        .json()
                        .path("batches")
                        .findValuesAsText("title"))
                .containsExactly("News");
    }

    @Test
    void startsOneBatchHoweverManyAskForItAtOnce() throws Exception {
        Map<String, Object> json = batch(recipients(40), "batchId", "spring-news");
        ExecutorService callers = Executors.newFixedThreadPool(8);
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(callers.submit(() -> program.post(PATH, json)));
        }
        for (Future<Answer> answer : answers) {
            assertThat(answer.get().status()).as(answer.get().toString()).isEqualTo(202);
            assertThat(answer.get().json().path("counts").path("total").asInt()).isEqualTo(40);
        }
        callers.shutdown();
        json.put("message", "Something else");
        Answer another = program.post(PATH, json);

        assertThat(another.status()).isEqualTo(409);
        assertThat(another.text("code")).isEqualTo("batch_exists");
        assertThat(shop.count("SELECT count(*) FROM batches WHERE organization_id = ?"))
                .isOne();
    }

    @Test
    void saysAllThatIsWrongAtOnceAndEnqueuesNothing() throws Exception {
        List<Object> recipients = new ArrayList<>(recipients(3));
        recipients.add(Map.of("phone", "030 4711", "customerName", "Local"));
        recipients.add(Map.of("phone", "+15551000001", "customerName", "Twice"));
        recipients.add(Map.of("phone", "+15559990000"));
        recipients.add(Map.of("customerName", "Nobody"));
        recipients.add(Map.of("phone", List.of(), "customerName", "Odd"));

        Answer refused = program.post(PATH, batch(recipients, "title", " ", "notBefore", "tomorrow"));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().path("errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder(
                        "title",
                        "notBefore",
                        "recipients[3].phone",
                        "recipients[4].phone",
                        "recipients[5].customerName",
                        "recipients[6].phone",
                        "recipients[7].phone");
        assertThat(refused.toString())
                .contains("is that of recipients[1] too")
                .doesNotContain("4711")
                .doesNotContain("5551");
        assertThat(shop.count("SELECT count(*) FROM batches WHERE organization_id = ?"))
                .isZero();
        assertThat(shop.whatsApp().outbox().backlog(shop.id()).waiting()).isZero();
    }

    @Test
    void refusesATextWithVariablesThatThereAreNot() throws Exception {
        Answer refused = program.post(PATH, batch(recipients(1), "message", "Hello {name}"));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("detail")).contains("message", "customerName");
    }

    @Test
    void refusesMoreThanTenThousandAndTakesTenThousand() throws Exception {
        Answer tooMany = program.post(PATH, batch(recipients(10_001)));
        Answer enough = program.post(PATH, batch(recipients(10_000), "notBefore", "2099-01-01T00:00:00Z"));

        assertThat(tooMany.status()).isEqualTo(422);
        assertThat(enough.status()).as(enough.text("detail")).isEqualTo(202);
        assertThat(enough.json().path("counts").path("queued").asInt()).isEqualTo(10_000);
        Answer cancelled = program.post(PATH + "/" + enough.text("batchId") + "/cancel", shop.json());
        assertThat(cancelled.text("state")).isEqualTo("cancelled");
        assertThat(cancelled.json().path("counts").path("cancelled").asInt()).isEqualTo(10_000);
    }

    @Test
    void readsLocalNumbersOfTheOrganizationsRegion() throws Exception {
        shop.with(ConfigDraft.builder().defaultRegion("DE").build());

        Answer dry = program.post(
                PATH, batch(List.of(Map.of("phone", "030 901820", "customerName", "Kim")), "dryRun", true));

        assertThat(dry.json().path("success").asBoolean()).as(dry.toString()).isTrue();
    }

    @Test
    void showsInADryRunWhatWouldBeSentAndChangesNothing() throws Exception {
        List<Object> recipients = new ArrayList<>(recipients(5));
        recipients.add(Map.of("phone", "?"));

        Answer dry = program.post(PATH, batch(recipients, "dryRun", true));

        assertThat(dry.status()).isEqualTo(200);
        assertThat(dry.json().path("success").asBoolean(true)).isFalse();
        assertThat(dry.json().path("count").asInt()).isEqualTo(5);
        assertThat(dry.json().path("texts").get(0).asText()).isEqualTo("Hello Guest 0, we are back.");
        assertThat(dry.json().path("errors").findValuesAsText("field"))
                .containsExactlyInAnyOrder("recipients[5].phone", "recipients[5].customerName");
        assertThat(shop.count("SELECT count(*) FROM batches WHERE organization_id = ?"))
                .isZero();
        assertThat(shop.whatsApp().outbox().backlog(shop.id()).waiting()).isZero();
    }

    @Test
    void holdsABatchLetsItGoOnAndEndsIt() throws Exception {
        Instant later = Instant.now().plus(Duration.ofHours(1));
        String id = program.post(PATH, batch(recipients(4), "notBefore", later.toString()))
                .text("batchId");

        Answer paused = program.post(PATH + "/" + id + "/pause", shop.json());
        Answer resumed = program.post(PATH + "/" + id + "/resume", shop.json());
        Answer retried = program.post(PATH + "/" + id + "/retry", shop.json());
        Answer cancelled = program.post(PATH + "/" + id + "/cancel", shop.json());
        Answer tooLate = program.post(PATH + "/" + id + "/resume", shop.json());

        assertThat(paused.text("state")).isEqualTo("paused");
        assertThat(resumed.text("state")).isEqualTo("open");
        assertThat(retried.json().path("retried").asInt(-1)).isZero();
        assertThat(cancelled.json().path("counts").path("cancelled").asInt()).isEqualTo(4);
        assertThat(tooLate.status()).isEqualTo(409);
        assertThat(tooLate.text("code")).isEqualTo("batch_cancelled");
        assertThat(shop.instance()).receivedNothing();
    }

    @Test
    void triesAgainWhatUltraMsgHasRefused() throws Exception {
        shop.instance().answersRaw(200, "application/json", "{\"error\":\"this is not allowed\"}");
        String id = program.post(PATH, batch(recipients(2))).text("batchId");
        TestOrganization.eventually(() -> count(id, "rejected") == 2);
        shop.instance().worksNormally();

        Answer retried = program.post(PATH + "/" + id + "/retry", shop.json());
        TestOrganization.eventually(() -> count(id, "accepted") == 2);

        assertThat(retried.status()).isEqualTo(200);
        assertThat(retried.json().path("retried").asInt()).isEqualTo(2);
        assertThat(count(id, "rejected")).isZero();
        assertThat(shop.instance()).receivedMessages(2);
    }

    private int count(String batch, String what) throws Exception {
        return program.get(at(batch)).json().path("counts").path(what).asInt();
    }

    @Test
    void isForMembersOfTheOrganizationAlone(Demo demo) throws Exception {
        String id = program.post(PATH, batch(recipients(1))).text("batchId");
        Program dora = Program.of(demo, "dora");
        TestOrganization other = TestOrganization.of(demo);

        assertThat(dora.post(PATH, batch(recipients(1))).status()).isEqualTo(403);
        assertThat(dora.get(at(id)).status()).isEqualTo(403);
        for (String decision : List.of("cancel", "pause", "resume", "retry")) {
            assertThat(dora.post(PATH + "/" + id + "/" + decision, shop.json()).status())
                    .isEqualTo(403);
        }
        assertThat(program.get(PATH + "/" + id + "?organizationId=" + other.id())
                        .status())
                .isEqualTo(404);
        assertThat(program.post(PATH + "/" + id + "/cancel", other.json()).status())
                .isEqualTo(404);
        assertThat(program.get(at("no%20name")).status()).isEqualTo(404);
        assertThat(Program.at(demo.node().url(), "").get(at(id)).status()).isEqualTo(401);
    }
}
