package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.OptionalLong;

/**
 * One page of the messages in UltraMsg's records. Immutable and thread-safe.
 *
 * <p>Source: docs/ultramsg-api.md, section 3.3.
 */
public final class MessagePage {
    private final List<QueuedMessage> messages;
    private final int number;
    private final @Nullable Long pages;
    private final @Nullable Long total;

    private MessagePage(List<QueuedMessage> messages, int number, @Nullable Long pages, @Nullable Long total) {
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
        return new MessagePage(messages, number, count(json, "pages"), count(json, "total"));
    }

    private static @Nullable Long count(JsonNode json, String name) {
        OptionalLong count = LenientJson.number(json, name);
        return count.isPresent() ? count.getAsLong() : null;
    }

    private static OptionalLong optional(@Nullable Long count) {
        return count == null ? OptionalLong.empty() : OptionalLong.of(count);
    }

    /** A full stop even if UltraMsg promises more. */
    MessagePage asLast() {
        return new MessagePage(messages, number, (long) number, total);
    }

    boolean mayHaveNext() {
        return !messages.isEmpty() && number < (pages == null ? Integer.MAX_VALUE : Math.min(pages, Integer.MAX_VALUE));
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
        return optional(pages);
    }

    /**
     * Returns how many messages there are on all pages.
     *
     * @return empty if the reply does not say
     */
    public OptionalLong total() {
        return optional(total);
    }

    @Override
    public String toString() {
        return "MessagePage[" + number + ", " + messages.size() + " messages]";
    }
}
