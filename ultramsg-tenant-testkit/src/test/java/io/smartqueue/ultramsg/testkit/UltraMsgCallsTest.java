package io.smartqueue.ultramsg.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.stream.Stream;

import static io.smartqueue.ultramsg.testkit.StubClient.TOKEN;
import static io.smartqueue.ultramsg.testkit.StubClient.json;
import static org.assertj.core.api.Assertions.assertThat;

/** Raw HTTP: each call of docs/ultramsg-api.md, section 2, and its reply; each error, with both statuses of section 7. */
class UltraMsgCallsTest {

    private static final SettableClock CLOCK = SettableClock.at(Instant.parse("2026-11-23T12:00:00Z"));

    private static UltraMsgServer server;
    private static StubClient http;

    private StubInstance instance;

    @BeforeAll
    static void start() {
        server = UltraMsgServer.builder().clock(CLOCK).start();
        http = StubClient.over(server.baseUrl());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Message 1 is sent, message 2 waits, message 3 has failed. */
    @BeforeEach
    void addInstance() throws Exception {
        server.reset();
        instance = server.addInstance("instance1150", TOKEN)
                .isConnectedAs("+15550009999", "Desk")
                .isInGroup("120363000000000001@g.us", "Staff", "+15550001111");
        instance.number("+15550001111").isCalled("Ann").hasPicture("https://example.com/ann.jpg");
        instance.number("+15550004444").isNotOnWhatsApp();
        for (String body : new String[] {"one", "two", "three"}) {
            http.text("instance1150", body);
        }
        instance.messageIsUnsent(3, "temporary_block");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST | messages/chat     | to=+15550001111;body=Hello                                        | {"sent":"true","message":"ok","id":4}
            POST | messages/image    | to=+15550001111;image=https://example.com/a.jpg;caption=Look      | {"sent":"true","message":"ok","id":4}
            POST | messages/image    | to=+15550001111;image=iVBORw0KGgo=                                | {"sent":"true","message":"ok","id":4}
            POST | messages/sticker  | to=15550001111@c.us;sticker=https://example.com/a.webp?v=1        | {"sent":"true","message":"ok","id":4}
            POST | messages/document | to=+15550001111;filename=a.pdf;document=https://example.com/a.pdf | {"sent":"true","message":"ok","id":4}
            POST | messages/document | to=+15550001111;filename=a.7z;document=https://example.com/a.7z   | {"sent":"true","message":"ok","id":4}
            POST | messages/audio    | to=+15550001111;audio=https://example.com/a.mp3                   | {"sent":"true","message":"ok","id":4}
            POST | messages/voice    | to=+15550001111;audio=https://example.com/a.ogg                   | {"sent":"true","message":"ok","id":4}
            POST | messages/video    | to=+15550001111;video=https://example.com/a.mp4;caption=          | {"sent":"true","message":"ok","id":4}
            POST | messages/link     | to=+15550001111;link=https://example.com                          | {"sent":"true","message":"ok","id":4}
            POST | messages/contact  | to=+15550001111;contact=15550002222@c.us                          | {"sent":"true","message":"ok","id":4}
            POST | messages/location | to=120363000000000001@g.us;address=Here;lat=52.5;lng=-13.4        | {"sent":"true","message":"ok","id":4}
            POST | messages/vcard    | to=+15550001111;vcard=BEGIN:VCARD                                 | {"sent":"true","message":"ok","id":4}
            POST | messages/reaction | msgId=false_15550001111@c.us_3EB0AA;emoji=+                       | {"success":"done"}
            POST | messages/reaction | msgId=false_15550001111@c.us_3EB0AA;emoji=                        | {"success":"done"}
            POST | messages/delete   | msgId=true_15550001111@c.us_3EB0AA                                | {"success":"done"}
            POST | messages/resendByStatus | status=unsent   | {"success":"done"}
            POST | messages/resendByStatus | status=expired  | {"success":"done"}
            POST | messages/resendById     | id=3            | {"success":"done"}
            POST | messages/clear          | status=queue    | {"success":"done"}
            GET  | messages                | status=unsent   | {"total":1,"pages":1,"limit":100,"page":1,"messages":[{"id":3,"referenceId":null,"from":"15550009999@c.us","to":"15550001111@c.us","body":"three","priority":10,"status":"unsent","ack":null,"type":"chat","created_at":1795435200,"sent_at":null,"metadata":{},"failed_reason":"temporary_block"}]}
            GET  | messages/statistics     |                 | {"messages_statistics":{"sent":1,"queue":1,"unsent":1,"invalid":0,"expired":0}}
            GET  | instance/status         |                 | {"status":{"accountStatus":{"status":"authenticated","substatus":"connected"}}}
            GET  | instance/me             |                 | {"id":"15550009999@c.us","name":"Desk","is_md":true,"is_business":true}
            GET  | instance/settings       |                 | {"sendDelay":1,"sendDelayMax":15,"webhook_url":"","webhook_retries":3,"webhook_message_received":false,"webhook_message_create":false,"webhook_message_ack":false,"webhook_message_download_media":false,"webhook_message_reaction":false}
            POST | instance/settings       | sendDelay=2;webhook_message_ack=1;webhook_url= | {"success":"done"}
            POST | instance/logout         |                 | {"success":"done"}
            POST | instance/restart        |                 | {"success":"done"}
            POST | instance/clear          |                 | {"success":"done"}
            POST | instance/takeover       |                 | {"success":"done"}
            GET  | chats                   |                 | [{"id":"15550001111@c.us","name":"Ann","isGroup":false,"isReadOnly":false,"archived":false,"unread":0,"last_time":1795435200}]
            GET  | chats/ids               |                 | ["15550001111@c.us"]
            GET  | chats/ids               | clear=true      | ["15550001111"]
            GET  | chats/messages          | chatId=15550001111@c.us;limit=5 | [{"id":"true_15550001111@c.us_3EB0000000000001","sid":"3EB0000000000001","from":"15550009999@c.us","to":"15550001111@c.us","author":"","pushname":"Desk","ack":"pending","type":"chat","body":"one","media":"","fromMe":true,"self":false,"isForwarded":false,"isMentioned":false,"quotedMsg":{},"mentionedIds":[],"time":1795435200}]
            POST | chats/archive           | chatId=15550001111@c.us | {"success":"done"}
            POST | chats/unarchive         | chatId=15550001111@c.us | {"success":"done"}
            POST | chats/clearMessages     | chatId=15550001111@c.us | {"success":"done"}
            POST | chats/delete            | chatId=15550001111@c.us | {"success":"done"}
            POST | chats/read              | chatId=15550001111@c.us | {"success":"done"}
            GET  | contacts                |                         | [{"id":"15550001111@c.us","name":"Ann","number":"15550001111","isGroup":false,"isMyContact":true,"isBlocked":false}]
            GET  | contacts/ids            | clear=1                 | ["15550001111"]
            GET  | contacts/contact        | chatId=15550001111@c.us | {"id":"15550001111@c.us","name":"Ann","number":"15550001111","isGroup":false,"isMyContact":true,"isBlocked":false}
            GET  | contacts/blocked        |                         | []
            GET  | contacts/invalid        |                         | ["15550004444@c.us"]
            GET  | contacts/invalid        | clear=true              | ["15550004444"]
            GET  | contacts/check          | chatId=+15550001111     | {"status":"valid","chatId":"15550001111@c.us"}
            GET  | contacts/check          | chatId=+15550001111@c.us | {"status":"valid","chatId":"15550001111@c.us"}
            GET  | contacts/check          | chatId=15550004444@c.us | {"status":"invalid","chatId":"15550004444@c.us"}
            GET  | contacts/image          | chatId=15550001111@c.us | {"success":"https://example.com/ann.jpg"}
            POST | contacts/block          | chatId=15550001111@c.us | {"success":"done"}
            POST | contacts/unblock        | chatId=15550001111@c.us | {"success":"done"}
            GET  | groups                  |                         | [{"id":"120363000000000001@g.us","name":"Staff","isGroup":true,"groupMetadata":{"subject":"Staff","participants":[{"id":"15550001111@c.us"}]}}]
            GET  | groups/ids              |                         | ["120363000000000001@g.us"]
            GET  | groups/ids              | clear=true              | ["120363000000000001"]
            GET  | groups/group            | groupId=120363000000000001@g.us;priority=5 | {"id":"120363000000000001@g.us","name":"Staff","isGroup":true,"groupMetadata":{"subject":"Staff","participants":[{"id":"15550001111@c.us"}]}}
            POST | media/deleteByDate      | date=01-2023            | {"success":"done"}
            POST | media/deleteByDate      | date=1-2023             | {"success":"done"}
            """)
    void answers(String method, String path, String parameters, String reply) throws Exception {
        HttpResponse<String> response = call(method, path, parameters);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.body()).isEqualTo(reply);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST | messages/image    | | 200 | 400 | [{"to":"is required"},{"image":"is required"}]
            POST | messages/sticker  | | 200 | 400 | [{"to":"is required"},{"sticker":"is required"}]
            POST | messages/document | | 200 | 400 | [{"to":"is required"},{"filename":"is required"},{"document":"is required"}]
            POST | messages/audio    | | 200 | 400 | [{"to":"is required"},{"audio":"is required"}]
            POST | messages/voice    | voice=https://example.com/a.ogg | 200 | 400 | [{"to":"is required"},{"audio":"is required"}]
            POST | messages/video    | | 200 | 400 | [{"to":"is required"},{"video":"is required"}]
            POST | messages/link     | | 200 | 400 | [{"to":"is required"},{"link":"is required"}]
            POST | messages/contact  | | 200 | 400 | [{"to":"is required"},{"contact":"is required"}]
            POST | messages/location | | 200 | 400 | [{"to":"is required"},{"address":"is required"},{"lat":"is required"},{"lng":"is required"}]
            POST | messages/vcard    | | 200 | 400 | [{"to":"is required"},{"vcard":"is required"}]
            POST | messages/reaction | | 200 | 400 | [{"msgId":"is required"},{"emoji":"is required"}]
            POST | messages/delete   | | 200 | 400 | [{"msgId":"is required"}]
            POST | messages/audio    | to=+15550001111;audio=https://example.com/a.wav | 200 | 400 | [{"audio":"file extension not supported"}]
            POST | messages/location | to=+15550001111;address=A;lat=north;lng=0       | 200 | 400 | [{"lat":"must be a number"}]
            POST | messages/chat     | to=Ann;body=Hello                               | 200 | 400 | [{"to":"must be a phone number or a chat id"}]
            POST | messages/chat     | to=+15550001111,;body=Hello                     | 200 | 400 | [{"to":"must be a phone number or a chat id"}]
            POST | messages/resendByStatus | status=sent | 200 | 400 | [{"status":"value not allowed"}]
            POST | messages/resendById     | id=99       | 200 | 404 | "message not found"
            POST | messages/clear          | | 200 | 400 | [{"status":"is required"}]
            GET  | messages                | status=new;sort=up;ack=seen;page=x | 200 | 400 | [{"page":"must be an integer"},{"status":"value not allowed"},{"sort":"value not allowed"},{"ack":"value not allowed"}]
            GET  | instance/qr             | | 200 | 400 | "instance status authenticated is not equal qr"
            GET  | instance/qrCode         | | 200 | 400 | "instance status authenticated is not equal qr"
            POST | instance/settings       | sendDelay=-1   | 200 | 400 | [{"sendDelay":"must be an integer"}]
            POST | instance/settings       | sendDelay=16   | 200 | 400 | "sendDelayMax must not be less than sendDelay"
            GET  | chats/messages          | | 200 | 400 | [{"chatId":"is required"}]
            POST | chats/archive           | | 200 | 400 | [{"chatId":"is required"}]
            POST | chats/delete            | chatId=15550007777@c.us | 200 | 404 | "chat not found"
            GET  | contacts/check          | | 200 | 400 | [{"chatId":"is required"}]
            GET  | contacts/contact        | chatId=15550007777@c.us | 200 | 404 | "user not found"
            GET  | contacts/image          | chatId=15550007777@c.us | 200 | 404 | "This contact don't have picture"
            GET  | groups/group            | groupId=120363000000000009@g.us | 200 | 404 | "group not found"
            POST | media/upload            | | 200 | 400 | [{"file":"is required"}]
            POST | media/delete            | url=https://example.com/a.jpg | 200 | 404 | "file not found"
            POST | media/deleteByDate      | date=13-2023 | 200 | 400 | [{"date":"must be a month and a year such as 1-2023"}]
            GET  | messages/chat           | | 404 | 404 | "Path not found"
            POST | messages/interactive    | | 404 | 404 | "Path not found"
            """)
    void refuses(String method, String path, String parameters, int reported, int strict, String error)
            throws Exception {
        HttpResponse<String> asReported = call(method, path, parameters);
        HttpResponse<String> with200 = on(instance.answersErrorsWith200(), method, path, parameters);
        HttpResponse<String> with4xx = on(instance.answersErrorsWith4xx(), method, path, parameters);

        assertThat(Stream.of(asReported, with200, with4xx).map(HttpResponse::statusCode))
                .containsExactly(reported, 200, strict);
        assertThat(Stream.of(asReported, with200, with4xx).map(HttpResponse::body))
                .containsOnly("{\"error\":" + error + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            image   | image   | jpg jpeg gif png webp bmp | svg
            sticker | sticker | jpg jpeg gif png webp bmp | mp4
            audio   | audio   | mp3 aac ogg               | wav
            voice   | audio   | ogg                       | mp3
            video   | video   | mp4 3gp mov               | avi
            """)
    void takesFilesOfItsKindOnly(String kind, String parameter, String extensions, String other) throws Exception {
        String url = "to=+15550001111;" + parameter + "=https://example.com/a.";

        for (String extension : extensions.split(" ")) {
            assertThat(call("POST", "messages/" + kind, url + extension).body()).contains("\"sent\":\"true\"");
        }
        assertThat(call("POST", "messages/" + kind, url + other).body())
                .isEqualTo("{\"error\":[{\"" + parameter + "\":\"file extension not supported\"}]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            image    | image=https://example.com/a.jpg                      | caption  | 1024
            video    | video=https://example.com/a.mp4                      | caption  | 1024
            document | document=https://example.com/a.pdf;filename=a.pdf    | caption  | 1024
            document | document=https://example.com/a.pdf                   | filename | 255
            contact  | priority=5                                           | contact  | 300
            location | lat=1;lng=2                                          | address  | 300
            vcard    | priority=5                                           | vcard    | 4096
            """)
    void takesTextsUpToTheirLimits(String kind, String others, String parameter, int limit) throws Exception {
        String upTo = "to=+15550001111;" + others + ";" + parameter + "=";

        assertThat(call("POST", "messages/" + kind, upTo + "x".repeat(limit)).body())
                .contains("\"sent\":\"true\"");
        assertThat(call("POST", "messages/" + kind, upTo + "x".repeat(limit + 1))
                        .body())
                .isEqualTo("{\"error\":[{\"" + parameter + "\":\"max length limit exceeded of " + limit + "\"}]}");
    }

    @Test
    void takesAReactionBackByAnEmptyEmoji() throws Exception {
        call("POST", "messages/reaction", "msgId=false_15550001111@c.us_3EB0AA;emoji=+");
        assertThat(instance.reactions()).containsEntry("false_15550001111@c.us_3EB0AA", "+");

        call("POST", "messages/reaction", "msgId=false_15550001111@c.us_3EB0AA;emoji=");
        assertThat(instance.reactions()).isEmpty();
    }

    @Test
    void keepsSettingsThatAreLeftOut() throws Exception {
        call("POST", "instance/settings", "webhook_retries=5;webhook_message_ack=true");
        call("POST", "instance/settings", "sendDelay=2");

        JsonNode settings = json(call("GET", "instance/settings", null));
        assertThat(settings.get("sendDelay").asInt()).isEqualTo(2);
        assertThat(settings.get("webhook_retries").asInt()).isEqualTo(5);
        assertThat(settings.get("webhook_message_ack").asBoolean()).isTrue();
    }

    @Test
    void forgetsMessagesSettingsAndSessionWhenCleared() throws Exception {
        call("POST", "instance/settings", "sendDelay=2");

        call("POST", "instance/clear", null);

        assertThat(json(call("GET", "messages", null)).get("total").asInt()).isZero();
        assertThat(json(call("GET", "instance/settings", null)).get("sendDelay").asInt())
                .isEqualTo(1);
        assertThat(call("GET", "instance/status", null).body()).contains("\"qr\"");
    }

    @Test
    void takesTheSessionBackFromAnotherWebClient() throws Exception {
        instance.isInStandby();

        call("POST", "instance/takeover", null);

        assertThat(call("GET", "instance/status", null).body()).contains("\"authenticated\"");
    }

    @ParameterizedTest
    @CsvSource({"chats", "contacts", "groups", "contacts/check", "instance/me"})
    void refusesWhatNeedsAnAccountWhileThereIsNone(String path) throws Exception {
        instance.waitsForQrScan();

        assertThat(json(call("GET", path, "chatId=15550001111@c.us"))
                        .get("error")
                        .asText())
                .contains("not authenticated");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST | messages/chat       | to=+15550001111;body=Hello | {"sent":true,"message":"ok","id":"4"}
            GET  | messages/statistics |                            | {"sent":1,"queue":1,"unsent":1,"invalid":0,"expired":0}
            GET  | contacts/blocked    |                            | {"contacts":[]}
            GET  | messages            | status=unsent              | {"total":1,"pages":1,"limit":100,"page":1,"messages":[{"id":3,"referenceId":null,"from":"15550009999@c.us","to":"15550001111@c.us","body":"three","priority":10,"status":"unsent","ack":null,"type":"chat","created_at":1795435200,"sent_at":null,"metadata":[],"failed_reason":"temporary_block"}]}
            """)
    void answersInRareShapes(String method, String path, String parameters, String reply) throws Exception {
        instance.repliesInRareShapes();

        assertThat(call(method, path, parameters).body()).isEqualTo(reply);
    }

    @Test
    void namesTheQrCodeOtherwiseInRareShapes() throws Exception {
        instance.waitsForQrScan().repliesInRareShapes();

        assertThat(json(call("GET", "instance/qrCode", null)).get("qrcode").asText())
                .isNotBlank();
    }

    private HttpResponse<String> on(StubInstance switched, String method, String path, String parameters)
            throws Exception {
        assertThat(switched).isSameAs(instance);
        return call(method, path, parameters);
    }

    private static HttpResponse<String> call(String method, String path, String parameters) throws Exception {
        Stream<String> given = parameters == null
                ? Stream.of()
                : Stream.of(parameters.split(";")).flatMap(pair -> Stream.of(pair.split("=", 2)));
        String[] pairs = Stream.concat(Stream.of("token", TOKEN), given).toArray(String[]::new);
        String url = "/instance1150/" + path;
        return method.equals("GET") ? http.get(url, pairs) : http.form(url, pairs);
    }
}
