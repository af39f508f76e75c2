package io.smartqueue.ultramsg.testkit.attack;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** What might be in the tenant setting, and keys that are nobody's. */
final class SettingTexts {
    private final String victim;
    private final Set<String> keyTypes;
    private final List<String> malformed;

    SettingTexts(String victim, String attacker, Set<String> keyTypes) {
        this.victim = victim;
        this.keyTypes = keyTypes;
        this.malformed = Stream.of(
                        attacker + "' OR 'a' = 'a",
                        attacker + "," + victim,
                        "x".repeat(10_000),
                        "'",
                        "%",
                        " ",
                        "'" + victim + "'",
                        "{" + attacker + "," + victim + "}",
                        "-1",
                        "00000000-0000-0000-0000-000000000000")
                .filter(text -> !text.equals(victim) && !text.equals(attacker))
                .toList();
    }

    List<String> malformed() {
        return malformed;
    }

    /** A few do for functions, which are called many times for each. */
    boolean isEnoughForCalls(@Nullable String text) {
        return malformed.indexOf(text) < 3;
    }

    /** A key like the victim's in what it is made of, so that a function that looks at it takes the same way. */
    String nobody(int number) {
        if (keyTypes.contains("uuid")) {
            return UUID.nameUUIDFromBytes(("nobody " + number).getBytes(StandardCharsets.UTF_8))
                    .toString();
        }
        boolean isNumber = Stream.of("bigint", "integer", "smallint", "numeric").anyMatch(keyTypes::contains);
        return isNumber ? String.valueOf(Short.MAX_VALUE - number) : victim + "n0b0dy" + number;
    }
}
