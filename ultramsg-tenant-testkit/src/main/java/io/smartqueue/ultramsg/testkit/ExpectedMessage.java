package io.smartqueue.ultramsg.testkit;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a message has to be like; what is not said may be anything. Get one from {@link UltraMsgAssertions#text} or
 * {@link UltraMsgAssertions#message}.
 *
 * <pre>{@code
 * assertThat(instance).received(text("You are next").to("+15550001111"));
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class ExpectedMessage {

    private final ReceivedMessage.Kind kind;
    private final Map<String, String> parameters;

    private ExpectedMessage(ReceivedMessage.Kind kind, Map<String, String> parameters) {
        this.kind = kind;
        this.parameters = Map.copyOf(parameters);
    }

    static ExpectedMessage of(ReceivedMessage.Kind kind, String content) {
        Objects.requireNonNull(content, "content");
        return new ExpectedMessage(kind, Map.of(kind.content(), content));
    }

    /**
     * Wants a recipient.
     *
     * @param recipient in any spelling, so that {@code +15550001111} is {@code 15550001111@c.us}, too
     * @return a message that wants it, too
     */
    public ExpectedMessage to(String recipient) {
        return with("to", recipient);
    }

    /**
     * Wants the sender's own id of the message.
     *
     * @param referenceId the id
     * @return a message that wants it, too
     */
    public ExpectedMessage referenceId(String referenceId) {
        return with("referenceId", referenceId);
    }

    /**
     * Wants a parameter to have been sent.
     *
     * @param parameter UltraMsg's name of it, such as {@code caption} or {@code priority}
     * @param value its value
     * @return a message that wants it, too
     */
    public ExpectedMessage with(String parameter, String value) {
        Map<String, String> more = new TreeMap<>(parameters);
        more.put(Objects.requireNonNull(parameter, "parameter"), Objects.requireNonNull(value, "value"));
        return new ExpectedMessage(kind, more);
    }

    boolean matches(ReceivedMessage message) {
        return message.kind() == kind
                && parameters.entrySet().stream().allMatch(wanted -> {
                    String value = message.parameters().get(wanted.getKey());
                    return value != null
                            && (wanted.getKey().equals("to")
                                    ? ChatId.of(value).equals(ChatId.of(wanted.getValue()))
                                    : value.equals(wanted.getValue()));
                });
    }

    String description() {
        return described(kind, parameters);
    }

    /** A message in a line: kind, recipient, content, and the rest by name. */
    static String described(ReceivedMessage.Kind kind, Map<String, String> parameters) {
        String to = parameters.containsKey("to") ? " to " + parameters.get("to") : "";
        String rest = new TreeMap<>(parameters)
                .entrySet().stream()
                        .filter(parameter -> !parameter.getKey().equals("to")
                                && !parameter.getKey().equals(kind.content()))
                        .map(parameter -> ", " + parameter.getKey() + " \"" + parameter.getValue() + "\"")
                        .collect(Collectors.joining());
        return kind.name().toLowerCase(Locale.ROOT) + to + ": \"" + parameters.get(kind.content()) + "\"" + rest;
    }

    /**
     * Names the kind, and none of what is wanted.
     *
     * @return the kind
     */
    @Override
    public String toString() {
        return "ExpectedMessage[" + kind + "]";
    }
}
