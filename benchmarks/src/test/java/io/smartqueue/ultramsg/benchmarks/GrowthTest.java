package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.Growth.Kind;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class GrowthTest {
    @Test
    void isTheMedianOfWhatEachDoublingMakesOfIt() {
        assertThat(new Growth("seconds", Kind.LINEAR, List.of(1.0, 2.0, 3.0, 6.0, 30.0)).perDoubling())
                .isEqualTo(2);
    }

    @Test
    void isTooMuchIfItIsMoreThanTwiceForAllOrMoreForOne() {
        assertThat(new Growth("seconds", Kind.LINEAR, List.of(1.0, 2.1, 4.2)).isTooMuch())
                .isFalse();
        assertThat(new Growth("seconds", Kind.LINEAR, List.of(1.0, 4.0, 16.0)).isTooMuch())
                .isTrue();
        assertThat(new Growth("pages/message", Kind.FLAT, List.of(60.0, 61.0, 59.0)).isTooMuch())
                .isFalse();
        assertThat(new Growth("pages/message", Kind.FLAT, List.of(60.0, 75.0, 94.0)).isTooMuch())
                .isTrue();
    }

    @Test
    void isTooMuchIfARateFalls() {
        assertThat(new Growth("messages/s", Kind.RATE, List.of(200.0, 400.0, 800.0)).isTooMuch())
                .isFalse();
        assertThat(new Growth("messages/s", Kind.RATE, List.of(800.0, 600.0, 400.0)).isTooMuch())
                .isTrue();
    }

    @Test
    void takesTwoSteps() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Growth("threads", Kind.FLAT, List.of(1.0)));
    }
}
