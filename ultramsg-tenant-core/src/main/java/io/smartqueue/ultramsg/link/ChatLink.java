package io.smartqueue.ultramsg.link;

import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/**
 * A link that opens a chat with a number in WhatsApp, with a text ready to be sent or without one. Nothing is sent before the customer
 * sends it.
 *
 * <pre>{@code
 * if (whatsApp.links().chat(acme) instanceof ChatLinkResult.Found found) {
 *     String svg = found.link().text("Hello, I have a question.").qrCode().toSvg();
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe; prints neither number nor text. That {@code wa.me} takes the number in digits alone and the text
 * percent-encoded is what WhatsApp's help says of "click to chat".
 */
public final class ChatLink {
    /**
     * The most characters of a text. An emoji of several code points counts as several. WhatsApp names no limit. Not every text as
     * long as this fits a QR code, see {@link #qrCode()}.
     */
    public static final int MAX_TEXT = 2_000;

    private static final String BASE = "https://wa.me/";

    private final PhoneNumber number;
    // transient, so that no JSON library prints it by itself
    private final transient String text;

    private ChatLink(PhoneNumber number, String text) {
        this.number = number;
        this.text = text;
    }

    /**
     * Returns a link without a text. {@link Links#chat} makes one of the number that an organization has at the moment.
     *
     * @param number whose chat it opens
     * @return the link
     */
    public static ChatLink to(PhoneNumber number) {
        return new ChatLink(Objects.requireNonNull(number, "number"), "");
    }

    /**
     * Returns the same link with a text, in place of the one before.
     *
     * @param text 1 to 2,000 characters; braces are characters like others, line breaks of any kind become line feeds
     * @return the link
     * @throws IllegalArgumentException if the text is blank, too long, or holds control characters or half a surrogate pair; the message
     *     does not repeat it
     */
    public ChatLink text(String text) {
        String checked = LinkText.checked("text", text, MAX_TEXT);
        LinkText.requireVisible("text", checked);
        return new ChatLink(number, checked);
    }

    /**
     * Returns the same link with the text of a template, in place of the one before.
     *
     * @param template the text with its variables
     * @param values one for each variable that the text uses, by name, possibly empty; more only for variables that the template knows
     * @return the link
     * @throws IllegalArgumentException if a value is missing or for no variable, or the text with all values is not what {@link
     *     #text(String)} takes; the message names the variable and repeats no value
     */
    public ChatLink text(TextTemplate template, Map<String, String> values) {
        return text(template.fill(values));
    }

    /**
     * Returns whose chat it opens.
     *
     * @return the number
     */
    public PhoneNumber number() {
        return number;
    }

    /**
     * Returns the link itself. It holds number and text: never log it.
     *
     * @return an address of ASCII characters alone, the text percent-encoded in UTF-8
     */
    public URI url() {
        return URI.create(address());
    }

    private String address() {
        String address = BASE + number.e164().substring(1);
        return text.isEmpty() ? address : address + "?text=" + encoded(text);
    }

    /** As RFC 3986 has it: forms, for which the JDK encodes, write a blank as a plus sign, which WhatsApp would show. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /**
     * Draws the link as a QR code, for tables, windows and letters. Shorter texts make codes that are easier to scan: 100 letters of plain
     * English are a good size for a table.
     *
     * @return the code
     * @throws IllegalArgumentException if the link is too long for any. Texts in English fit up to some 1,900 characters, in other
     *     alphabets up to 650, of emoji alone up to 350
     */
    public QrCode qrCode() {
        String address = address();
        return QrCode.find(address)
                .orElseThrow(() -> new IllegalArgumentException("text makes a link of " + address.length()
                        + " characters, which is too long for a QR code: shorten it; what is no letter from a to z,"
                        + " digit, hyphen or dot takes 3 to 12 characters of a link"));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ChatLink link && number.equals(link.number) && text.equals(link.text);
    }

    @Override
    public int hashCode() {
        return Objects.hash(number, text);
    }

    @Override
    public String toString() {
        return "ChatLink[" + number + ", text " + LinkText.length(text) + " characters]";
    }
}
