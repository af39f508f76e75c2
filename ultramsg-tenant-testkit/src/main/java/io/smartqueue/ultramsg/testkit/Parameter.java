package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** A parameter of a call and what may stand in it; docs/ultramsg-api.md, sections 1.7 and 2. */
final class Parameter {

    private enum Need {
        REQUIRED,
        /** It has to be there, but may be empty. */
        GIVEN,
        OPTIONAL
    }

    private final String name;
    private final Need need;
    private final Function<String, @Nullable String> objection;

    private Parameter(String name, Need need, Function<String, @Nullable String> objection) {
        this.name = name;
        this.need = need;
        this.objection = objection;
    }

    static Parameter required(String name) {
        return new Parameter(name, Need.REQUIRED, value -> null);
    }

    static Parameter given(String name) {
        return new Parameter(name, Need.GIVEN, value -> null);
    }

    static Parameter optional(String name) {
        return new Parameter(name, Need.OPTIONAL, value -> null);
    }

    /** One or more numbers or chat ids, as {@code to} takes them. */
    static Parameter recipients(String name) {
        return required(name).and(value -> {
            List<String> each = Arrays.asList(value.split(",", -1));
            if (!each.stream().allMatch(ChatId::isRecipient)) {
                return InventedReplies.IS_NO_RECIPIENT;
            }
            return each.size() > 500 ? InventedReplies.TOO_MANY_RECIPIENTS : null;
        });
    }

    Parameter atMost(int characters) {
        return and(value -> value.codePointCount(0, value.length()) > characters
                ? "max length limit exceeded of " + characters
                : null);
    }

    /** A URL or base64. Only a URL tells an extension. */
    Parameter media(Set<String> extensions) {
        return and(value -> {
            if (!isUrl(value)) {
                return value.length() > 10_000_000 ? "max length limit exceeded of 10000000" : null;
            }
            String path = value.replaceFirst("[?#].*", "");
            String file = path.substring(path.lastIndexOf('/') + 1);
            int dot = file.lastIndexOf('.');
            String extension = dot < 0 ? "" : file.substring(dot + 1).toLowerCase(Locale.ROOT);
            boolean taken = extension.isEmpty() || extensions.isEmpty() || extensions.contains(extension);
            return taken ? null : "file extension not supported";
        });
    }

    Parameter matching(String regex, String reason) {
        return and(value -> value.matches(regex) ? null : reason);
    }

    Parameter integer() {
        return matching("-?\\d{1,9}", InventedReplies.IS_NO_INTEGER);
    }

    Parameter count() {
        return matching("\\d{1,9}", InventedReplies.IS_NO_INTEGER);
    }

    Parameter decimal() {
        return matching("-?\\d{1,3}(\\.\\d+)?", InventedReplies.IS_NO_NUMBER);
    }

    Parameter oneOf(String... values) {
        return matching(String.join("|", values), InventedReplies.IS_NOT_ALLOWED);
    }

    /** Why the request's value will not do, or null if it will. */
    @Nullable
    Map<String, String> problem(StubRequest request) {
        String value = request.parameters().get(name);
        if (value == null || value.isEmpty()) {
            boolean missing = need == Need.REQUIRED || (need == Need.GIVEN && value == null);
            return missing ? Map.of(name, "is required") : null;
        }
        String reason = objection.apply(value);
        return reason == null ? null : Map.of(name, reason);
    }

    static boolean isUrl(String value) {
        return value.startsWith("http://") || value.startsWith("https://");
    }

    static boolean saysYes(String value) {
        return value.matches("(?i)true|1|on|yes");
    }

    private Parameter and(Function<String, @Nullable String> next) {
        return new Parameter(name, need, value -> {
            String first = objection.apply(value);
            return first != null ? first : next.apply(value);
        });
    }
}
