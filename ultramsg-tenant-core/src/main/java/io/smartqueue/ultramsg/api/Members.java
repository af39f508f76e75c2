package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All members of an object as UltraMsg sent it, those included that have an accessor of their own: the way to what is not
 * documented, or new. Types vary from account to account, so each accessor reads a text, a number or a boolean for what it
 * says.
 *
 * <pre>{@code
 * boolean business = contact.members().flag("isBusiness").orElse(false);
 * }</pre>
 *
 * <p>Immutable and thread-safe; prints the number of members, nothing of what they say.
 */
public final class Members {
    // transient, so that no JSON library prints names and numbers of people by itself
    private final transient JsonNode object;

    Members(JsonNode object) {
        this.object = object;
    }

    /**
     * Reads a member as text.
     *
     * @param name the member's name
     * @return the text, number or boolean; empty if there is none, or it is blank, an object or a list
     */
    public Optional<String> text(String name) {
        return Optional.of(LenientJson.text(object, name)).filter(text -> !text.isEmpty());
    }

    /**
     * Reads a member as a whole number.
     *
     * @param name the member's name
     * @return the number; empty if there is none
     */
    public OptionalLong number(String name) {
        return LenientJson.number(object, name);
    }

    /**
     * Reads a member as yes or no: {@code true}, {@code 1}, {@code on} and {@code yes} in any spelling, and their opposites.
     *
     * @param name the member's name
     * @return empty if it is neither
     */
    public Optional<Boolean> flag(String name) {
        return LenientJson.flag(object, name);
    }

    /**
     * Returns everything, for members that are objects or lists themselves. Never log the result.
     *
     * @return an unmodifiable map, in UltraMsg's order, of {@code String}, {@code Long}, {@code Double}, {@code BigInteger},
     *     {@code Boolean}, null, and lists and maps of these
     */
    public Map<String, @Nullable Object> asMap() {
        return map(object);
    }

    private static Map<String, @Nullable Object> map(JsonNode object) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            map.put(member.getKey(), value(member.getValue()));
        }
        return Collections.unmodifiableMap(map);
    }

    private static @Nullable Object value(JsonNode node) {
        if (node.isObject()) {
            return map(node);
        }
        if (node.isArray()) {
            List<@Nullable Object> list = new ArrayList<>(node.size());
            for (JsonNode entry : node) {
                list.add(value(entry));
            }
            return Collections.unmodifiableList(list);
        }
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue();
        }
        if (node.isNumber()) {
            return node.doubleValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.isNull() ? null : node.asText();
    }

    @Override
    public String toString() {
        return "Members[" + object.size() + "]";
    }
}
