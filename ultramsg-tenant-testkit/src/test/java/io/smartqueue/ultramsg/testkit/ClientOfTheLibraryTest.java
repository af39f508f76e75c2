package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.api.ChatId;
import io.smartqueue.ultramsg.api.ChatMessage;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.Members;
import io.smartqueue.ultramsg.api.MessageAck;
import io.smartqueue.ultramsg.api.MessageQuery;
import io.smartqueue.ultramsg.api.MessageStatus;
import io.smartqueue.ultramsg.api.SettingsChange;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.message.AudioMessage;
import io.smartqueue.ultramsg.message.ContactMessage;
import io.smartqueue.ultramsg.message.DocumentMessage;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.LocationMessage;
import io.smartqueue.ultramsg.message.Media;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.StickerMessage;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.message.VcardMessage;
import io.smartqueue.ultramsg.message.VideoMessage;
import io.smartqueue.ultramsg.message.VoiceMessage;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

import static io.smartqueue.ultramsg.testkit.InboundMessage.from;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

/**
 * The library's own client finds in the stub what it expects of UltraMsg, call by call, in the reply shapes that sources agree on
 * and in those that one source alone shows.
 */
@ParameterizedClass
@EnumSource
class ClientOfTheLibraryTest {
    private static final String NUMBER = "+15550001111";
    private static final Recipient ANN = Recipient.parse(NUMBER);
    private static final ChatId ANNS_CHAT = ChatId.parse("15550001111@c.us");
    private static final String GROUP = "120363000000000000@g.us";

    enum Shapes {
        USUAL,
        RARE;

        void apply(StubInstance instance) {
            if (this == RARE) {
                instance.repliesInRareShapes();
            }
        }
    }

    @Parameter
    private Shapes shapes;

    private final SettableClock clock = SettableClock.at(Instant.parse("2026-11-23T10:00:00Z"));
    private UltraMsgServer server;
    private StubInstance instance;
    private UltraMsgHttp http;
    private UltraMsgClient client;

