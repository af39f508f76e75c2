package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;

import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

class LatencyTest {
    @Test
    void isTheLongestOfSoManyOfAHundred() {
        assertThat(Latency.of(LongStream.rangeClosed(1, 1000).map(i -> 1001 - i).toArray()))
                .isEqualTo(new Latency(500, 990));
        assertThat(Latency.of(3, 1, 2)).isEqualTo(new Latency(2, 3));
        assertThat(Latency.of(7)).isEqualTo(new Latency(7, 7));
    }

    @Test
    void isNotMeasuredWhereNothingWasDone() {
        assertThat(Latency.of()).isEqualTo(Latency.NOT_MEASURED);
    }
}
