package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

class RhythmTest {
    @Test
    void givesEveryCallerATurnAtEvenDistances() {
        Rhythm rhythm = Rhythm.of(500);

        assertThat(LongStream.range(0, 3)
                        .flatMap(n -> IntStream.range(0, 4).mapToLong(caller -> rhythm.dueNanos(caller, 4, n))))
                .containsExactlyElementsOf(
                        LongStream.range(0, 12).map(i -> i * 2_000_000).boxed().toList());
    }

    @Test
    void isAsFastAsItGetsWithoutAPace() {
        assertThat(Rhythm.inBurstsOf(10).isPaced()).isFalse();
        assertThat(Rhythm.of(500).isPaced()).isTrue();
    }
}
