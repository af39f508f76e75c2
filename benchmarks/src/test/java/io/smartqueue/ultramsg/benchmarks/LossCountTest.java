package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class LossCountTest {
    @Test
    void isNoneWhereEachMessageCameOnceAndIsKnownToBeSent() {
        assertThat(LossCount.of(3, arrivals(2, 0, 1), Set.of()))
                .isEqualTo(new LossCount(0, 0, 0))
                .matches(LossCount::isNone);
    }

    @Test
    void countsAMessageThatCameThreeTimesOnce() {
        assertThat(LossCount.of(2, arrivals(0, 1, 1, 1), Set.of()))
                .isEqualTo(new LossCount(1, 0, 0))
                .matches(count -> !count.isNone());
    }

    @Test
    void countsWhatNeverCameWhateverIsKnownOfIt() {
        assertThat(LossCount.of(3, arrivals(1), Set.of(2))).isEqualTo(new LossCount(0, 2, 0));
    }

    @Test
    void countsWhatCameThoughNobodyKnows() {
        assertThat(LossCount.of(2, arrivals(0, 1, 1), Set.of(0, 1))).isEqualTo(new LossCount(1, 0, 2));
    }

    private static List<Arrival> arrivals(int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(number -> new Arrival(1_000, 1, number))
                .toList();
    }
}
