package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TableTest {
    @Test
    void isWrittenAsPeopleReadIt() {
        Table table = Table.of("Drain", "by", "messages/s", "ratio", "lost")
                .row("outbox", 12_345.6, new Interval(0.5, 0.4, 0.6, 0.96), 3)
                .row("by hand", 1.234, "", 0)
                .remark("Once.");

        assertThat(table.markdown()).isEqualTo("""

                ### Drain

                | by | messages/s | ratio | lost |
                | --- | --- | --- | --- |
                | outbox | 12,346 | **0.500** [0.400, 0.600] | 3 |
                | by hand | 1.23 |  | 0 |

                - Once.
                """);
    }

    @Test
    void hasAValueForEachColumn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Table.of("Drain", "by", "messages/s").row("outbox"));
    }
}
