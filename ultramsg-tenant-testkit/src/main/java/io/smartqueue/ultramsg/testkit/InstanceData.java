package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All that one instance knows. Not thread-safe; {@link InstanceState} guards it. */
final class InstanceData implements MessageQueue.Sending {

    final MessageQueue queue = new MessageQueue();
    final Chats chats = new Chats();
    final Directory directory = new Directory();
    final Groups groups = new Groups();
    final InstanceSettings settings = new InstanceSettings();
    final MediaStore media;

    /** Every message ever accepted; clearing the queue leaves them. */
    final List<ReceivedMessage> accepted = new ArrayList<>();

    /** Emojis by WhatsApp's id of the message. */
    final Map<String, String> reactions = new LinkedHashMap<>();

    /** WhatsApp's ids of messages that were deleted. */
    final List<String> deleted = new ArrayList<>();

    /** What there is to tell, in its order; whoever takes it posts it. */
    final List<WebhookEvent> events = new ArrayList<>();

    Behaviour behaviour = new Behaviour();
    Account account = new Account("+15550000000", "UltraMsg stub");

    private final Clock clock;
    private long received;
    private final Map<LocalDate, Integer> acceptedByDay = new HashMap<>();

    InstanceData(Clock clock, String baseUrl) {
        this.clock = clock;
        this.media = new MediaStore(baseUrl);
    }

    Instant now() {
        return clock.instant();
    }

    /** Lets the time pass since the last call. */
    void catchUp() {
        queue.advance(now(), this, this::enterChats);
        if (tells("message_ack") && tells("message_received")) { // UltraMsg wants both for acks
            queue.in(MessageStatus.SENT).forEach(this::announce);
        }
    }

    void receive(InboundMessage message) {
        directory.meet(message.sender());
        received++;
        ChatMessage arrived = message.arrived(
                String.format("3EB1%012X", received),
                account.chatId(),
                directory.nameOf(message.sender()),
                now().getEpochSecond());
        if (message.isReaction()) {
            react(arrived, message.target());
            return;
        }
        chats.add(message.chatId(), arrived);
        if (tells("message_received")) {
            ChatMessage shown = settings.isOn("webhook_message_download_media") ? arrived : arrived.withoutMedia();
            events.add(new WebhookEvent("message_received", "", "", shown.listed("", behaviour.shapes)));
        }
    }

    /** Invented, docs/ultramsg-api.md, section 7. */
    private void react(ChatMessage reaction, String target) {
        if (tells("message_reaction")) {
            Map<String, Object> shown = reaction.listed("", behaviour.shapes);
            shown.put("msgId", target);
            events.add(new WebhookEvent("message_reaction", "", "", shown));
        }
    }

    private boolean tells(String event) {
        return !settings.text("webhook_url").isEmpty() && settings.isOn("webhook_" + event);
    }

    private void announce(QueuedMessage message) {
        Ack ack = message.nextAck(now());
        while (ack != null) {
            events.add(event("message_ack", message, ack.word()));
            ack = message.nextAck(now());
        }
    }

    private WebhookEvent event(String name, QueuedMessage message, String ack) {
        String referenceId = message.message().referenceId();
        ChatMessage shown = inChat(message, ChatId.each(message.message().to()).get(0));
        return new WebhookEvent(
                name,
                Long.toString(message.message().id()),
                referenceId == null ? "" : referenceId,
                shown.listed(ack, behaviour.shapes));
    }

    void accept(ReceivedMessage.Kind kind, Map<String, String> parameters) {
        ReceivedMessage message = new ReceivedMessage(accepted.size() + 1L, kind, parameters, now());
        accepted.add(message);
        queue.add(message);
        acceptedByDay.merge(today(), 1, Integer::sum);
        catchUp();
    }

    long lastId() {
        return accepted.size();
    }

    /** Counts the messages accepted on this UTC day. */
    int acceptedToday() {
        return acceptedByDay.getOrDefault(today(), 0);
    }

    /** The name that a chat goes by. */
    String nameOf(String chatId) {
        return ChatId.isGroup(chatId) ? groups.nameOf(chatId) : directory.nameOf(chatId);
    }

    /** How far a message of this account has come, as a word; empty for one of somebody else. */
    String ackOf(ChatMessage message) {
        return queue.all().stream()
                .filter(queued -> queued.whatsAppId().equals(message.id()))
                .flatMap(queued -> Stream.ofNullable(queued.ack(now())))
                .map(Ack::word)
                .findFirst()
                .orElse("");
    }

    @Override
    public boolean isConnected() {
        return behaviour.account == AccountState.AUTHENTICATED && !behaviour.stopped;
    }

    @Override
    public Duration pause(MessageQueue.Crowd crowd) {
        return settings.pause(crowd);
    }

    @Override
    public Predicate<String> reaches() {
        return directory::isOnWhatsApp;
    }

    @Override
    public @Nullable Duration untilRead() {
        return behaviour.untilRead;
    }

    private void enterChats(QueuedMessage queued) {
        for (String chatId : ChatId.each(queued.message().to())) {
            directory.meet(chatId);
            chats.add(chatId, inChat(queued, chatId));
        }
        if (tells("message_create")) {
            events.add(event("message_create", queued, ""));
        }
    }

    private ChatMessage inChat(QueuedMessage queued, String chatId) {
        ReceivedMessage message = queued.message();
        String type = message.kind() == ReceivedMessage.Kind.VOICE
                ? "ptt"
                : message.kind().word();
        return new ChatMessage(
                queued.whatsAppId(),
                account.chatId(),
                chatId,
                "",
                account.name(),
                type,
                message.parameters().getOrDefault("caption", message.body()),
                "",
                queued.listedSentAt());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(now(), ZoneOffset.UTC);
    }
}
