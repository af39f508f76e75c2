package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.InstanceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** The quick look at a reply finds nothing that the thorough one does not. Source of the reply: docs/ultramsg-api.md, section 3.1. */
class PlainAcceptanceTest {
    private static final String DOCUMENTED = "{\"sent\":\"true\",\"message\":\"ok\",\"id\":1234}";
    private static final int MUTATIONS = 50_000;

    private static HttpReply reply(int status, byte[] body) {
        return new HttpReply(status, HttpHeaders.of(Map.of(), (name, value) -> true), body);
    }

    private static Optional<QueueId> quick(int status, String body) {
        return PlainAcceptance.queueId(reply(status, body.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static SendResult thorough(String body) {
        SendReply result = new SendReply(
                Reference.of("order-42"),
                InstanceId.parse("1150"),
                new ReplyReader(List.of(Samples.TOKEN), Clock.systemUTC()));
        return result.readThoroughly(reply(200, body.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                DOCUMENTED,
                " {\r\n\t\"sent\" : \"true\" , \"message\" : \"ok\" , \"id\" : 1234 } \n",
            })
    void readsTheDocumentedReply(String body) {
        assertThat(quick(200, body)).contains(new QueueId("1234"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"sent\":\"true\",\"message\":\"ok\",\"id\":1234",
                "{\"sent\":\"true\",\"message\":\"ok\",\"id\":1234}x",
                "{\"sent\":\"true\",\"message\":\"ok\",\"id\":}",
                "{\"sent\":\"true\",\"message\":\"ok\",\"id\":01}",
                "{\"sent\":\"true\",\"message\":\"ok\",\"id\":1.5}",
                "{\"sent\":\"true\",\"message\":\"ok\",\"id\":1234567890123456789}",
                "{\"sent\":\"true\",\"message\":\"ok\",\"id\":1234,\"error\":\"no\"}",
                "{\"sent\":\"false\",\"message\":\"ok\",\"id\":1234}",
                "{\"sent\":true,\"message\":\"ok\",\"id\":1234}",
            })
    void leavesAnyOtherReplyToTheThoroughLook(String body) {
        assertThat(quick(200, body)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {199, 302, 404, 429, 500})
    void leavesAnyOtherStatusToTheThoroughLook(int status) {
        assertThat(quick(status, DOCUMENTED)).isEmpty();
    }

    @Test
    void neverContradictsTheThoroughLook() {
        Random random = new Random(42);
        int found = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            String body = mutated(random);
            Optional<QueueId> quick = quick(200, body);
            if (quick.isPresent()) {
                found++;
                assertThat(thorough(body))
                        .isInstanceOfSatisfying(
                                SendResult.Accepted.class,
                                accepted -> assertThat(accepted.queueId()).isEqualTo(quick.get()));
            }
        }
        assertThat(found)
                .as("mutations that are plain acceptances all the same")
                .isGreaterThan(MUTATIONS / 100);
    }

    private static String mutated(Random random) {
        StringBuilder body = new StringBuilder(DOCUMENTED);
        for (int change = random.nextInt(3); change >= 0; change--) {
            int at = random.nextInt(body.length());
            char sign = DOCUMENTED.charAt(random.nextInt(DOCUMENTED.length()));
            switch (random.nextInt(4)) {
                case 0 -> body.deleteCharAt(at);
                case 1 -> body.insert(at, sign);
                case 2 -> body.insert(at, ' ');
                default -> body.setCharAt(at, (char) random.nextInt(256));
            }
        }
        return body.toString();
    }
}
