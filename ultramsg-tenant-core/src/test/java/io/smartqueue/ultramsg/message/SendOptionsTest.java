package io.smartqueue.ultramsg.message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SendOptionsTest {
    @Test
    void sayNothingByDefault() {
        SendOptions options = SendOptions.defaults();

        assertThat(options.reference()).isEmpty();
        assertThat(options.priority()).isEmpty();
        assertThat(options.deadline()).isEmpty();
        assertThat(options.mayStartConversation()).isFalse();
    }

    @Test
    void sayWhatTheBuilderWasTold() {
        SendOptions options = SendOptions.builder()
                .reference(Reference.of("order-42"))
                .priority(0)
                .deadline(Duration.ofSeconds(5))
                .startConversation()
                .build();

        assertThat(options)
                .usingRecursiveComparison()
                .isEqualTo(options.toBuilder().build());
        assertThat(options.reference()).contains(Reference.of("order-42"));
        assertThat(options.priority()).hasValue(0);
        assertThat(options.mayStartConversation()).isTrue();
        assertThat(options.deadline()).contains(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 101, Integer.MIN_VALUE})
    void refuseAPriorityOutOfRange(int priority) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SendOptions.builder().priority(priority))
                .withMessageContaining("0 to 100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT5M0.001S"})
    void refuseADeadlineOutOfRange(Duration deadline) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SendOptions.builder().deadline(deadline))
                .withMessageContaining("PT5M");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.000000001S", "PT5M"})
    void takeADeadlineAtTheEdges(Duration deadline) {
        assertThat(SendOptions.builder().deadline(deadline).build().deadline()).contains(deadline);
    }
}
