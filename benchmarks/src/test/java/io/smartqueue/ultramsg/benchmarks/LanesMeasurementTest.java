package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class LanesMeasurementTest {
    private final List<Arrival> arrivals = List.of(
            new Arrival(1_000_000, 7, 1),
            new Arrival(1_000_100, 8, 11),
            new Arrival(1_000_200, 7, 2),
            new Arrival(3_000_000, 7, 3),
            new Arrival(3_000_300, 7, 4),
            new Arrival(3_500_000, 8, 12));

    @Test
    void looksFromOneMessageOfAnOrganizationToItsNext() {
        assertThat(LanesMeasurement.gapsNanos(arrivals, 1))
                .containsExactlyInAnyOrder(200_000L, 2_999_800_000L - 1_000_000_000L, 300_000L, 2_499_900_000L);
    }

    @Test
    void looksFromTurnToTurnWhereTurnsHaveSeveralMessages() {
        assertThat(LanesMeasurement.gapsNanos(arrivals, 2)).containsExactly(2_000_000_000L, 2_000_100_000L);
    }
}
