package io.smartqueue.ultramsg.usage;

import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.RejectionReason;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class UsageCountsTest {
    private static final UsageCounts SOME = UsageCounts.builder()
            .count(UsageMeasure.SENT, 6)
            .count(UsageMeasure.FAILED, 2)
            .failedBy(DeliveryState.INVALID, 2)
            .count(UsageMeasure.REJECTED, 1)
            .rejectedBy(RejectionReason.CANCELLED, 1)
            .kind(MessageKind.TEXT, 9)
            .build();

    @Test
    void addUpMeasureByMeasure() {
        UsageCounts sum = UsageCounts.sum(List.of(SOME, UsageCounts.NONE, SOME));

        assertThat(sum).isEqualTo(SOME.plus(SOME)).hasSameHashCodeAs(SOME.plus(SOME));
        assertThat(sum.count(UsageMeasure.SENT)).isEqualTo(12);
        assertThat(sum.rejectedBy()).containsOnly(Map.entry(RejectionReason.CANCELLED, 2L));
        assertThat(sum.failedBy()).containsOnly(Map.entry(DeliveryState.INVALID, 4L));
        assertThat(sum.kinds()).containsOnly(Map.entry(MessageKind.TEXT, 18L));
    }

    @Test
    void tellWhichPartOfWhatIsKnownHasFailed() {
        assertThat(SOME.fatesKnown()).isEqualTo(8);
        assertThat(SOME.failedShare()).isEqualTo(0.25, within(1e-9));
        assertThat(SOME.failedShare(DeliveryState.INVALID)).isEqualTo(0.25, within(1e-9));
        assertThat(SOME.failedShare(DeliveryState.EXPIRED)).isZero();
        assertThat(UsageCounts.NONE.failedShare()).isZero();
    }

    @Test
    void areNoneOnlyIfNothingIsInThem() {
        assertThat(UsageCounts.NONE.isNone()).isTrue();
        assertThat(UsageCounts.builder().kind(MessageKind.TEXT, 0).build().isNone())
                .isTrue();
        assertThat(SOME.isNone()).isFalse();
    }

    @Test
    void takeNothingThatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UsageCounts.builder().count(UsageMeasure.READ, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UsageCounts.builder().kind(MessageKind.LINK, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UsageCounts.builder().failedBy(DeliveryState.READ, 1));
    }

    @Test
    void ruleAppliesOnceEnoughIsKnownAndEnoughOfItHasFailed() {
        assertThat(RiskRule.notice(0.25, 8).appliesTo(SOME)).isTrue();
        assertThat(RiskRule.notice(0.26, 8).appliesTo(SOME)).isFalse();
        assertThat(RiskRule.notice(0.25, 9).appliesTo(SOME)).isFalse();
        assertThat(RiskRule.notice(0.25, 1).appliesTo(UsageCounts.NONE)).isFalse();
    }

    @Test
    void ruleRefusesWhatIsOutOfRange() {
        assertThatIllegalArgumentException().isThrownBy(() -> RiskRule.notice(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> RiskRule.pause(1.1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> RiskRule.pause(Double.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> RiskRule.notice(0.1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> RiskRule.slow(0.1, 1, Duration.ofMillis(999)));
        assertThatIllegalArgumentException().isThrownBy(() -> RiskRule.slow(0.1, 1, Duration.ofMinutes(61)));
        assertThat(RiskRule.slow(0.1, 1, Duration.ofHours(1)).pace()).contains(Duration.ofHours(1));
    }
}
