package io.smartqueue.ultramsg.message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ReferenceTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.123Z");

    private static Reference at(Instant moment) {
        return Reference.next(Clock.fixed(moment, ZoneOffset.UTC));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "order-42", "A.b_c:d-9"})
    void takesLettersDigitsAndAFewSigns(String text) {
        assertThat(Reference.of(text)).hasToString(text);
    }

    @Test
    void takes100CharactersAndNoMore() {
        assertThat(Reference.of("x".repeat(100)).value()).hasSize(100);
        assertThatIllegalArgumentException().isThrownBy(() -> Reference.of("x".repeat(101)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "a&b", "\u00e4", "a\n", "a%20b"})
    void refusesOtherCharacters(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Reference.of(text));
    }

    @Test
    void makesUuidsOfVersion7() {
        UUID uuid = UUID.fromString(at(NOW).value());

        assertThat(uuid.version()).isEqualTo(7);
        assertThat(uuid.variant()).isEqualTo(2);
        assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void makesADifferentOneEachTimeEvenWithinAMillisecond() {
        Set<String> made = Stream.generate(() -> at(NOW).value()).limit(10_000).collect(Collectors.toSet());

        assertThat(made).hasSize(10_000);
    }

    @Test
    void sortsByTime() {
        assertThat(at(NOW).value()).isLessThan(at(NOW.plusMillis(1)).value());
        assertThat(at(NOW).value()).isLessThan(at(NOW.plusSeconds(86_400)).value());
    }
}