    @BeforeEach
    void start() {
        server = UltraMsgServer.builder().clock(clock).start();
        instance = server.addInstance("1150", "fake-t0ken");
        shapes.apply(instance);
        http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
        client = http.client(
                new InstanceCredentials(InstanceId.parse("1150"), AccessToken.of("fake-t0ken"), server.baseUrl()));
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    static Stream<OutboundMessage> everyKind() {
        Media file = Media.of("not really a file".getBytes(StandardCharsets.UTF_8));
        Media url = Media.ofUrl("https://example.com/menu.jpg");
        return Stream.of(
                TextMessage.of(ANN, "Bread & “butter” \ud83e\udd50\nsecond line"),
                ImageMessage.of(ANN, url),
                ImageMessage.of(ANN, file),
                StickerMessage.of(ANN, Media.ofUrl("https://example.com/s.webp")),
                DocumentMessage.of(ANN, Media.ofUrl("https://example.com/bill.pdf"), "bill.pdf"),
                AudioMessage.of(ANN, Media.ofUrl("https://example.com/a.mp3")),
                VoiceMessage.of(ANN, Media.ofUrl("https://example.com/a.ogg")),
                VideoMessage.of(ANN, Media.ofUrl("https://example.com/v.mp4")),
                ContactMessage.of(ANN, Recipient.parse("+15550002222")),
                LocationMessage.of(ANN, 39.5, -0.00001, "1 Main Street\nSpringfield"),
                VcardMessage.of(ANN, "BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD"));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void sendsEveryKindAndFindsItAgain(OutboundMessage message) {
        Reference reference = Reference.of("order-42");

        SendResult result = client.messages()
                .send(message, SendOptions.builder().reference(reference).build());

        assertThat(result).isInstanceOf(SendResult.Accepted.class);
        assertThat(client.messages()
                        .list(MessageQuery.builder().reference(reference).build()))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.id()).isEqualTo(((SendResult.Accepted) result).queueId());
                    assertThat(found.referenceId()).contains("order-42");
                    assertThat(found.createdAt()).contains(clock.instant());
                });
        assertThat(instance.receivedMessages()).hasSize(1);
    }

    @Test
    void sendsWhatGoesWithAMessage() {
        MessageId question = MessageId.of("false_15550001111@c.us_3EB0ABCDEF");

        client.messages()
                .send(
                        ImageMessage.of(
                                        ANN,
                                        Media.ofUrl("https://example.com/menu.jpg")
                                                .fetchAgain())
                                .captioned("@15550002222 look")
                                .mentioning(List.of(Recipient.parse("+15550002222")))
                                .inReplyTo(question),
                        SendOptions.builder()
                                .reference(Reference.of("order-42"))
                                .priority(0)
                                .build());

        assertThat(instance.receivedMessages())
                .singleElement()
                .satisfies(received -> assertThat(received.parameters())
                        .containsOnly(
                                entry("to", NUMBER),
                                entry("image", "https://example.com/menu.jpg"),
                                entry("nocache", "true"),
                                entry("caption", "@15550002222 look"),
                                entry("mentions", "15550002222@c.us"),
                                entry("msgId", question.value()),
                                entry("referenceId", "order-42"),
                                entry("priority", "0")));
    }

    @Test
    void followsAMessageFromTheQueueToItsReader() {
        SendResult sent = client.messages().send(TextMessage.of(ANN, "You are next."), SendOptions.defaults());
        MessageQuery itself = MessageQuery.builder()
                .id(((SendResult.Accepted) sent).queueId())
                .build();
        clock.advance(Duration.ofMinutes(1));
        instance.messageIsRead(1);

        assertThat(client.messages().list(itself)).singleElement().satisfies(message -> {
            assertThat(message.status()).isEqualTo(MessageStatus.SENT);
            assertThat(message.ack()).contains(MessageAck.READ);
            assertThat(message.sentAt()).isPresent();
        });
        assertThat(client.messages().statistics().count(MessageStatus.SENT)).isEqualTo(1);
    }

    @Test
    void listsMoreThanOnePage() {
        for (int i = 0; i < 25; i++) {
            client.messages().send(TextMessage.of(ANN, "number " + i), SendOptions.defaults());
        }
        long before = instance.requestCount();

        assertThat(client.messages().list(MessageQuery.builder().pageSize(10).build()))
                .extracting(message -> message.body())
                .hasSize(25)
                .startsWith("number 0")
                .endsWith("number 24");
        assertThat(instance.requestCount() - before).isEqualTo(3);

        assertThat(client.messages()
                        .list(MessageQuery.builder().pageSize(10).build())
                        .limit(3))
                .hasSize(3);
        assertThat(instance.requestCount() - before).as("stops asking").isEqualTo(4);
    }

    @Test
    void queuesAgainAndDeletes() {
        instance.number(NUMBER).isNotOnWhatsApp();
        client.messages().send(TextMessage.of(ANN, "nobody there"), SendOptions.defaults());
        clock.advance(Duration.ofMinutes(1));
        assertThat(client.messages().statistics().count(MessageStatus.INVALID)).isEqualTo(1);

        instance.number(NUMBER).isOnWhatsApp();
        client.messages()
                .resend(client.messages()
                        .page(MessageQuery.all(), 1)
                        .messages()
                        .get(0)
                        .id());
        clock.advance(Duration.ofMinutes(1));
        assertThat(client.messages().statistics().count(MessageStatus.SENT)).isEqualTo(1);

        client.messages().resendAllOfStatus(MessageStatus.UNSENT);
        client.messages().deleteAllOfStatus(MessageStatus.SENT);
        assertThat(client.messages().list(MessageQuery.all())).isEmpty();
    }

    @Test
    void reactsToWhatComesInAndReadsTheChat() {
        instance.receives(from(NUMBER).text("Is it done?"));

        List<ChatMessage> chat = client.chats().messages(ANNS_CHAT, 10);
        MessageId question = chat.get(0).id().orElseThrow();
        client.messages().react(question, "\ud83d\udc4d");
        client.messages().deleteFromWhatsApp(question);

        assertThat(chat).singleElement().satisfies(message -> {
            assertThat(message.body()).isEqualTo("Is it done?");
            assertThat(message.isFromMe()).isFalse();
            assertThat(message.from()).contains(ANNS_CHAT);
        });
        assertThat(instance.reactions()).containsValue("\ud83d\udc4d");
        assertThat(instance.deletedMessages()).containsExactly(question.value());
    }

    @Test
    void looksAfterChats() {
        instance.number(NUMBER).isCalled("Ann");
        instance.receives(from(NUMBER).text("Hello"));

        assertThat(client.chats().list()).singleElement().satisfies(chat -> {
            assertThat(chat.id()).isEqualTo(ANNS_CHAT);
            assertThat(chat.name()).isEqualTo("Ann");
        });
        assertThat(client.chats().ids()).containsExactly(ANNS_CHAT);
        assertThat(onlyChat().number("unread")).hasValue(1);
        client.chats().markRead(ANNS_CHAT);
        assertThat(onlyChat().number("unread")).hasValue(0);
        client.chats().archive(ANNS_CHAT);
        assertThat(onlyChat().flag("archived")).contains(true);
        client.chats().unarchive(ANNS_CHAT);
        assertThat(onlyChat().flag("archived")).contains(false);
        client.chats().deleteAllMessages(ANNS_CHAT);
        assertThat(client.chats().messages(ANNS_CHAT, 10)).isEmpty();
        client.chats().deleteWithAllMessages(ANNS_CHAT);
        assertThat(client.chats().list()).isEmpty();
    }

    private Members onlyChat() {
        return client.chats().list().get(0).members();
    }

    @Test
    void knowsContacts() {
        instance.number(NUMBER).isCalled("Ann").hasPicture("https://example.com/ann.jpg");
        instance.number("+15550003333").isNotOnWhatsApp();

        assertThat(client.contacts().get(ANNS_CHAT).name()).isEqualTo("Ann");
        assertThat(client.contacts().list()).extracting(contact -> contact.id()).contains(ANNS_CHAT);
        assertThat(client.contacts().ids()).contains(ANNS_CHAT);
        assertThat(client.contacts().picture(ANNS_CHAT)).contains(URI.create("https://example.com/ann.jpg"));
        assertThat(client.contacts().picture(ChatId.parse("15550002222@c.us"))).isEmpty();
        assertThat(client.contacts().check(ANNS_CHAT).isOnWhatsApp()).isTrue();
        assertThat(client.contacts().checkAnew(ChatId.parse("15550003333@c.us")).isNotOnWhatsApp())
                .isTrue();
        assertThat(client.contacts().invalid()).containsExactly(ChatId.parse("15550003333@c.us"));
        client.contacts().block(ANNS_CHAT);
        assertThat(client.contacts().blocked())
                .extracting(contact -> contact.id())
                .containsExactly(ANNS_CHAT);
        client.contacts().unblock(ANNS_CHAT);
        assertThat(client.contacts().blocked()).isEmpty();
    }

    @Test
    void knowsGroups() {
        instance.isInGroup(GROUP, "Bakery", NUMBER);

        assertThat(client.groups().list()).extracting(group -> group.name()).containsExactly("Bakery");
        assertThat(client.groups().ids()).containsExactly(ChatId.parse(GROUP));
        assertThat(client.groups().get(ChatId.parse(GROUP)).name()).isEqualTo("Bakery");
    }

    @Test
    void storesAndDeletesFiles() {
        URI file = client.media().upload("menu.jpg", "not really a picture".getBytes(StandardCharsets.UTF_8));
        assertThat(file).hasScheme("http");

        client.media().deleteFile(file);
        client.media().deleteAllFilesOfMonth(YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)));
    }

    @Test
    @SuppressWarnings(
            "deprecation") // the vendor no longer documents screenshot and takeover; they are called all the same
    void looksAfterTheInstance() {
        instance.isConnectedAs(NUMBER, "Acme");
        assertThat(client.instance().status().isReady()).isTrue();
        assertThat(client.instance().me().name()).isEqualTo("Acme");
        assertThat(client.instance().screenshot()).isNotEmpty();

        client.instance()
                .changeSettings(SettingsChange.builder()
                        .sendDelay(Duration.ofSeconds(3))
                        .build());
        assertThat(client.instance().settings().sendDelay()).contains(Duration.ofSeconds(3));
        assertThat(client.instance().settings().sendDelayMax()).contains(Duration.ofSeconds(15));

        client.instance().restart();
        client.instance().takeOver();
        client.instance().logoutAndUnlinkPhone();
        assertThat(client.instance().status().isWaitingForQrScan()).isTrue();
        assertThat(client.instance().qrImage()).startsWith(0x89, 'P', 'N', 'G');
        assertThat(client.instance().qrText()).isNotBlank();
        client.instance().deleteMessagesAndSettingsAndUnlinkPhone();
        assertThat(client.messages().list(MessageQuery.all())).isEmpty();
    }

    @Test
    void understandsEveryErrorWithBothStatuses() {
        for (Runnable statuses : List.<Runnable>of(instance::answersErrorsWith200, instance::answersErrorsWith4xx)) {
            worksNormallyBut(statuses);
            assertThat(refusal(() -> client.instance().qrImage())).isEqualTo(ProviderErrorKind.INSTANCE_NOT_READY);
            assertThat(refusal(() -> client.messages().resend(new QueueId("99"))))
                    .isEqualTo(ProviderErrorKind.OTHER);
            assertThat(refusal(() -> client.groups().get(ChatId.parse("120363000000000009@g.us"))))
                    .isEqualTo(ProviderErrorKind.OTHER);
            instance.rejectsToken();
            assertThat(refusal(() -> client.instance().status())).isEqualTo(ProviderErrorKind.AUTHENTICATION);
            worksNormallyBut(statuses);
            instance.isStoppedForNonPayment();
            assertThat(refusal(() -> client.chats().list())).isEqualTo(ProviderErrorKind.INSTANCE_STOPPED);
        }
    }

    private void worksNormallyBut(Runnable statuses) {
        instance.worksNormally();
        shapes.apply(instance);
        statuses.run();
    }

    private static ProviderErrorKind refusal(Runnable call) {
        return catchThrowableOfType(ProviderException.class, call::run).kind();
    }
}
