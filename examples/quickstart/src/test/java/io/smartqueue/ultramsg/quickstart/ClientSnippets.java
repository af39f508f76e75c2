package io.smartqueue.ultramsg.quickstart;

import io.smartqueue.ultramsg.api.AccountStatus;
import io.smartqueue.ultramsg.api.Chat;
import io.smartqueue.ultramsg.api.ChatId;
import io.smartqueue.ultramsg.api.ChatMessage;
import io.smartqueue.ultramsg.api.Chats;
import io.smartqueue.ultramsg.api.ConnectedAccount;
import io.smartqueue.ultramsg.api.Contact;
import io.smartqueue.ultramsg.api.Contacts;
import io.smartqueue.ultramsg.api.Group;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.Instance;
import io.smartqueue.ultramsg.api.InstanceSettings;
import io.smartqueue.ultramsg.api.Members;
import io.smartqueue.ultramsg.api.MessageAck;
import io.smartqueue.ultramsg.api.MessagePage;
import io.smartqueue.ultramsg.api.MessageQuery;
import io.smartqueue.ultramsg.api.MessageStatistics;
import io.smartqueue.ultramsg.api.MessageStatus;
import io.smartqueue.ultramsg.api.MessageType;
import io.smartqueue.ultramsg.api.Messages;
import io.smartqueue.ultramsg.api.NumberCheck;
import io.smartqueue.ultramsg.api.QueuedMessage;
import io.smartqueue.ultramsg.api.SettingsChange;
import io.smartqueue.ultramsg.api.StoredMedia;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.message.MessageId;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.WebhookEventName;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/** Java that docs/client.md shows; {@link ClientPageTest} compares the two. Not run: it asks UltraMsg itself. */
final class ClientSnippets {
    private ClientSnippets() {}

    static UltraMsgClient share(InstanceCredentials credentials) {
        // docs: begin
        var http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.ultraMsg()); // share it, close it at the end
        UltraMsgClient client = http.client(credentials); // cheap: any number of instances share the connections
        UltraMsgClient patient = client.within(Duration.ofMinutes(1)); // 15 seconds otherwise
        // docs: end
        return patient;
    }

    static boolean findOut(UltraMsgClient client, Unknown unknown) {
        Messages messages = client.messages();
        // docs: begin
        Optional<QueuedMessage> found = messages.list(
                        MessageQuery.builder().reference(unknown.reference()).build())
                .findFirst();
        boolean delivered = found.flatMap(QueuedMessage::ack).equals(Optional.of(MessageAck.DEVICE));

        MessagePage failed = messages.page(
                MessageQuery.builder()
                        .status(MessageStatus.INVALID)
                        .newestFirst()
                        .build(),
                1);
        MessageStatistics counts = messages.statistics();
        System.out.println(failed.total() + " failed, " + counts.count(MessageStatus.QUEUE) + " wait");
        // docs: end
        return delivered;
    }

    static void link(UltraMsgClient client, Path picture) throws IOException {
        // docs: begin
        Instance instance = client.instance();
        AccountStatus status = instance.status();
        if (status.isWaitingForQrScan()) {
            Files.write(picture, instance.qrImage()); // show it to the account's owner only
        } else if (status.isReady()) {
            ConnectedAccount account = instance.me();
            boolean business = account.members().flag("is_business").orElse(false);
            System.out.println(business ? "a business account" : "a private account");
        }
        // docs: end
    }

    static void configure(Instance instance) {
        // docs: begin
        InstanceSettings settings = instance.settings();
        if (settings.webhookEvents().isEmpty()) {
            instance.changeSettings(SettingsChange.builder()
                    .webhookUrl(URI.create("https://shop.example/whatsapp"))
                    .webhookEventOn(WebhookEventName.MESSAGE_RECEIVED)
                    .webhookEventOn(WebhookEventName.MESSAGE_ACK)
                    .build()); // all else stays as it is
        }
        // docs: end
    }

    static void read(UltraMsgClient client) {
        // docs: begin
        Contacts contacts = client.contacts();
        ChatId ann = ChatId.of(PhoneNumber.parse("+49 30 901820"));
        NumberCheck check = contacts.check(ann);
        if (check.isOnWhatsApp()) {
            Contact contact = contacts.get(ann);
            Members everything = contact.members(); // what UltraMsg says beyond id and name
            System.out.println(everything.text("pushname").orElse("no name"));
        }

        Chats chats = client.chats();
        for (ChatMessage message : chats.messages(ann, 20)) {
            if (message.type().equals(MessageType.CHAT) && !message.isFromMe()) {
                MessageId id = message.id().orElseThrow();
                client.messages().react(id, "👍");
            }
        }
        List<Chat> all = chats.list();
        List<Group> groups = client.groups().list();
        System.out.println(groups.size() + " of " + all.size() + " chats are groups");
        // docs: end
    }

    static void store(UltraMsgClient client, Path menu) {
        // docs: begin
        StoredMedia media = client.within(Duration.ofMinutes(5)).media();
        try {
            URI stored = media.upload(menu);
            media.deleteFile(stored);
            media.deleteAllFilesOfMonth(YearMonth.of(2023, 1));
        } catch (ProviderException refused) {
            System.out.println(refused.kind() + ": " + refused.providerText());
        } catch (NoReplyException silence) {
            System.out.println(silence.effect() + ": it may be carried out, or certainly not");
        }
        // docs: end
    }
}
