package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.fixtures.ApiCall;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

/**
 * Replies in all the shapes that are known of them. Source: UltraMsg documentation and replies its users publish, as read in
 * November 2026. Replies to instance/status and instance/me: {@link QuestionsTest}.
 */
@Timeout(30)
class ReplyShapesTest {
    private static final Instant TIME = Instant.ofEpochSecond(1651931190);

    private final ScriptedServer server = new ScriptedServer();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final UltraMsgClient client = http.client(Samples.credentials(server.url()));
    private final ChatId ann = ChatId.parse(ApiCall.CHAT);

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    private void answer(String body) {
        server.next(Replies.json(200, body));
    }

    private QueuedMessage onlyMessage(String body) {
        answer(body);
        return client.messages().page(MessageQuery.all(), 1).messages().get(0);
    }

    @Test
    void readsAPageOfMessages() {
        answer(ApiCall.MESSAGES);

        MessagePage page = client.messages().page(MessageQuery.all(), 1);

        assertThat(page.total()).hasValue(1115);
        assertThat(page.pages()).hasValue(1);
        assertThat(page.number()).isOne();
        QueuedMessage message = page.messages().get(0);
        assertThat(message.id()).isEqualTo(new QueueId("311777"));
        assertThat(message.referenceId()).isEmpty();
        assertThat(message.from()).contains(ChatId.parse("12015550124@c.us"));
        assertThat(message.to().flatMap(ChatId::number)).contains(PhoneNumber.parse(Samples.NUMBER));
        assertThat(message.body()).isEqualTo(Samples.TEXT);
        assertThat(message.priority()).hasValue(1);
        assertThat(message.status()).isEqualTo(MessageStatus.SENT);
        assertThat(message.ack()).contains(MessageAck.PENDING);
        assertThat(message.type()).isEqualTo(MessageType.CHAT);
        assertThat(message.createdAt()).contains(TIME);
        assertThat(message.sentAt()).contains(TIME.plusSeconds(1));
        assertThat(message.members().asMap()).containsEntry("metadata", Map.of());
        assertThat(message).hasToString("QueuedMessage[311777, chat, sent]");
        assertThat(page).hasToString("MessagePage[1, 1 messages]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sent_at\":null,\"ack\":null,\"metadata\":[]}",
                "{\"sent_at\":0,\"ack\":\"\"}",
                "{\"sent_at\":\"0\"}",
                "{\"sent_at\":\"\"}",
                "{\"sent_at\":-1}",
                "{}"
            })
    void readsAMessageThatWaits(String message) {
        QueuedMessage waiting = onlyMessage("{\"messages\":[" + message + "]}");

        assertThat(waiting.sentAt()).isEmpty();
        assertThat(waiting.ack()).isEmpty();
        assertThat(waiting.id().isAssigned()).isFalse();
    }

    @Test
    void readsNumbersAsTextAndKeepsWhatIsUnknown() {
        QueuedMessage message = onlyMessage("[{\"id\":\"7\",\"priority\":\"10\",\"created_at\":\"1651931190\","
                + "\"status\":\"paused\",\"ack\":\"heard\",\"type\":\"poll\",\"failed_reason\":\"temporary_block\","
                + "\"referenceId\":\"order 42/ü\",\"to\":\"" + Samples.NUMBER + "\"}]");

        assertThat(message.id()).isEqualTo(new QueueId("7"));
        assertThat(message.priority()).hasValue(10);
        assertThat(message.createdAt()).contains(TIME);
        assertThat(message.status()).isEqualTo(new MessageStatus("paused")).hasToString("paused");
        assertThat(message.ack()).contains(new MessageAck("heard"));
        assertThat(message.type()).isEqualTo(new MessageType("poll"));
        assertThat(message.members().text("failed_reason")).contains("temporary_block");
        assertThat(message.referenceId()).contains("order 42/ü");
        assertThat(message.to().flatMap(ChatId::number)).contains(PhoneNumber.parse(Samples.NUMBER));
    }

