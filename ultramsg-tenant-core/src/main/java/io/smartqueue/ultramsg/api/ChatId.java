package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * WhatsApp's name for a chat: {@code 15550001111@c.us} for a person, {@code 120363…@g.us} for a group, and whatever else
 * UltraMsg sends. It holds a phone number, so it prints its kind only.
 *
 * <p>Immutable and thread-safe. Source: docs/ultramsg-api.md, section 1.6.
 */
public final class ChatId {
    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final String OF_PERSONS = "@c.us";
    private static final String OF_GROUPS = "@g.us";

    // transient, so that no JSON library prints it by itself
    private final transient String value;

    private ChatId(String value) {
        this.value = value;
    }

    /**
     * Reads a chat id as UltraMsg gives it.
     *
     * @param text 1 to 255 printable ASCII characters without blanks
     * @return the id
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static ChatId parse(String text) {
        return find(text.strip())
                .orElseThrow(() -> new IllegalArgumentException(
                        "chat id must be 1 to 255 printable ASCII characters without blanks"));
    }

    static Optional<ChatId> find(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new ChatId(text)) : Optional.empty();
    }

    /**
     * Returns the id of the chat with a person.
     *
     * @param number the person's number
     * @return the id, which says nothing about whether the number is on WhatsApp
     */
    public static ChatId of(PhoneNumber number) {
        return new ChatId(number.e164().substring(1) + OF_PERSONS);
    }

    /**
     * Returns the id as UltraMsg writes it. Never log the result.
     *
     * @return such as {@code 15550001111@c.us}
     */
    public String value() {
        return value;
    }

    /**
     * Tells whether the chat is a group.
     *
     * @return true for an id that ends in {@code @g.us}
     */
    public boolean isGroup() {
        return value.endsWith(OF_GROUPS);
    }

    /**
     * Returns the number of the person the chat is with.
     *
     * @return the number, or empty for a group or anything else
     */
    public Optional<PhoneNumber> number() {
        int at = value.indexOf('@');
        if (at >= 0 && !value.endsWith(OF_PERSONS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(PhoneNumber.parse(at < 0 ? value : value.substring(0, at)));
        } catch (IllegalArgumentException notANumber) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChatId id && value.equals(id.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "ChatId[" + (isGroup() ? "group" : value.endsWith(OF_PERSONS) ? "person" : "other") + "]";
    }
}
