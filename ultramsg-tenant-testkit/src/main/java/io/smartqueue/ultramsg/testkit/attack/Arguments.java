package io.smartqueue.ultramsg.testkit.attack;

import io.smartqueue.ultramsg.testkit.attack.Routine.Parameter;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Arguments with which functions may come to something: what the caller has said, else a value from the victim's rows if a column has
 * the parameter's name, else anything of the type.
 */
final class Arguments {
    private final Map<String, String> given;
    private final Map<String, String> values = new HashMap<>();
    private final Set<String> keys;
    private final Set<String> keyTypes;

    /**
     * @param given SQL expressions by the parameters' names
     * @param keys the names of columns that say whose a row is
     * @param keyTypes their types
     */
    Arguments(Map<String, String> given, Set<String> keys, Set<String> keyTypes) {
        this.given = given;
        this.keys = keys;
        this.keyTypes = keyTypes;
    }

    void learn(Map<String, @Nullable String> row) {
        row.forEach((column, value) -> {
            if (value != null && !keys.contains(column)) {
                values.putIfAbsent(column, value);
            }
        });
    }

    boolean takesKey(Parameter parameter) {
        return keyTypes.contains(parameter.type());
    }

    String key(Parameter parameter, String organization) {
        return Quoted.value(organization) + "::" + parameter.type();
    }

    /**
     * @param own the key to be given where it is not the parameter that is attacked
     */
    String any(Parameter parameter, String own) {
        @Nullable String said = given.get(parameter.name());
        if (said != null) {
            return said;
        }
        List<String> columns = columns(parameter.name());
        if (takesKey(parameter) && columns.stream().anyMatch(keys::contains)) {
            return key(parameter, own);
        }
        for (String column : columns) {
            @Nullable String value = values.get(column);
            if (value != null) {
                boolean asArray = parameter.type().endsWith("[]") && !value.startsWith("{");
                return (asArray ? "ARRAY [" + Quoted.value(value) + "]" : Quoted.value(value)) + "::"
                        + parameter.type();
            }
        }
        return anything(parameter.type());
    }

    private static List<String> columns(String parameter) {
        String bare = parameter.replaceFirst("^(p|in)?_", "");
        String one = bare.endsWith("s") ? bare.substring(0, bare.length() - 1) : bare;
        return Stream.of(parameter, bare, one, bare + "_id", one + "_id")
                .distinct()
                .toList();
    }

    private static String anything(String type) {
        if (type.endsWith("[]")) {
            return "ARRAY [" + anything(type.substring(0, type.length() - 2)) + "]::" + type;
        }
        return switch (type) {
            case "boolean" -> "true";
            case "smallint", "integer", "bigint", "numeric", "real", "double precision" -> "1::" + type;
            case "text", "character varying", "name", "character" -> "'x'::" + type;
            case "date" -> "current_date";
            case "timestamp with time zone", "timestamp without time zone" -> "current_date::" + type;
            case "interval" -> "interval '1 minute'";
            case "json", "jsonb" -> "'{}'::" + type;
            default -> "NULL";
        };
    }
}
