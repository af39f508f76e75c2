package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.WebhookEventName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** docs/ultramsg-api.md, section 5. */
class PostedEventTest {
    private static final String RECEIVED = """
            {"event_type":"message_received","instanceId":"1150","id":"","referenceId":"",
             "hash":"0123456789abcdef0123456789abcdef",
             "data":{"id":"false_12015550123@c.us_3EB0ABCDEF","sid":"3EB0ABCDEF",
              "from":"12015550123@c.us","to":"12015550199@c.us","author":"","pushname":"Ann",
              "ack":"","type":"chat","body":"Am I next?","media":"",
              "fromMe":false,"self":false,"isForwarded":false,"isMentioned":false,
              "quotedMsg":{},"mentionedIds":[],"time":1651931190}}
            """;

    private static PostedEvent event(String body) {
        return PostedEvent.read(body.getBytes(UTF_8)).orElseThrow();
    }

    private static ChatMessage data(String data) {
        return event("{\"event_type\":\"message_received\",\"data\":" + data + "}")
                .message();
    }

    @Test
    void saysWhoWroteWhatToWhom() {
        PostedEvent event = event(RECEIVED);
        ChatMessage message = event.message();

        assertThat(event.name()).isEqualTo("message_received");
        assertThat(event.kind()).contains(WebhookEventName.MESSAGE_RECEIVED);
        assertThat(event.instance()).contains(InstanceId.parse("1150"));
        assertThat(event.queueId()).isEmpty();
        assertThat(event.reference()).isEmpty();
        assertThat(event.members().text("hash")).contains("0123456789abcdef0123456789abcdef");
        assertThat(message.id()).contains(MessageId.of("false_12015550123@c.us_3EB0ABCDEF"));
        assertThat(message.from()).contains(ChatId.parse("12015550123@c.us"));
        assertThat(message.to()).contains(ChatId.parse("12015550199@c.us"));
        assertThat(message.author()).isEmpty();
        assertThat(message.senderName()).isEqualTo("Ann");
        assertThat(message.type()).isEqualTo(MessageType.CHAT);
        assertThat(message.text()).isEqualTo("Am I next?");
        assertThat(message.media()).isEmpty();
        assertThat(message.location()).isEmpty();
        assertThat(message.quoted()).isEmpty();
        assertThat(message.ack()).isEmpty();
        assertThat(message.isFromMe()).isFalse();
        assertThat(message.time()).contains(Instant.ofEpochSecond(1651931190));
    }

    @Test
    void printsNothingOfWhatItSays() {
        assertThat(event(RECEIVED)).hasToString("PostedEvent[message_received]");
        assertThat(event("{\"event_type\":\"+12015550123 wrote\"}")).hasToString("PostedEvent[other]");
        assertThat(data("{\"lat\":52.5,\"lng\":13.4,\"address\":\"Home\"}").location())
                .hasToString("Optional[Location]");
    }

    @Test
    void needsNothingButItsName() {
        PostedEvent event = event("{\"event_type\":\"message_ack\"}");

        assertThat(event.kind()).contains(WebhookEventName.MESSAGE_ACK);
        assertThat(event.instance()).isEmpty();
        assertThat(event.queueId()).isEmpty();
        assertThat(event.reference()).isEmpty();
        assertThat(event.target()).isEmpty();
        assertThat(event.message().id()).isEmpty();
        assertThat(event.message().from()).isEmpty();
        assertThat(event.message().text()).isEmpty();
        assertThat(event.message().isFromMe()).isFalse();
        assertThat(event.message().time()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "message_ack, message_ack",
        "webhook_message_ack, message_ack",
        "WEBHOOK_MESSAGE_ACK, MESSAGE_ACK",
        "' message_ack ', message_ack",
        "call_received, call_received",
        "12, 12"
    })
    void hasItsNameWithoutThePrefix(String posted, String name) {
        assertThat(event("{\"event_type\":\"" + posted + "\"}").name()).isEqualTo(name);
    }

