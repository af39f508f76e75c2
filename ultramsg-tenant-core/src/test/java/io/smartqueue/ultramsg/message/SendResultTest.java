package io.smartqueue.ultramsg.message;

import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SendResultTest {
    private static final Reference REFERENCE = Reference.of("order-42");
    private static final InstanceId INSTANCE = InstanceId.parse("1150");

    private static Rejected rejected(RejectionReason reason, Instant retryAfter) {
        return new Rejected(REFERENCE, reason, "in words", retryAfter);
    }

    @Test
    void givesTheAcceptanceBack() {
        Accepted accepted = new Accepted(REFERENCE, new QueueId("7"), INSTANCE, null, null);

        assertThat(accepted.orThrow()).isSameAs(accepted);
        assertThat(accepted.isAccepted()).isTrue();
    }

    @Test
    void throwsForARejection() {
        Rejected rejected = rejected(RejectionReason.BAD_TOKEN, null);

        assertThat(rejected.isAccepted()).isFalse();
        assertThatExceptionOfType(NotAcceptedException.class)
                .isThrownBy(rejected::orThrow)
                .withMessage("message order-42 was not sent: BAD_TOKEN, in words")
                .satisfies(failure -> assertThat(failure.result()).isSameAs(rejected))
                .satisfies(failure -> assertThat(failure.isRetryable()).isFalse());
    }

    @Test
    void throwsForAnUnknownOutcomeAndAdvisesAgainstRepeating() {
        Unknown unknown = new Unknown(REFERENCE, INSTANCE, "the reply was lost");

        assertThat(unknown.isAccepted()).isFalse();
        assertThatExceptionOfType(NotAcceptedException.class)
                .isThrownBy(unknown::orThrow)
                .withMessageContaining("order-42")
                .withMessageContaining("do not repeat")
                .satisfies(failure -> assertThat(failure.isRetryable()).isFalse());
    }

    @ParameterizedTest
    @EnumSource(RejectionReason.class)
    void isWorthRetryingIfNobodyWasReachedOrATimeIsNamed(RejectionReason reason) {
        assertThat(new NotAcceptedException(rejected(reason, null)).isRetryable())
                .isEqualTo(reason == RejectionReason.UNREACHABLE);
        assertThat(new NotAcceptedException(rejected(reason, Instant.EPOCH)).isRetryable())
                .isTrue();
    }

    @Test
    void knowsWhetherUltraMsgGaveANumber() {
        assertThat(new QueueId("7").isAssigned()).isTrue();
        assertThat(new QueueId("").isAssigned()).isFalse();
    }
}
