package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.Region;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who gets a message: one person or one group. It prints its kind only.
 *
 * <p>Immutable and thread-safe.
 */
public final class Recipient {
    // Source: docs/ultramsg-api.md, section 1.6. Newsletters are not in
    // it.
    private static final Pattern PERSON = Pattern.compile("[1-9][0-9]{4,19}@c\\.us");
    private static final Pattern GROUP = Pattern.compile("[1-9][0-9]{4,24}(?:-[0-9]{5,20})?@g\\.us");

    private enum Kind {
        PHONE,
        PERSON,
        GROUP
    }

    private final Kind kind;
    // transient, so that no JSON library prints it by itself
    private final transient String address;

    private Recipient(Kind kind, String address) {
        this.kind = kind;
        this.address = address;
    }

    /**
     * Returns the person with a phone number.
     *
     * @param number the number
     * @return the recipient
     */
    public static Recipient of(PhoneNumber number) {
        return new Recipient(Kind.PHONE, number.e164());
    }

    /**
     * Reads a recipient: an international number, with or without the plus sign, or a chat id as UltraMsg gives it.
     *
     * @param text such as {@code +49 30 901820}, {@code 4930901820@c.us} or {@code 120363…@g.us}
     * @return the recipient
     * @throws IllegalArgumentException if the text is not one recipient; the message does not repeat it
     */
    public static Recipient parse(String text) {
        return read(text, null);
    }

    /**
     * Reads a recipient that may also be a local number.
     *
     * @param text as for {@link #parse(String)}, or a local number of the region
     * @param region whose local numbers are meant
     * @return the recipient
     * @throws IllegalArgumentException if the text is not one recipient; the message does not repeat it
     */
    public static Recipient parse(String text, Region region) {
        return read(text, Objects.requireNonNull(region, "region"));
    }

    private static Recipient read(String text, @Nullable Region region) {
        String typed = Objects.requireNonNull(text, "recipient").strip();
        if (typed.indexOf(',') >= 0 || typed.indexOf(';') >= 0) {
            throw new IllegalArgumentException(
                    "recipient is a list: a message has one recipient, send one message to each");
        }
        if (typed.indexOf('@') >= 0) {
            return ofChatId(typed);
        }
        return of(region == null ? PhoneNumber.parse(typed) : PhoneNumber.parse(typed, region));
    }

    private static Recipient ofChatId(String typed) {
        if (PERSON.matcher(typed).matches()) {
            return new Recipient(Kind.PERSON, typed);
        }
        if (GROUP.matcher(typed).matches()) {
            return new Recipient(Kind.GROUP, typed);
        }
        throw new IllegalArgumentException(
                "recipient is not a chat id: those of persons end in @c.us, those of groups in @g.us");
    }

    /**
     * Returns the recipient as UltraMsg expects it. Never log the result.
     *
     * @return an E.164 number or a chat id
     */
    public String address() {
        return address;
    }

    /**
     * Returns the recipient as WhatsApp names it in contacts and mentions. Never log the result.
     *
     * @return a chat id: digits and {@code @c.us} for a person, {@code @g.us} for a group
     */
    public String chatId() {
        return kind == Kind.PHONE ? address.substring(1) + "@c.us" : address; // without the plus sign
    }

    /** As UltraMsg takes a list of them. */
    static String chatIds(List<Recipient> recipients) {
        return recipients.stream().map(Recipient::chatId).collect(Collectors.joining(","));
    }

    /**
     * Tells whether the recipient is a group.
     *
     * @return true for a group's chat id
     */
    public boolean isGroup() {
        return kind == Kind.GROUP;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Recipient recipient && address.equals(recipient.address);
    }

    @Override
    public int hashCode() {
        return address.hashCode();
    }

    @Override
    public String toString() {
        return "Recipient[" + (isGroup() ? "group" : "person") + "]";
    }
}
