package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.Fates.Fate;
import io.smartqueue.ultramsg.benchmarks.Fates.Told;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FatesTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void areToldWithWhatTheyHeldUp() {
        Fates fates = new Fates();
        for (int message = 0; message < 5; message++) {
            fates.began();
        }
        fates.ended(Fate.REJECTED, SECOND / 100);
        fates.ended(Fate.UNKNOWN, 15 * SECOND);
        fates.ended(Fate.FAILED, SECOND - SECOND / 100);

        assertThat(fates.told()).isEqualTo(new Told(5, 3, 1, 1, 1, 1, 16 / 3.0, 15));
    }

    @Test
    void areToldOfNone() {
        assertThat(new Fates().told()).isEqualTo(new Told(0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void areALineThatIsReadAsTheyWere() {
        Told told = new Told(9, 8, 1, 3, 2, 1, 0.25, 15.5);

        assertThat(Told.parse(told.line())).isEqualTo(told);
    }
}
