package io.smartqueue.ultramsg.testkit;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** An instance's switches by their names, with their arguments as text: for a server that runs alone. */
final class Switches {

    private static final Map<String, BiConsumer<StubInstance, Arguments>> ALL = new TreeMap<>(Map.ofEntries(
            Map.entry("worksNormally", (stub, with) -> stub.worksNormally()),
            Map.entry("isConnectedAs", (stub, with) -> stub.isConnectedAs(with.text("number"), with.text("name"))),
            Map.entry("waitsForQrScan", (stub, with) -> stub.waitsForQrScan()),
            Map.entry("isInStandby", (stub, with) -> stub.isInStandby()),
            Map.entry("isStarting", (stub, with) -> stub.isStarting()),
            Map.entry("isLoading", (stub, with) -> stub.isLoading()),
            Map.entry("isRetrying", (stub, with) -> stub.isRetrying()),
            Map.entry("isDisconnected", (stub, with) -> stub.isDisconnected()),
            Map.entry("rejectsToken", (stub, with) -> stub.rejectsToken()),
            Map.entry("isStoppedForNonPayment", (stub, with) -> stub.isStoppedForNonPayment()),
            Map.entry("answersErrorsWith200", (stub, with) -> stub.answersErrorsWith200()),
            Map.entry("answersErrorsWith4xx", (stub, with) -> stub.answersErrorsWith4xx()),
            Map.entry("repliesInRareShapes", (stub, with) -> stub.repliesInRareShapes()),
            Map.entry("reachesDailyLimit", (stub, with) -> stub.reachesDailyLimit(with.number("after"))),
            Map.entry("losesReplyAfterAccepting", (stub, with) -> stub.losesReplyAfterAccepting(with.number("count"))),
            Map.entry("resetsConnection", (stub, with) -> stub.resetsConnection()),
            Map.entry("repliesAfter", (stub, with) -> stub.repliesAfter(with.duration("delay"))),
            Map.entry("tricklesReplies", (stub, with) -> stub.tricklesReplies(with.duration("pausePerByte"))),
            Map.entry("answersHtml", (stub, with) -> stub.answersHtml(with.number("status"))),
            Map.entry("answersEmptyBody", (stub, with) -> stub.answersEmptyBody()),
            Map.entry(
                    "answersTooManyRequests", (stub, with) -> stub.answersTooManyRequests(with.duration("retryAfter"))),
            Map.entry(
                    "isNotOnWhatsApp",
                    (stub, with) -> stub.number(with.text("number")).isNotOnWhatsApp()),
            Map.entry(
                    "isOnWhatsApp",
                    (stub, with) -> stub.number(with.text("number")).isOnWhatsApp()),
            Map.entry("isInGroup", (stub, with) -> stub.isInGroup(with.text("id"), with.text("name"))),
            Map.entry("recipientsReadAfter", (stub, with) -> stub.recipientsReadAfter(with.duration("after"))),
            Map.entry("messageIsRead", (stub, with) -> stub.messageIsRead(with.number("id"))),
            Map.entry("messageIsPlayed", (stub, with) -> stub.messageIsPlayed(with.number("id"))),
            Map.entry("messageIsUnsent", (stub, with) -> stub.messageIsUnsent(with.number("id"), with.text("reason"))),
            Map.entry("duplicatesWebhooks", (stub, with) -> stub.duplicatesWebhooks(with.number("copies"))),
            Map.entry(
                    "receives",
                    (stub, with) ->
                            stub.receives(InboundMessage.from(with.text("from")).text(with.text("text"))))));

    private Switches() {}

    /** The arguments of a switch, by name. */
    private record Arguments(Map<String, String> values) {

        String text(String name) {
            String value = values.get(name);
            if (value == null || value.isEmpty()) {
                throw new IllegalArgumentException("Expected an argument " + name);
            }
            return value;
        }

        int number(String name) {
            String text = text(name);
            if (!text.matches("\\d{1,9}")) {
                throw new IllegalArgumentException("Expected a number as " + name);
            }
            return Integer.parseInt(text);
        }

        Duration duration(String name) {
            try {
                return Duration.parse(text(name));
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("Expected a duration such as PT2S as " + name, e);
            }
        }
    }

    static Iterable<String> names() {
        return ALL.keySet();
    }

    /**
     * Turns a switch.
     *
     * @throws IllegalArgumentException if there is no such switch, or an argument is missing or malformed
     */
    static void turn(StubInstance instance, String name, Map<String, String> arguments) {
        BiConsumer<StubInstance, Arguments> found = ALL.get(name);
        if (found == null) {
            throw new IllegalArgumentException("There is no switch of this name, only " + ALL.keySet());
        }
        found.accept(instance, new Arguments(arguments));
    }
}
