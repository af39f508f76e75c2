package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.Aim.Verdict;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AimTest {
    @Test
    void isMetWhenTheWholeIntervalIs() {
        assertThat(Aim.throughputAtLeast(0.95).judge(interval(0.95, 1.02))).isEqualTo(Verdict.MET);
        assertThat(Aim.allocationAtMost(1.15).judge(interval(1.10, 1.15))).isEqualTo(Verdict.MET);
        assertThat(Aim.p99AtMost(1.2).judge(interval(0.95, 1.1))).isEqualTo(Verdict.MET);
    }

    @Test
    void isMissedWhenTheWholeIntervalMissesIt() {
        assertThat(Aim.throughputAtLeast(0.95).judge(interval(0.80, 0.94))).isEqualTo(Verdict.MISSED);
        assertThat(Aim.allocationAtMost(1.15).judge(interval(1.16, 1.20))).isEqualTo(Verdict.MISSED);
    }

    @Test
    void isOpenWhenTheIntervalLiesOnBothSides() {
        assertThat(Aim.throughputAtLeast(0.95).judge(interval(0.90, 1.00))).isEqualTo(Verdict.OPEN);
        assertThat(Aim.allocationAtMost(1.15).judge(interval(1.00, 1.20))).isEqualTo(Verdict.OPEN);
    }

    @Test
    void isOpenWhenThereAreTooFewPairs() {
        assertThat(Aim.throughputAtLeast(0.95).judge(new Interval(1, 1, 1, 0.94)))
                .isEqualTo(Verdict.OPEN);
    }

    private static Interval interval(double low, double high) {
        return new Interval((low + high) / 2, low, high, 0.95);
    }
}