    @Test
    void readsNumbersThatAreTextsAndTextsThatAreNumbers() {
        PostedEvent event = event("{\"event_type\":\"message_ack\",\"instanceId\":1150,\"id\":311777,"
                + "\"referenceId\":\"ticket-7\",\"data\":{\"time\":\"1651931190\",\"fromMe\":\"1\",\"body\":42}}");

        assertThat(event.instance()).contains(InstanceId.parse("1150"));
        assertThat(event.queueId()).contains(new QueueId("311777"));
        assertThat(event.reference()).contains(Reference.of("ticket-7"));
        assertThat(event.message().time()).contains(Instant.ofEpochSecond(1651931190));
        assertThat(event.message().isFromMe()).isTrue();
        assertThat(event.message().text()).isEqualTo("42");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"\"", "7", "[[]]", "{}"})
    void mayHaveAnythingForNoData(String data) {
        assertThat(data(data).id()).isEmpty();
        assertThat(data("{\"quotedMsg\":" + data + "}").quoted()).isEmpty();
        assertThat(data("{\"location\":" + data + "}").location()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "order #7", "\\u0000", "äöü"})
    void namesNoReferenceThatIsNoneOfOurs(String reference) {
        assertThat(event("{\"event_type\":\"message_ack\",\"referenceId\":\"" + reference + "\"}")
                        .reference())
                .isEmpty();
        assertThat(event("{\"event_type\":\"message_ack\",\"id\":\"" + reference + " \"}")
                        .queueId())
                .as("of signs that a store takes")
                .isEqualTo(Optional.empty());
    }

    @Test
    void knowsItsOwnMessagesByTheirIdWhereNothingElseSaysSo() {
        assertThat(data("{\"id\":\"true_12015550123@c.us_3EB0\"}").isFromMe()).isTrue();
        assertThat(data("{\"id\":\"false_12015550123@c.us_3EB0\"}").isFromMe()).isFalse();
        assertThat(data("{\"id\":\"true_12015550123@c.us_3EB0\",\"fromMe\":false}")
                        .isFromMe())
                .isFalse();
    }

    @Nested
    class Files {
        @Test
        void haveAnAddressACaptionAndAName() {
            ChatMessage message = data("{\"type\":\"document\",\"media\":\"https://media.example.com/a.pdf?sig=1\","
                    + "\"body\":\"\",\"caption\":\"The menu\",\"filename\":\"menu.pdf\"}");

            assertThat(message.media()).contains(URI.create("https://media.example.com/a.pdf?sig=1"));
            assertThat(message.text()).isEqualTo("The menu");
            assertThat(message.fileName()).isEqualTo("menu.pdf");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "file:///etc/passwd", "javascript:alert(1)", "http://[", "https:///a"})
        void haveAddressesOfTheWebOnly(String address) {
            assertThat(data("{\"media\":\"" + address + "\"}").media()).isEmpty();
        }
    }

    @Nested
    class Locations {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"location\":{\"lat\":52.5,\"lng\":-13.25,\"address\":\"Alexanderplatz\"}}",
                    "{\"location\":{\"latitude\":\"52.5\",\"longitude\":\"-13.25\",\"address\":\"Alexanderplatz\"}}",
                    "{\"lat\":\"52.50\",\"lng\":-13.25,\"address\":\"Alexanderplatz\",\"location\":[]}"
                })
        void areWhereverTheyAreNamed(String data) {
            assertThat(data(data).location()).contains(new Location(52.5, -13.25, "Alexanderplatz"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"lat\":90.1,\"lng\":0}",
                    "{\"lat\":0,\"lng\":-181}",
                    "{\"lat\":1e999,\"lng\":0}",
                    "{\"lat\":\"NaN\",\"lng\":\"NaN\"}",
                    "{\"lat\":\"0x1p3\",\"lng\":\"1d\"}",
                    "{\"lat\":52.5}",
                    "{\"lat\":true,\"lng\":{}}"
                })
        void areOnEarth(String data) {
            assertThat(data(data).location()).isEmpty();
        }

        @Test
        void haveNoTextInWhichTheirPictureIs() {
            ChatMessage message = data("{\"type\":\"location\",\"lat\":1,\"lng\":2,\"body\":\"/9j/4AAQSkZJRgABAQ\"}");

            assertThat(message.text()).isEmpty();
            assertThat(message.body()).isEqualTo("/9j/4AAQSkZJRgABAQ");
        }
    }

    @Test
    void namesTheMessageThatIsAnswered() {
        ChatMessage quoted = data("{\"quotedMsg\":{\"id\":\"true_12015550123@c.us_3EB0\",\"body\":\"Ready\"}}")
                .quoted()
                .orElseThrow();

        assertThat(quoted.id()).contains(MessageId.of("true_12015550123@c.us_3EB0"));
        assertThat(quoted.text()).isEqualTo("Ready");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"msgId\":\"true_12015550123@c.us_3EB0\"}",
                "{\"quotedMsg\":{\"id\":\"true_12015550123@c.us_3EB0\"}}",
                "{\"msgId\":\"\",\"quotedMsg\":{\"id\":\"true_12015550123@c.us_3EB0\"}}"
            })
    void namesTheMessageThatAReactionIsTo(String data) {
        assertThat(event("{\"event_type\":\"message_reaction\",\"data\":" + data + "}")
                        .target())
                .contains(MessageId.of("true_12015550123@c.us_3EB0"));
    }

    @Nested
    class Bodies {
        private static final String EVENT =
                "{\"event_type\":\"message_received\",\"data\":{\"body\":\"Grüße 👋 + %\"}}";

        private void assertRead(byte[] body) {
            assertThat(PostedEvent.read(body).map(event -> event.message().text()))
                    .contains("Grüße 👋 + %");
        }

        @Test
        void mayBeJsonOrATextOrAFormThatHoldsIt() {
            String text = "\"" + EVENT.replace("\"", "\\\"") + "\"";
            String encoded = URLEncoder.encode(EVENT, UTF_8);

            assertRead(EVENT.getBytes(UTF_8));
            assertRead((" \r\n" + EVENT + "\n").getBytes(UTF_8));
            assertRead(("\uFEFF" + EVENT).getBytes(UTF_8));
            assertRead(text.getBytes(UTF_8));
            assertRead(("data=" + encoded).getBytes(UTF_8));
            assertRead(("token=x&data=" + encoded + "&more=").getBytes(UTF_8));
            assertRead(("data=" + URLEncoder.encode(text, UTF_8)).getBytes(UTF_8));
            assertRead(("data=" + encoded.replace("+", "%20")).getBytes(UTF_8));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "{",
                    "[]",
                    "[{\"event_type\":\"message_ack\"}]",
                    "null",
                    "7",
                    "true",
                    "\"\"",
                    "\"hello\"",
                    "\"\\\"{}\\\"\"",
                    "{}",
                    "{\"event_type\":\"\"}",
                    "{\"event_type\":\" \"}",
                    "{\"event_type\":\"webhook_\"}",
                    "{\"event_type\":null}",
                    "{\"event_type\":[\"message_ack\"]}",
                    "{\"event_type\":\"message_ack\"} {}",
                    "{\"event_type\":\"message_ack\"}garbage",
                    "{'event_type':'message_ack'}",
                    "<html></html>",
                    "data=",
                    "data=hello",
                    "data=%7B%7D",
                    "data=%",
                    "data=%7",
                    "data=%zz",
                    "body=hello",
                    "&&&"
                })
        void mayBeNothingThatCanBeRead(String body) {
            assertThat(PostedEvent.read(body.getBytes(UTF_8))).isEmpty();
        }

        @Test
        void areUtf8() {
            assertThat(PostedEvent.read(EVENT.getBytes(ISO_8859_1))).isEmpty();
            assertThat(PostedEvent.read("data=%7B%22event_type%22%3A%22%FF%22%7D".getBytes(UTF_8)))
                    .as("behind percent signs as well")
                    .isEmpty();
            assertThat(PostedEvent.read(new byte[] {'{', (byte) 0xc0, (byte) 0x80, '}'}))
                    .as("overlong")
                    .isEmpty();
        }

        @Test
        void nestNoDeeperThanEventsDo() {
            String deep = "[".repeat(15) + "]".repeat(15);
            String deeper = "[".repeat(100_000) + "]".repeat(100_000);
            String objects = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);

            assertThat(PostedEvent.read(("{\"event_type\":\"x\",\"data\":" + deep + "}").getBytes(UTF_8)))
                    .isPresent();
            assertThat(PostedEvent.read(("{\"event_type\":\"x\",\"data\":" + deeper + "}").getBytes(UTF_8)))
                    .isEmpty();
            assertThat(PostedEvent.read(objects.getBytes(UTF_8))).isEmpty();
        }

        @Test
        void mayHoldNumbersOfAnyLength() {
            String digits = "9".repeat(999);

            PostedEvent event =
                    event("{\"event_type\":\"x\",\"id\":" + digits + ",\"data\":{\"time\":" + digits + "}}");

            assertThat(event.queueId()).isEmpty();
            assertThat(event.message().time()).isEmpty();
            assertThat(event.members().asMap()).containsKey("id");
            assertThat(PostedEvent.read(("{\"event_type\":\"x\",\"id\":" + "9".repeat(100_000) + "}").getBytes(UTF_8)))
                    .isEmpty();
        }

        @Test
        void mayNameAMemberTwice() {
            assertThat(event("{\"event_type\":\"a\",\"event_type\":\"b\"}").name())
                    .isEqualTo("b");
        }
    }

    @Test
    void hasAllItsMembers() {
        Map<String, ?> all = event(RECEIVED).members().asMap();

        assertThat(all).containsKeys("event_type", "instanceId", "data");
    }
}
