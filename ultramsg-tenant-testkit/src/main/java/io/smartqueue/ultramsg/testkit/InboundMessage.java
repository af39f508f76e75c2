package io.smartqueue.ultramsg.testkit;

import java.util.Objects;

/**
 * A message that somebody sends to an instance's account; hand it to {@link StubInstance#receives}.
 *
 * <pre>{@code
 * instance.receives(from("+15550001111").text("Am I next?"));
 * }</pre>
 *
 * <p>Immutable and thread-safe. {@link #toString()} shows neither the sender nor the content.
 */
public final class InboundMessage {

    private static final String REACTION = "reaction";

    private final String sender;
    private final String group;
    private final String type;
    private final String body;
    private final String media;
    private final String target;

    private InboundMessage(String sender, String group, String type, String body, String media, String target) {
        this.sender = sender;
        this.group = group;
        this.type = type;
        this.body = body;
        this.media = media;
        this.target = target;
    }

    /**
     * Names the sender of an empty text.
     *
     * @param number such as {@code +15550001111}
     * @return a message to describe further
     * @throws IllegalArgumentException if it is no number
     */
    public static InboundMessage from(String number) {
        if (!ChatId.isRecipient(number)) {
            throw new IllegalArgumentException("Expected a number such as +15550001111");
        }
        return new InboundMessage(ChatId.of(number), "", "chat", "", "", "");
    }

    /**
     * Says what the text is.
     *
     * @param text the text
     * @return the message with it
     */
    public InboundMessage text(String text) {
        return new InboundMessage(sender, group, "chat", Objects.requireNonNull(text, "text"), "", "");
    }

    /**
     * Makes it a file.
     *
     * @param webhookType UltraMsg's word, such as {@code image}, {@code ptt} or {@code document}
     * @param url where it is; webhooks tell it only if the instance downloads media
     * @param caption the caption, or empty
     * @return the message with it
     */
    public InboundMessage media(String webhookType, String url, String caption) {
        return new InboundMessage(sender, group, webhookType, caption, url, "");
    }

    /**
     * Makes it a reaction, which enters no chat. No public source shows the webhook that tells of it: its shape is invented.
     *
     * @param emoji the sign, or empty to take a reaction back
     * @param messageId WhatsApp's id of the message that it is a reaction to
     * @return the reaction
     */
    public InboundMessage reaction(String emoji, String messageId) {
        return new InboundMessage(
                sender,
                group,
                REACTION,
                Objects.requireNonNull(emoji, "emoji"),
                "",
                Objects.requireNonNull(messageId, "messageId"));
    }

    /**
     * Sends it into a group.
     *
     * @param id the group's id, such as {@code 120363000000000001@g.us}
     * @return the message in that group
     */
    public InboundMessage inGroup(String id) {
        return new InboundMessage(sender, id, type, body, media, target);
    }

    boolean isReaction() {
        return type.equals(REACTION);
    }

    /** WhatsApp's id of the message that this is a reaction to, or empty. */
    String target() {
        return target;
    }

    String sender() {
        return sender;
    }

    String chatId() {
        return group.isEmpty() ? sender : group;
    }

    /** The message as the account gets it. */
    ChatMessage arrived(String sid, String account, String pushname, long time) {
        String author = group.isEmpty() ? "" : sender;
        String id = "false_" + chatId() + "_" + sid + (author.isEmpty() ? "" : "_" + author);
        return new ChatMessage(id, chatId(), account, author, pushname, type, body, media, time);
    }

    /**
     * Names the kind only.
     *
     * @return the type
     */
    @Override
    public String toString() {
        return "InboundMessage[" + type + "]";
    }
}
