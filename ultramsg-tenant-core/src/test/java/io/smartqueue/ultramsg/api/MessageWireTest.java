package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.AudioMessage;
import io.smartqueue.ultramsg.message.ContactMessage;
import io.smartqueue.ultramsg.message.DocumentMessage;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.LinkMessage;
import io.smartqueue.ultramsg.message.LocationMessage;
import io.smartqueue.ultramsg.message.Media;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.StickerMessage;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.message.VcardMessage;
import io.smartqueue.ultramsg.message.VideoMessage;
import io.smartqueue.ultramsg.message.VoiceMessage;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Every kind's path and parameters. Source: UltraMsg documentation, pages of messages, as read in November 2026. */
@SuppressWarnings("deprecation") // LinkMessage
class MessageWireTest {
    private static final Recipient TO = Recipient.parse(Samples.NUMBER);
    private static final Recipient ANN = Recipient.parse("+4930901820");
    private static final Recipient BOB = Recipient.parse("33142685300@c.us");
    private static final MessageId QUOTED = MessageId.of("false_12015550123@c.us_3EB0ABCDEF");
    private static final String URL = "https://example.com/a b?x=1&y=%2B".replace(" ", "+");
    private static final Media AT_URL = Media.ofUrl(URL);
    private static final Media BYTES = Media.of(new byte[] {(byte) 0xfb, (byte) 0xff, (byte) 0xbf, 0}); // ++/, / and =
    private static final String BASE64 = "+/+/AA==";

    private final ScriptedServer server = new ScriptedServer();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    private RecordedRequest send(OutboundMessage message) {
        server.next(Replies.json(200, Samples.SENT));

        SendResult result = http.client(Samples.credentials(server.url()))
                .messages()
                .send(
                        message,
                        SendOptions.builder()
                                .reference(Reference.of("order-42"))
                                .priority(5)
                                .build());

        assertThat(result.isAccepted()).as(result.toString()).isTrue();
        assertThat(server.requests()).hasSize(1);
        return server.requests().get(0);
    }

    record Case(OutboundMessage message, String call, Map<String, String> parameters) {}

