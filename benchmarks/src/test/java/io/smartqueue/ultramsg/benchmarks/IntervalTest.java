package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class IntervalTest {
    /** Ranks and confidences as tables of the sign test have them. */
    @ParameterizedTest
    @CsvSource({
        "6, 1, 0.9688",
        "8, 1, 0.9922",
        "10, 2, 0.9785",
        "15, 4, 0.9648",
        "20, 6, 0.9586",
        "25, 8, 0.9567",
        "30, 10, 0.9572",
        "40, 14, 0.9615",
        "50, 18, 0.9672",
        "100, 40, 0.9648",
    })
    void endsAtTheRanksOfTheSignTest(int values, int rank, double confidence) {
        Interval interval = Interval.ofMedian(countedDownFrom(values));

        assertThat(interval.low()).isEqualTo(rank);
        assertThat(interval.high()).isEqualTo(values + 1 - rank);
        assertThat(interval.confidence()).isCloseTo(confidence, within(0.00005));
    }

    @Test
    void takesTheMiddleValueOrTheMeanOfTheTwo() {
        assertThat(Interval.ofMedian(3, 1, 2).median()).isEqualTo(2);
        assertThat(Interval.ofMedian(4, 1, 3, 2).median()).isEqualTo(2.5);
    }

    @Test
    void saysThatFewValuesAreNotEnough() {
        assertThat(Interval.ofMedian(1)).isEqualTo(new Interval(1, 1, 1, 0));
        assertThat(Interval.ofMedian(1, 2)).isEqualTo(new Interval(1.5, 1, 2, 0.5));
        assertThat(Interval.ofMedian(countedDownFrom(5)).confidence()).isEqualTo(0.9375);
    }

    @Test
    void computesTheLargestRunToo() {
        Interval interval = Interval.ofMedian(countedDownFrom(1000));

        assertThat(interval.low()).isEqualTo(469);
        assertThat(interval.confidence()).isBetween(0.95, 0.96);
    }

    private static double[] countedDownFrom(int largest) {
        return IntStream.range(0, largest).mapToDouble(i -> largest - i).toArray();
    }
}
