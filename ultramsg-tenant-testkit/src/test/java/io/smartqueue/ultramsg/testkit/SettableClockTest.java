package io.smartqueue.ultramsg.testkit;

import org.junit.jupiter.api.Test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class SettableClockTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final SettableClock clock = SettableClock.at(NOON);

    @Test
    void standsStillInUtc() {
        assertThat(clock.instant()).isEqualTo(NOON);
        assertThat(clock.instant()).isEqualTo(NOON);
        assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
    }

    @Test
    void advances() {
        assertThat(clock.advance(Duration.ofMinutes(2))).isEqualTo(Instant.parse("2026-11-23T12:02:00Z"));
        assertThat(clock.advance(Duration.ofMinutes(-3))).isEqualTo(Instant.parse("2026-11-23T11:59:00Z"));
    }

    @Test
    void isSetToAnyInstant() {
        clock.set(Instant.EPOCH);

        assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void movesTogetherWithItsOtherZones() {
        Clock tokyo = clock.withZone(ZoneId.of("Asia/Tokyo"));

        clock.advance(Duration.ofHours(1));

        assertThat(tokyo.instant()).isEqualTo(clock.instant());
        assertThat(tokyo.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }

    @Test
    void losesNoStepOfManyThreads() {
        IntStream.range(0, 1000).parallel().forEach(i -> clock.advance(Duration.ofSeconds(1)));

        assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(1000));
    }
}