    static Stream<Case> everyKind() {
        return Stream.of(
                new Case(TextMessage.of(TO, "hello"), "chat", Map.of("body", "hello")),
                new Case(
                        TextMessage.of(TO, "@4930901820 hello")
                                .mentioning(List.of(ANN, BOB))
                                .inReplyTo(QUOTED),
                        "chat",
                        Map.of(
                                "body", "@4930901820 hello",
                                "mentions", "4930901820@c.us,33142685300@c.us",
                                "msgId", QUOTED.value())),
                new Case(ImageMessage.of(TO, AT_URL), "image", Map.of("image", URL)),
                new Case(
                        ImageMessage.of(TO, AT_URL.fetchAgain())
                                .captioned("a\r\nb")
                                .mentioning(List.of(ANN))
                                .inReplyTo(QUOTED),
                        "image",
                        Map.of(
                                "image", URL,
                                "nocache", "true",
                                "caption", "a\nb",
                                "mentions", "4930901820@c.us",
                                "msgId", QUOTED.value())),
                new Case(ImageMessage.of(TO, BYTES), "image", Map.of("image", BASE64)),
                new Case(StickerMessage.of(TO, BYTES), "sticker", Map.of("sticker", BASE64)),
                new Case(
                        StickerMessage.of(TO, AT_URL).inReplyTo(QUOTED),
                        "sticker",
                        Map.of("sticker", URL, "msgId", QUOTED.value())),
                new Case(
                        DocumentMessage.of(TO, BYTES, "Rechnung M\u00e4rz & April.pdf"),
                        "document",
                        Map.of("document", BASE64, "filename", "Rechnung M\u00e4rz & April.pdf")),
                new Case(
                        DocumentMessage.of(TO, AT_URL.fetchAgain(), "a.pdf")
                                .captioned("your bill")
                                .mentioning(List.of(BOB))
                                .inReplyTo(QUOTED),
                        "document",
                        Map.of(
                                "document", URL,
                                "nocache", "true",
                                "filename", "a.pdf",
                                "caption", "your bill",
                                "mentions", "33142685300@c.us",
                                "msgId", QUOTED.value())),
                new Case(AudioMessage.of(TO, BYTES), "audio", Map.of("audio", BASE64)),
                new Case(
                        AudioMessage.of(TO, AT_URL).inReplyTo(QUOTED),
                        "audio",
                        Map.of("audio", URL, "msgId", QUOTED.value())),
                new Case(VoiceMessage.of(TO, BYTES), "voice", Map.of("audio", BASE64)),
                new Case(
                        VoiceMessage.of(TO, AT_URL.fetchAgain()).inReplyTo(QUOTED),
                        "voice",
                        Map.of("audio", URL, "nocache", "true", "msgId", QUOTED.value())),
                new Case(VideoMessage.of(TO, BYTES), "video", Map.of("video", BASE64)),
                new Case(
                        VideoMessage.of(TO, AT_URL)
                                .captioned("look")
                                .mentioning(List.of(ANN))
                                .inReplyTo(QUOTED),
                        "video",
                        Map.of(
                                "video",
                                URL,
                                "caption",
                                "look",
                                "mentions",
                                "4930901820@c.us",
                                "msgId",
                                QUOTED.value())),
                new Case(ContactMessage.of(TO, ANN), "contact", Map.of("contact", "4930901820@c.us")),
                new Case(
                        ContactMessage.of(TO, List.of(ANN, BOB)).inReplyTo(QUOTED),
                        "contact",
                        Map.of("contact", "4930901820@c.us,33142685300@c.us", "msgId", QUOTED.value())),
                new Case(
                        LocationMessage.of(TO, 52.5, -13.25, "Bakery\nMain Street 1")
                                .inReplyTo(QUOTED),
                        "location",
                        Map.of(
                                "address", "Bakery\nMain Street 1",
                                "lat", "52.5",
                                "lng", "-13.25",
                                "msgId", QUOTED.value())),
                new Case(
                        VcardMessage.of(TO, "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nEND:VCARD\r\n")
                                .inReplyTo(QUOTED),
                        "vcard",
                        Map.of("vcard", "BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD", "msgId", QUOTED.value())),
                new Case(LinkMessage.of(TO, URL), "link", Map.of("link", URL)),
                new Case(
                        LinkMessage.of(TO, URL).inReplyTo(QUOTED),
                        "link",
                        Map.of("link", URL, "msgId", QUOTED.value())));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void goesToItsCallWithItsParametersAndNoOthers(Case each) {
        RecordedRequest request = send(each.message());

        assertThat(request.line()).isEqualTo("POST /instance1150/messages/" + each.call() + " HTTP/1.1");
        assertThat(request.headers())
                .containsEntry("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
                .containsEntry("content-length", Integer.toString(request.body().length()));
        Map<String, String> expected = new TreeMap<>(each.parameters());
        expected.putAll(
                Map.of("token", Samples.TOKEN, "to", Samples.NUMBER, "referenceId", "order-42", "priority", "5"));
        assertThat(request.form()).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void coversTheWholeFamily() {
        Stream<Class<?>> kinds = everyKind().map(each -> each.message().getClass());

        assertThat(kinds).contains(OutboundMessage.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "10, 10",
        "-90, -90",
        "52.520008, 52.520008",
        "0.0001, 0.0001",
        "1e-7, 0.0000001",
        "4.9e-12, 0.0000000000049"
    })
    void writesDegreesWithoutAnExponent(double degrees, String written) {
        assertThat(send(LocationMessage.of(TO, degrees, degrees, "x")).form())
                .containsEntry("lat", written)
                .containsEntry("lng", written);
    }

    @Test
    void percentEncodesBase64() {
        assertThat(send(ImageMessage.of(TO, BYTES)).body()).endsWith("&image=%2B%2F%2B%2FAA%3D%3D");
    }

    @Test
    void sendsToAGroupAndMentionsItsMembers() {
        RecordedRequest request = send(
                TextMessage.of(Recipient.parse("120363012345678901@g.us"), "hi").mentioning(List.of(ANN)));

        assertThat(request.form())
                .containsEntry("to", "120363012345678901@g.us")
                .containsEntry("mentions", "4930901820@c.us");
    }
}
