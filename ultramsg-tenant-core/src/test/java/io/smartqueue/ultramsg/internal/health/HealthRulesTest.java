package io.smartqueue.ultramsg.internal.health;

import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.health.HealthStore.DueCheck;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.time.Instant;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;

class HealthRulesTest {
    private static final InstanceId INSTANCE = InstanceId.parse("1150");
    private static final Instant NOW = Instant.parse("2026-11-26T09:00:00Z");
    private static final Instant EARLIER = NOW.minusSeconds(300);
    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private final HealthRules rules = new HealthRules(INTERVAL);

    private static DueCheck due(@Nullable InstanceHealth last) {
        return new DueCheck(ACME, INSTANCE, last);
    }

    private static InstanceHealth found(ConnectionFinding finding, int timesInARow) {
        return new InstanceHealth(ACME, INSTANCE, finding, EARLIER, EARLIER, timesInARow);
    }

    private Verdict afterTimes(ConnectionFinding finding, int timesInARow) {
        return timesInARow == 1
                ? rules.judge(due(null), finding, NOW)
                : rules.judge(due(found(finding, timesInARow - 1)), finding, NOW);
    }

    @Test
    void countsHowOftenTheSameWasFound() {
        assertThat(rules.judge(due(null), ConnectionFinding.CONNECTED, NOW).health())
                .isEqualTo(new InstanceHealth(ACME, INSTANCE, ConnectionFinding.CONNECTED, NOW, NOW, 1));
        assertThat(rules.judge(due(found(ConnectionFinding.CONNECTED, 3)), ConnectionFinding.CONNECTED, NOW)
                        .health())
                .isEqualTo(new InstanceHealth(ACME, INSTANCE, ConnectionFinding.CONNECTED, EARLIER, NOW, 4));
        assertThat(rules.judge(due(found(ConnectionFinding.CONNECTED, 3)), ConnectionFinding.STANDBY, NOW)
                        .health())
                .isEqualTo(new InstanceHealth(ACME, INSTANCE, ConnectionFinding.STANDBY, NOW, NOW, 1));
    }

    @ParameterizedTest
    @EnumSource(
            value = ConnectionFinding.class,
            names = {"CONNECTED", "PROVIDER_LIMIT_REACHED"})
    void takesAnInstanceThatWorksBackAtOnce(ConnectionFinding finding) {
        assertThat(afterTimes(finding, 1).status()).isEqualTo(InstanceStatus.ACTIVE);
    }

    @ParameterizedTest
    @EnumSource(
            value = ConnectionFinding.class,
            names = {"WAITING_FOR_QR_SCAN", "WRONG_TOKEN", "INSTANCE_NOT_FOUND", "INSTANCE_STOPPED"})
    void believesWhatUltraMsgSaysTwice(ConnectionFinding finding) {
        assertThat(afterTimes(finding, 1).status()).isNull();
        assertThat(afterTimes(finding, 2).status()).isEqualTo(InstanceStatus.ERROR);
    }

    @ParameterizedTest
    @EnumSource(
            value = ConnectionFinding.class,
            names = {"STANDBY", "CONNECTING"})
    void waitsForWhatMayPassByItself(ConnectionFinding finding) {
        assertThat(afterTimes(finding, 4).status()).isNull();
        assertThat(afterTimes(finding, 5).status()).isEqualTo(InstanceStatus.ERROR);
    }

    @ParameterizedTest
    @EnumSource(
            value = ConnectionFinding.class,
            names = {"UNREACHABLE", "NOT_ULTRAMSG", "PROVIDER_ERROR"})
    void blamesNoInstanceForWhatMayBeTheNetworkOrUltraMsgItself(ConnectionFinding finding) {
        assertThat(afterTimes(finding, 100).status()).isNull();
    }

    @Test
    void raisesAnAlarmOnceAndTellsOfItsEnd() {
        assertThat(afterTimes(ConnectionFinding.WAITING_FOR_QR_SCAN, 1).isNews())
                .isTrue();
        assertThat(afterTimes(ConnectionFinding.WAITING_FOR_QR_SCAN, 2).isNews())
                .isFalse();
        assertThat(rules.judge(due(found(ConnectionFinding.WAITING_FOR_QR_SCAN, 1)), ConnectionFinding.CONNECTED, NOW)
                        .isNews())
                .isTrue();
        assertThat(afterTimes(ConnectionFinding.CONNECTED, 1).isNews()).isFalse();
        assertThat(afterTimes(ConnectionFinding.CONNECTED, 2).isNews()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = ConnectionFinding.class,
            names = {"UNREACHABLE", "NOT_ULTRAMSG", "PROVIDER_ERROR"})
    void raisesNoAlarmForOneCheckThatNothingAnswered(ConnectionFinding finding) {
        assertThat(afterTimes(finding, 1).isNews()).isFalse();
        assertThat(afterTimes(finding, 2).isNews()).isTrue();
        assertThat(afterTimes(finding, 3).isNews()).isFalse();
        assertThat(rules.judge(due(found(finding, 1)), ConnectionFinding.CONNECTED, NOW)
                        .isNews())
                .isTrue();
    }

    @Test
    void asksAnInstanceInTroubleSoonerForAWhile() {
        assertThat(afterTimes(ConnectionFinding.CONNECTED, 1).next())
                .isBetween(
                        INTERVAL.multipliedBy(9).dividedBy(10),
                        INTERVAL.multipliedBy(11).dividedBy(10));
        assertThat(afterTimes(ConnectionFinding.WAITING_FOR_QR_SCAN, 10).next())
                .isBetween(Duration.ofSeconds(54), Duration.ofSeconds(66));
        assertThat(afterTimes(ConnectionFinding.WAITING_FOR_QR_SCAN, 11).next()).isGreaterThan(Duration.ofSeconds(66));
    }

    @Test
    void asksNoInstanceInTroubleLaterThanOneThatWorks() {
        HealthRules often = new HealthRules(Duration.ofSeconds(1));

        assertThat(often.judge(due(null), ConnectionFinding.WAITING_FOR_QR_SCAN, NOW)
                        .next())
                .isLessThan(Duration.ofSeconds(2));
    }
}
