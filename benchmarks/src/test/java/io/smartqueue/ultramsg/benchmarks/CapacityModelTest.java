package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.CapacityModel.Intake;
import io.smartqueue.ultramsg.benchmarks.CapacityModel.Load;
import io.smartqueue.ultramsg.benchmarks.CapacityModel.Manner;
import io.smartqueue.ultramsg.benchmarks.CapacityModel.Need;
import io.smartqueue.ultramsg.outbox.Pace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class CapacityModelTest {
    private static final Manner ONE_A_TURN = Manner.backlog(Pace.oneEvery(Duration.ofSeconds(1)));
    private static final Manner FIVE_A_TURN = Manner.backlog(new Pace(5, Duration.ofSeconds(5)));

    private static final Manner NINE_A_TURN = Manner.backlog(new Pace(9, Duration.ofSeconds(9)));

    private final CapacityModel measured = new CapacityModel(CapacityCosts.MEASURED);

    /** Of two cores that PostgreSQL, node and stub shared: results/outbox-jdk17.md. */
    @Test
    void predictsThatTwoCoresServe500LanesAndNot1000() {
        assertThat(measured.lanesOfSharedCores(2, ONE_A_TURN)).isBetween(500.0, 1_000.0);
        assertThat(measured.messagesOfSharedCores(2, 500, ONE_A_TURN)).isCloseTo(465, within(465 * 0.1));
        assertThat(measured.messagesOfSharedCores(2, 1_000, ONE_A_TURN)).isCloseTo(651, within(651 * 0.1));
        assertThat(measured.messagesOfSharedCores(2, 2_000, ONE_A_TURN)).isCloseTo(747, within(747 * 0.2));
    }

    @Test
    void givesBackTheTurnsThatItWasMadeOf() {
        Manner drain = new Manner(Intake.IN_BATCHES, 0.001, 0.01);

        assertThat(measured.databaseMicrosToSend(ONE_A_TURN)).isCloseTo(2_391, within(0.1));
        assertThat(measured.nodeMicros(ONE_A_TURN)).isCloseTo(725, within(0.1));
        assertThat(measured.databaseMicrosToSend(drain)).isCloseTo(160, within(0.1));
        assertThat(measured.nodeMicros(drain)).isCloseTo(248, within(0.1));
    }

    @Test
    void needsWhatTheFormulasSay() {
        CapacityModel model = new CapacityModel(
                new CapacityCosts(2_000, 100, 400, 150, 500, 200, 0, 0.02, 0.2, 300, 3_000, 1_000, 20e6, 1_000));

        Need need = model.need(new Load(10_000, 100, 0.18, Manner.ONE_BY_ONE, 7, 0.5, 64));

        assertThat(need.messagesPerSecond()).isCloseTo(50, within(0.001)); // 1,000,000 * 0.18 / 3,600
        assertThat(need.lanes()).isCloseTo(50, within(0.001));
        assertThat(need.turnsPerSecond()).isCloseTo(100, within(0.001));
        assertThat(need.postsAtATime()).isCloseTo(25, within(0.001));
        assertThat(need.nodes()).isEqualTo(2);
        assertThat(need.nodeCores()).isCloseTo(0.06, within(0.001)); // 50 * 1.2 ms
        assertThat(need.databaseCores()).isCloseTo(0.400, within(0.001)); // (50 * (4.5 + 0.3) ms + 2 * 0.02) / 0.7
        assertThat(need.connections()).isEqualTo(22);
        assertThat(need.heapMegabytesOfANode()).isCloseTo(30, within(0.001));
        assertThat(need.walMegabytesPerSecond()).isCloseTo(0.15, within(0.001));
        assertThat(need.diskGigabytesPerDay()).isCloseTo(1, within(0.001));
        assertThat(need.diskGigabytes()).isCloseTo(7, within(0.001));
    }

    @Test
    void hasNoMoreLanesThanTenants() {
        Need need = measured.need(new Load(1_000, 100_000, 0.5, ONE_A_TURN, 7, 0.3, 64));

        assertThat(need.lanes()).isEqualTo(1_000);
        assertThat(need.messagesPerSecond()).isEqualTo(1_000);
    }

    @Test
    void hasMoreNodesWhereRepliesAreSlow() {
        Need quick = measured.need(new Load(10_000, 3_600, 1, FIVE_A_TURN, 7, 0.01, 64));
        Need slow = measured.need(new Load(10_000, 3_600, 1, FIVE_A_TURN, 7, 1, 64));

        assertThat(slow.nodes()).isGreaterThan(10 * quick.nodes());
        assertThat(slow.nodes()).isEqualTo((int) Math.ceil(10_000 / (0.7 * 64)));
    }

    @ParameterizedTest
    @CsvSource({"4, 5", "8, 9", "32, 1"})
    void carriesAsManyLanesAsItSaysThatItNeedsCoresFor(int cores, int messages) {
        Manner manner = Manner.backlog(new Pace(messages, Duration.ofSeconds(messages)));
        CapacityModel withoutIdleNodes = new CapacityModel(
                new CapacityCosts(2_000, 100, 400, 150, 500, 200, 0, 0, 0, 0, 3_000, 1_000, 20e6, 1_000));
        long lanes = withoutIdleNodes.lanesOn(cores, manner, 0.01, 64);

        assertThat(withoutIdleNodes
                        .need(new Load(lanes, 3_600, 1, manner, 7, 0.01, 64))
                        .databaseCores())
                .isCloseTo(cores, within(0.01));
    }

    @Test
    void carriesMoreLanesWithMoreMessagesATurn() {
        assertThat(lanesOn(32, FIVE_A_TURN)).isGreaterThan(2 * lanesOn(32, ONE_A_TURN));
    }

    @Test
    void saysWhatThePageSays() {
        assertThat(Path.of("..", "docs", "capacity.md"))
                .content()
                .contains(row(2), row(8), row(32))
                .contains(String.format(
                        Locale.ROOT, "busy from %,.0f lanes on", measured.lanesOfSharedCores(2, ONE_A_TURN)))
                .contains(String.format(
                        Locale.ROOT, "busy from %,.0f lanes on", measured.lanesOfSharedCores(2, FIVE_A_TURN)));
    }

    private String row(int cores) {
        return String.format(
                Locale.ROOT,
                "| %d | %,d | %,d | %,d |",
                cores,
                lanesOn(cores, ONE_A_TURN),
                lanesOn(cores, FIVE_A_TURN),
                lanesOn(cores, NINE_A_TURN));
    }

    private long lanesOn(int cores, Manner manner) {
        return CapacityMeasurement.lanesOn(measured, cores, manner);
    }
}
