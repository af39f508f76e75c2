package io.smartqueue.ultramsg.webhook;

import io.smartqueue.ultramsg.api.PostedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class EventKeyTest {
    private static EventKey key(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return EventKey.of(PostedEvent.read(bytes).orElseThrow(), bytes);
    }

    private static EventKey key(String event, String data) {
        return key("{\"event_type\":\"" + event + "\",\"data\":{" + data + "}}");
    }

    @Test
    void isOneForAnEventThatComesAgainInOtherWords() {
        assertThat(key("message_ack", "\"id\":\"true_a\",\"ack\":\"read\",\"body\":\"x\""))
                .isEqualTo(key("webhook_message_ack", "\"ack\":\"read\",\"id\":\"true_a\""))
                .isEqualTo(key("MESSAGE_ACK", "\"id\":\"true_a\",\"ack\":\"read\",\"time\":7"));
    }

    @ParameterizedTest
    @CsvSource({
        "message_ack, true_a, device",
        "message_ack, true_b, read",
        "message_create, true_a, read",
        "message_ack, true_ar, ead",
        "message_ack, true_a, ''"
    })
    void isAnotherForAnotherEventMessageOrAck(String event, String id, String ack) {
        assertThat(key(event, "\"id\":\"" + id + "\",\"ack\":\"" + ack + "\""))
                .isNotEqualTo(key("message_ack", "\"id\":\"true_a\",\"ack\":\"read\""));
    }

    @Test
    void isAnotherForASecondReactionToTheSameMessage() {
        EventKey key = key("message_reaction", "\"id\":\"true_a\",\"body\":\"+\",\"time\":7");

        assertThat(key("message_reaction", "\"id\":\"true_a\",\"body\":\"+\",\"time\":7,\"x\":1"))
                .isEqualTo(key);
        assertThat(key("message_reaction", "\"id\":\"true_a\",\"body\":\"-\",\"time\":7"))
                .isNotEqualTo(key);
        assertThat(key("message_reaction", "\"id\":\"true_a\",\"body\":\"+\",\"time\":8"))
                .isNotEqualTo(key);
    }

    @Test
    void isOfAllThatWasPostedWhereNoMessageIsNamedOrTheEventIsUnknown() {
        assertThat(key("message_ack", "\"ack\":\"read\"")).isEqualTo(key("message_ack", "\"ack\":\"read\""));
        assertThat(key("message_ack", "\"ack\":\"read\"")).isNotEqualTo(key("message_ack", "\"ack\":\"read\" "));
        assertThat(key("call", "\"id\":\"true_a\",\"x\":1")).isNotEqualTo(key("call", "\"id\":\"true_a\",\"x\":2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12015550123@c.us", "0123", "ABCDEF"})
    void isADigest(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new EventKey(text));
    }
}