    @Test
    void knowsEveryStatusByItsName() {
        answer("[{\"status\":\"queue\"},{\"status\":\"sent\"},{\"status\":\"unsent\"},{\"status\":\"invalid\"},"
                + "{\"status\":\"expired\"}]");

        assertThat(client.messages().page(MessageQuery.all(), 1).messages())
                .extracting(QueuedMessage::status)
                .containsExactly(
                        MessageStatus.QUEUE,
                        MessageStatus.SENT,
                        MessageStatus.UNSENT,
                        MessageStatus.INVALID,
                        MessageStatus.EXPIRED);
    }

    @Test
    void knowsEveryAckByItsName() {
        answer(
                "[{\"ack\":\"pending\"},{\"ack\":\"server\"},{\"ack\":\"device\"},{\"ack\":\"read\"},{\"ack\":\"played\"}]");

        assertThat(client.messages().page(MessageQuery.all(), 1).messages())
                .extracting(message -> message.ack().orElseThrow())
                .containsExactly(
                        MessageAck.PENDING, MessageAck.SERVER, MessageAck.DEVICE, MessageAck.READ, MessageAck.PLAYED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "{\"messages\":[]}", "{\"messages\":{},\"total\":\"0\"}", "{\"data\":[]}"})
    void readsNoMessages(String body) {
        answer(body);

        assertThat(client.messages().page(MessageQuery.all(), 1).messages()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ApiCall.STATISTICS,
                "{\"sent\":3,\"queue\":0,\"unsent\":1}",
                "{\"messages_statistics\":{\"sent\":\"3\",\"unsent\":\"1\",\"paused\":2}}"
            })
    void readsStatisticsNestedOrFlat(String body) {
        answer(body);

        MessageStatistics statistics = client.messages().statistics();

        assertThat(statistics.count(MessageStatus.SENT)).isEqualTo(3);
        assertThat(statistics.count(MessageStatus.UNSENT)).isOne();
        assertThat(statistics.count(MessageStatus.QUEUE)).isZero();
        assertThat(statistics.count(new MessageStatus("paused"))).isEqualTo(body.contains("paused") ? 2 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"qrCode\":\"2@abc\"}", "{\"qrcode\":\"2@abc\"}"})
    void readsTheTextOfAQrCode(String body) {
        answer(body);

        assertThat(client.instance().qrText()).isEqualTo("2@abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {ApiCall.SETTINGS, "{\"data\":" + ApiCall.SETTINGS + "}"})
    void readsSettingsOfAnyType(String body) {
        answer(body);

        InstanceSettings settings = client.instance().settings();

        assertThat(settings.sendDelay()).contains(Duration.ofSeconds(1));
        assertThat(settings.sendDelayMax()).contains(Duration.ofSeconds(15));
        assertThat(settings.webhookUrl()).contains(URI.create("https://shop.example/fake-t0ken-of-the-tests"));
        assertThat(settings.webhookRetries()).hasValue(3);
        assertThat(settings.webhookEvents())
                .containsExactly(WebhookEventName.MESSAGE_RECEIVED, WebhookEventName.MESSAGE_ACK);
        assertThat(settings.downloadsMedia()).contains(false);
        assertThat(settings).hasToString("InstanceSettings[[MESSAGE_RECEIVED, MESSAGE_ACK], Members[8]]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "[]", "{\"webhook_url\":\"\",\"webhook_message_ack\":\"\"}", "{\"webhook_url\":null}"})
    void readsSettingsThatAreNotSet(String body) {
        answer(body);

        InstanceSettings settings = client.instance().settings();

        assertThat(settings.sendDelay()).isEmpty();
        assertThat(settings.webhookUrl()).isEmpty();
        assertThat(settings.webhookEvents()).isEmpty();
        assertThat(settings.downloadsMedia()).isEmpty();
    }

    @Test
    void readsTheMembersOfAnAccount() {
        answer("{\"id\":\"12015550123@c.us\",\"name\":\"Acme\",\"is_business\":\"1\",\"battery\":\"87\","
                + "\"device\":{\"platform\":\"android\"}}");

        Members members = client.instance().me().members();

        assertThat(members.flag("is_business")).contains(true);
        assertThat(members.number("battery")).hasValue(87);
        assertThat(members.text("device")).isEmpty();
        assertThat(members.asMap()).containsEntry("device", Map.of("platform", "android"));
        assertThat(members).hasToString("Members[5]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ApiCall.PEOPLE,
                "{\"contacts\":" + ApiCall.PEOPLE + "}",
                "{\"chats\":" + ApiCall.PEOPLE + "}",
                "{\"groups\":" + ApiCall.PEOPLE + "}",
                "{\"data\":" + ApiCall.PEOPLE + "}",
                "{\"list\":" + ApiCall.PEOPLE + "}"
            })
    void readsListsBareOrWrapped(String body) {
        if (!body.contains("chats") && !body.contains("groups")) {
            answer(body);
            Contact contact = client.contacts().list().get(0);
            assertThat(contact.id()).isEqualTo(ann);
            assertThat(contact.name()).isEqualTo("Ann");
            assertThat(contact.members().text("pushname")).contains("Annie");
            assertThat(contact).hasToString("Contact[ChatId[person]]");
        }
        if (!body.contains("contacts") && !body.contains("groups")) {
            answer(body);
            Chat chat = client.chats().list().get(0);
            assertThat(chat.id()).isEqualTo(ann);
            assertThat(chat.name()).isEqualTo("Ann");
            assertThat(chat).hasToString("Chat[ChatId[person]]");
        }
        if (!body.contains("contacts") && !body.contains("chats")) {
            answer(body);
            Group group = client.groups().list().get(0);
            assertThat(group.id()).isEqualTo(ann);
            assertThat(group.name()).isEqualTo("Ann");
            assertThat(group).hasToString("Group[ChatId[person]]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ApiCall.IDS, "{\"ids\":" + ApiCall.IDS + "}"})
    void readsIds(String body) {
        ChatId choir = ChatId.parse(ApiCall.GROUP);

        answer(body);
        assertThat(client.chats().ids()).containsExactly(ann, choir);
        answer(body);
        assertThat(client.contacts().ids()).containsExactly(ann, choir);
        answer(body);
        assertThat(client.contacts().invalid()).containsExactly(ann, choir);
        answer(body);
        assertThat(client.groups().ids()).containsExactly(ann, choir);
        answer(body);
        assertThat(client.contacts().blocked()).extracting(Contact::id).containsExactly(ann, choir);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"contacts\":7}", "{\"page\":1}", "[null]", "[{\"name\":\"Ann\"}]"})
    void doesNotTakeSomethingElseForContacts(String body) {
        answer(body);

        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> client.contacts().list())
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(ProviderErrorKind.PROTOCOL));
    }

    @Test
    void readsMessagesOfAChat() {
        answer(ApiCall.CHAT_MESSAGES);

        ChatMessage message = client.chats().messages(ann, 50).get(0);

        assertThat(message.id()).contains(MessageId.of(ApiCall.MESSAGE));
        assertThat(message.from()).contains(ChatId.parse("12015550124@c.us"));
        assertThat(message.to()).contains(ann);
        assertThat(message.author()).isEmpty();
        assertThat(message.isFromMe()).isTrue();
        assertThat(message.type()).isEqualTo(MessageType.CHAT);
        assertThat(message.body()).isEqualTo(Samples.TEXT);
        assertThat(message.ack()).contains(MessageAck.READ);
        assertThat(message.time()).contains(TIME);
        assertThat(message.members().text("pushname")).contains("Ann");
        assertThat(message).hasToString("ChatMessage[chat]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"status\":\"valid\",\"chatId\":\"12015550123@c.us\"} | true | false",
                "{\"status\":\"Valid\"} | true | false",
                "{\"status\":\"invalid\"} | false | true",
                "{\"status\":\"quota used up\"} | false | false",
                "{} | false | false",
                "[] | false | false"
            })
    void readsWhetherANumberIsOnWhatsApp(String body, boolean is, boolean isNot) {
        answer(body);

        NumberCheck check = client.contacts().check(ann);

        assertThat(check.isOnWhatsApp()).isEqualTo(is);
        assertThat(check.isNotOnWhatsApp()).isEqualTo(isNot);
    }

    @ParameterizedTest
    @ValueSource(strings = {"success", "url", "link"})
    void readsWhereAPictureIs(String member) {
        answer("{\"" + member + "\":\"https:\\/\\/files.example\\/a.jpg\"}");

        assertThat(client.contacts().picture(ann)).contains(URI.create("https://files.example/a.jpg"));
    }

    @Test
    void saysThatThereIsNoPicture() {
        server.next(
                Replies.json(200, "{\"error\":\"contact don't have picture\"}"),
                Replies.json(404, "{\"error\":\"Don't have picture\"}"),
                Replies.json(200, "{\"error\":\"user not found\"}"),
                Replies.json(200, "{\"error\":\"not in your chat list\"}"),
                Replies.json(200, "{\"success\":\"done\"}"));

        assertThat(client.contacts().picture(ann)).isEmpty();
        assertThat(client.contacts().picture(ann)).isEmpty();
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> client.contacts().picture(ann))
                .withMessageContaining("user not found");
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> client.contacts().picture(ann))
                .withMessageContaining("not in your chat list");
        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> client.contacts().picture(ann))
                .withMessageContaining("no address");
    }

    @Test
    void keepsMembersOfEveryType() {
        answer("{\"id\":\"a\",\"t\":\"x\",\"n\":5,\"b\":true,\"d\":1.5,\"z\":null,\"l\":[1,null,{\"x\":\"y\"}],"
                + "\"h\":12345678901234567890}");

        Map<String, Object> members = client.contacts().get(ann).members().asMap();

        assertThat(members)
                .containsExactly(
                        entry("id", "a"),
                        entry("t", "x"),
                        entry("n", 5L),
                        entry("b", true),
                        entry("d", 1.5),
                        entry("z", null),
                        entry("l", Arrays.asList(1L, null, Map.of("x", "y"))),
                        entry("h", new BigInteger("12345678901234567890")))
                .isUnmodifiable();
    }

    @Test
    void readsListsThatAreLongerThanOtherReplies() {
        String person = "{\"id\":\"12015550123@c.us\",\"name\":\"" + "x".repeat(1000) + "\"},";
        String people = "[" + person.repeat(3_000) + "{\"id\":\"a\"}]";
        answer(people);
        server.next(Replies.bigBody(33 * 1024 * 1024));

        assertThat(client.contacts().list()).hasSize(3_001);
        assertThatExceptionOfType(NoReplyException.class)
                .isThrownBy(() -> client.contacts().list());
    }

    @Test
    void readsAPictureWhereOneIs() {
        server.next(Replies.answer(200, "image/png", "not really a PNG"));

        assertThat(client.instance().qrImage()).asString().isEqualTo("not really a PNG");
        assertThat(server.requests().get(0).target()).isEqualTo("/instance1150/instance/qr?token=" + Samples.TOKEN);
        assertThat(server.requests().get(0).headers().get("accept")).startsWith("image/png");
    }

    @Test
    @SuppressWarnings("deprecation")
    void readsAScreenshot() {
        server.next(Replies.answer(200, "image/jpeg", "not really a JPEG"));

        assertThat(client.instance().screenshot()).asString().isEqualTo("not really a JPEG");
        assertThat(server.requests().get(0).path()).isEqualTo("/instance1150/instance/screenshot");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | application/json | {\"error\":\"instance status is not equal to qr\"} | INSTANCE_NOT_READY",
                "404 | application/json | {\"error\":\"Instance not found\"} | INSTANCE_NOT_FOUND",
                "200 | application/json | {\"qr\":\"soon\"} | PROTOCOL",
                "200 | text/html | <html>hello</html> | PROTOCOL",
                "200 | image/png | '' | PROTOCOL",
                "502 | image/png | picture of an error | PROTOCOL"
            })
    void doesNotTakeAnythingElseForAPicture(int status, String type, String body, ProviderErrorKind kind) {
        server.next(Replies.answer(status, type, body));

        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> client.instance().qrImage())
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    @Test
    void tellsKindsOfChatsApart() {
        assertThat(List.of(
                        ann.toString(),
                        ChatId.parse(ApiCall.GROUP).toString(),
                        ChatId.parse("1@newsletter").toString()))
                .containsExactly("ChatId[person]", "ChatId[group]", "ChatId[other]");
        assertThat(ChatId.of(PhoneNumber.parse(Samples.NUMBER))).isEqualTo(ann);
        assertThat(ChatId.parse(ApiCall.GROUP).isGroup()).isTrue();
        assertThat(ChatId.parse(ApiCall.GROUP).number()).isEmpty();
        assertThat(ChatId.parse(" nobody@c.us ").number()).isEmpty();
    }
}
