package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

class TrafficTest {
    @Test
    void isForEachOfTheThreeOnceInAHundred() {
        assertThat(IntStream.range(300, 400).filter(message -> !Traffic.isForTheRest(message)))
                .extracting(Traffic::troubled)
                .containsExactly(0, 1, 2);
    }

    @Test
    void isForTheRestOtherwise() {
        assertThat(IntStream.range(0, 1_000).filter(Traffic::isForTheRest)).hasSize(970);
    }
}
