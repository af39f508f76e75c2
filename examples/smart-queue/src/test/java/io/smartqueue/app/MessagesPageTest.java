package io.smartqueue.app;

import io.smartqueue.app.notification.Sending;
import io.smartqueue.ultramsg.conversation.ConversationRule;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class MessagesPageTest {
    private static final Pattern ONCE = Pattern.compile("name=\"once\" value=\"([0-9a-f-]{36})\"");
    private static final Pattern RETRY = Pattern.compile("action=\"([^\"]+/retry)\"");
    /** What UltraMsg says of a message that it does not want, as an invented example. */
    private static final String REFUSAL = "{\"error\":\"<script>alert(1)</script> is not allowed\"}";

    private static void add(OwnOrganization shop, String phone) throws Exception {
        shop.as("cleo")
                .submitForPart(
                        shop.path("board/customers"), Map.of("name", "Ada", "phone", phone, "department", "Reception"));
    }

    private static String messages(OwnOrganization shop, String query) throws Exception {
        return shop.as("cleo").get(shop.path("messages" + query)).body();
    }

    private static HttpResponse<String> send(OwnOrganization shop, String phone, String text, String once)
            throws Exception {
        return shop.as("cleo")
                .submitForPart(shop.path("messages/direct"), Map.of("phone", phone, "text", text, "once", once));
    }

    private static String once(OwnOrganization shop) throws Exception {
        Matcher once = ONCE.matcher(messages(shop, ""));
        assertThat(once.find()).isTrue();
        return once.group(1);
    }

    @Test
    void tellsWhatToDoWhenThereIsNothingYet(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Silent shop");

        assertThat(messages(shop, ""))
                .contains("Nobody was told anything yet", shop.path("board"), "not set up yet", shop.path("details"));
        assertThat(messages(shop, "?show=troubled")).contains("None is in trouble.");
    }

    @Test
    void showsHowFarMessagesHaveCome(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Telling shop");
        StubInstance instance = shop.connect();
        add(shop, "+4915112345600");

        String body = OwnOrganization.await(
                () -> {
                    instance.awaitWebhooks(Duration.ofSeconds(10));
                    return messages(shop, "");
                },
                page -> page.contains("data-delivery=\"delivered\""));

        assertThat(body).contains("data-ticket=\"A-001\"", "ticket created", "delivered");
        assertThat(messages(shop, "?show=troubled")).doesNotContain("data-ticket=\"A-001\"");
    }

    @Test
    void saysWhyAMessageWasRejectedAndPutsItBack(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Refused shop");
        StubInstance instance = shop.connect().answersRaw(200, "application/json", REFUSAL);
        add(shop, "+4915112345601");
        String troubled = OwnOrganization.await(
                () -> messages(shop, "?show=troubled"), page -> page.contains("data-delivery=\"failed\""));

        assertThat(troubled)
                .contains("rejected", "is not allowed", "Correct what UltraMsg says", "&lt;script&gt;")
                .doesNotContain("<script>alert");
        Matcher retry = RETRY.matcher(troubled);
        assertThat(retry.find()).isTrue();

        instance.worksNormally();
        HttpResponse<String> reply = shop.as("cleo").submit(retry.group(1), Map.of("show", "troubled"));

        assertThat(reply.statusCode()).isEqualTo(303);
        assertThat(reply.headers().firstValue("Location")).hasValue(shop.path("messages?retried=yes&show=troubled"));
        assertThat(OwnOrganization.await(
                        () -> messages(shop, "?retried=yes"), page -> !page.contains("data-delivery=\"queued\"")))
                .contains("waits to be sent again")
                .doesNotContain("data-delivery=\"failed\"");
        assertThat(shop.as("cleo").submit(retry.group(1), Map.of()).headers().firstValue("Location"))
                .hasValue(shop.path("messages?retried=no"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"anna", "ben", "cleo"})
    void letsEveryMemberWriteToOneCustomer(String member, Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Writing shop");
        StubInstance instance = shop.connect();

        HttpResponse<String> page = shop.as(member)
                .submit(shop.path("messages/direct"), Map.of("phone", "0151 12345602", "text", "We are <open> today."));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<html", "data-outcome=\"accepted\"", "UltraMsg has taken the message.");
        assertThat(instance.receivedMessages())
                .singleElement()
                .satisfies(message -> assertThat(message.body()).isEqualTo("We are <open> today."));
    }

    @Test
    void sendsOnceWhatIsSentTwice(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Impatient shop");
        StubInstance instance = shop.connect();
        String once = once(shop);

        send(shop, "+4915112345603", "Hello", once);
        HttpResponse<String> again = send(shop, "+4915112345603", "Hello", once);

        assertThat(again.body()).contains("data-outcome=\"accepted\"");
        assertThat(instance.receivedMessages()).hasSize(1);
        assertThat(again.body()).doesNotContain(once);
    }

    @Test
    void saysThatItWasNotSentAndKeepsWhatWasTyped(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Stopped shop");
        shop.connect().rejectsToken();

        HttpResponse<String> reply = send(shop, "+4915112345604", "Hello \"you\"", once(shop));

        assertThat(reply.body())
                .startsWith("<form")
                .contains("data-outcome=\"rejected\"", "Not sent:", "Details", "+4915112345604", "Hello \"you\"");
    }

    @Test
    void saysThatItMayHaveBeenSentAndLooksInsteadOfRepeating(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Lossy shop");
        StubInstance instance = shop.connect().losesReplyAfterAccepting(1);
        String once = once(shop);

        HttpResponse<String> first = send(shop, "+4915112345605", "Hello", once);
        HttpResponse<String> second = send(shop, "+4915112345605", "Hello", once);

        assertThat(first.body()).containsPattern("data-outcome=\"(unknown|accepted)\"");
        assertThat(second.body()).containsPattern("data-outcome=\"(unknown|accepted)\"");
        assertThat(instance.receivedMessages()).hasSize(1);
    }

    @Test
    void sendsNothingWhereSendingIsSwitchedOff(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Switched-off shop");
        StubInstance instance = shop.connect();
        try (Node off = Node.start(DirectRouteTest.with(demo.settings(), Sending.OFF, ConversationRule.FLAGGED))) {
            Browserless cleo = Browserless.at(off.url()).signedInAs("cleo");

            assertThat(cleo.submitForPart(
                                    shop.path("messages/direct"), Map.of("phone", "+4915112345607", "text", "Hello"))
                            .body())
                    .contains("data-outcome=\"off\"", "sending is switched off", "+4915112345607");
            assertThat(cleo.submitForPart(
                                    shop.path("batches"),
                                    Map.of("title", "Off", "message", "Hello", "recipients", "+4915112345607"))
                            .body())
                    .contains("sending is switched off", "<strong>1</strong> message would be sent");
        }
        assertThat(instance.receivedMessages()).isEmpty();
    }

    @Test
    void saysWhatIsWrongBesideTheField(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Typing shop");

        HttpResponse<String> reply = send(shop, "<script>alert(2)</script>", "", once(shop));

        assertThat(reply.statusCode()).isEqualTo(422);
        assertThat(reply.body())
                .contains("write what to send", "aria-invalid=\"true\"", "&lt;script>alert(2)")
                .doesNotContain("<script>alert");
    }

    @Test
    void isForTheOrganizationsMembersAlone(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Private shop");
        Browserless dora = shop.as("dora");

        assertThat(dora.get(shop.path("messages")).statusCode()).isEqualTo(403);
        assertThat(dora.submit(shop.path("messages/direct"), Map.of("phone", "+4915112345606", "text", "Hello"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(dora.submit(shop.path("messages/ticket-1/retry"), Map.of()).statusCode())
                .isEqualTo(403);
    }
}
