package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.OptionalLong;

/**
 * One page of the messages in UltraMsg's records. Immutable and thread-safe.
 *
 * <p>Source: UltraMsg blog, "whatsapp message delivery", as read in November 2026.
 */
public final class MessagePage {
    private final List<QueuedMessage> messages;
    private final int number;
    private final OptionalLong pages;
    private final OptionalLong total;

    private MessagePage(List<QueuedMessage> messages, int number, OptionalLong pages, OptionalLong total) {
        this.messages = messages;
        this.number = number;
        this.pages = pages;
        this.total = total;
    }

    static MessagePage read(JsonNode json, int number) {
        List<QueuedMessage> messages = LenientJson.list(json, "messages", "data", "list")
                .orElseThrow(() -> Calls.unexpected("the reply holds no list of messages"))
                .stream()
                .map(QueuedMessage::read)
                .toList();
        return new MessagePage(messages, number, LenientJson.number(json, "pages"), LenientJson.number(json, "total"));
    }

    /** A full stop even if UltraMsg promises more. */
    MessagePage asLast() {
        return new MessagePage(messages, number, OptionalLong.of(number), total);
    }

    boolean mayHaveNext() {
        return !messages.isEmpty() && number < pages.orElse(Integer.MAX_VALUE) && number < Integer.MAX_VALUE;
    }

    /**
     * Returns the messages on this page.
     *
     * @return an unmodifiable list, empty after the last page
     */
    public List<QueuedMessage> messages() {
        return messages;
    }

    /**
     * Returns which page this is.
     *
     * @return 1 or more
     */
    public int number() {
        return number;
    }

    /**
     * Returns how many pages there are.
     *
     * @return empty if the reply does not say
     */
    public OptionalLong pages() {
        return pages;
    }

    /**
     * Returns how many messages there are on all pages.
     *
     * @return empty if the reply does not say
     */
    public OptionalLong total() {
        return total;
    }

    @Override
    public String toString() {
        return "MessagePage[" + number + ", " + messages.size() + " messages]";
    }
}
