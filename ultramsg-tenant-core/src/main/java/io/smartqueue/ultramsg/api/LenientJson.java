package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Reads JSON whose types vary from source to source: numbers as text, booleans as anything, lists bare or wrapped. What
 * does not fit is absent; nothing here throws.
 */
final class LenientJson {
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern DECIMAL_NUMBER = Pattern.compile("-?[0-9]{1,9}(?:\\.[0-9]{0,20})?");
    private static final double EXACT_AS_DOUBLE = 1e15;
    private static final long LATEST_SECOND = 253_402_300_799L; // of the year 9999

    private LenientJson() {}

    /** The first member of these names that is a text, a number or a boolean and not blank; else the empty text. */
    static String text(JsonNode object, String... names) {
        for (String name : names) {
            String text = text(object.path(name));
            if (!text.isBlank()) {
                return text;
            }
        }
        return "";
    }

    static String text(JsonNode scalar) {
        return scalar.asText(""); // without the default, null reads "null"
    }

    static OptionalLong number(JsonNode object, String name) {
        JsonNode value = object.path(name);
        if (value.isIntegralNumber()) {
            return value.canConvertToLong() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
        }
        if (value.isNumber()) {
            double number = value.doubleValue();
            boolean whole = number == Math.rint(number) && Math.abs(number) < EXACT_AS_DOUBLE;
            return whole ? OptionalLong.of((long) number) : OptionalLong.empty();
        }
        String typed = text(value).strip();
        return WHOLE_NUMBER.matcher(typed).matches() ? OptionalLong.of(Long.parseLong(typed)) : OptionalLong.empty();
    }

    /** The first member of these names that is a number, or a text that reads as one in plain decimal form. */
    static OptionalDouble decimal(JsonNode object, String... names) {
        for (String name : names) {
            String typed = text(object.path(name)).strip();
            if (object.path(name).isNumber() || DECIMAL_NUMBER.matcher(typed).matches()) {
                return OptionalDouble.of(object.path(name).asDouble());
            }
        }
        return OptionalDouble.empty();
    }

    static Optional<Boolean> flag(JsonNode object, String name) {
        return switch (text(object.path(name)).strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "on", "yes" -> Optional.of(true);
            case "false", "0", "off", "no" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** Seconds since 1970; zero and less mean "not yet". */
    static Optional<Instant> instant(JsonNode object, String... names) {
        for (String name : names) {
            OptionalLong seconds = number(object, name);
            if (seconds.isPresent() && seconds.getAsLong() > 0 && seconds.getAsLong() <= LATEST_SECOND) {
                return Optional.of(Instant.ofEpochSecond(seconds.getAsLong()));
            }
        }
        return Optional.empty();
    }

    /** The first member of these names that is an http or https address with a host. */
    static Optional<URI> webAddress(JsonNode object, String... names) {
        for (String name : names) {
            Optional<URI> address = webAddress(text(object.path(name)).strip());
            if (address.isPresent()) {
                return address;
            }
        }
        return Optional.empty();
    }

    private static Optional<URI> webAddress(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            return web && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (URISyntaxException notAnAddress) {
            return Optional.empty();
        }
    }

    /** A list that stands alone or in a member of one of these names; an empty object is PHP's empty list. */
    static Optional<List<JsonNode>> list(JsonNode json, String... wrappers) {
        if (json.isArray() || (json.isObject() && json.isEmpty())) {
            return Optional.of(entries(json));
        }
        for (String wrapper : wrappers) {
            JsonNode wrapped = json.path(wrapper);
            if (wrapped.isArray() || (wrapped.isObject() && wrapped.isEmpty())) {
                return Optional.of(entries(wrapped));
            }
        }
        return Optional.empty();
    }

    private static List<JsonNode> entries(JsonNode list) {
        List<JsonNode> entries = new ArrayList<>(list.size());
        list.forEach(entries::add);
        return entries;
    }

    /** An object that stands alone or in a member of one of these names. */
    static JsonNode object(JsonNode json, String... wrappers) {
        for (String wrapper : wrappers) {
            if (json.path(wrapper).isObject()) {
                return json.path(wrapper);
            }
        }
        return json;
    }
}
