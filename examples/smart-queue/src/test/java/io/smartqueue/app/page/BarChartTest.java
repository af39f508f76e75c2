package io.smartqueue.app.page;

import io.smartqueue.app.page.BarChart.Bar;
import io.smartqueue.app.page.BarChart.Column;
import io.smartqueue.app.page.BarChart.Day;
import io.smartqueue.app.page.BarChart.Label;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class BarChartTest {
    private static final Day QUIET = new Day("1 Nov", 0, 0, 0, 0);

    private static List<Bar> bars(BarChart chart) {
        return chart.columns().stream()
                .flatMap(column -> column.bars().stream())
                .toList();
    }

    @Test
    void isEmptyWithoutDays() {
        BarChart chart = BarChart.of(List.of());

        assertThat(chart.isEmpty()).isTrue();
        assertThat(chart.columns()).isEmpty();
        assertThat(chart.dayLabels()).isEmpty();
    }

    @Test
    void hasLinesAndNoHeightWhereAllIsZero() {
        BarChart chart = BarChart.of(Collections.nCopies(30, QUIET));

        assertThat(chart.lines()).extracting(Label::text).containsExactly("0", "1", "2", "3", "4");
        assertThat(bars(chart)).hasSize(120).allMatch(bar -> bar.height() == 0);
    }

    @Test
    void drawsPartsWithinTheWholeAndWhatFailedBesideIt() {
        Column column =
                BarChart.of(List.of(new Day("26 Nov", 8, 6, 4, 2))).columns().get(0);

        Bar accepted = column.bars().get(0);
        Bar read = column.bars().get(2);
        Bar failed = column.bars().get(3);
        assertThat(column.words()).isEqualTo("26 Nov: 8 accepted, 6 delivered, 4 read, 2 failed");
        assertThat(accepted.height()).isEqualTo(2 * read.height()).isEqualTo(200);
        assertThat(read.x()).isGreaterThan(accepted.x());
        assertThat(read.x() + read.width()).isLessThan(accepted.x() + accepted.width());
        assertThat(failed.x()).isGreaterThan(accepted.x() + accepted.width());
    }

    @Test
    void keepsOneHugeValueWithinTheChart() {
        List<Day> days = List.of(QUIET, new Day("2 Nov", 7_654_321_000L, 1, 0, 0), QUIET);
        BarChart chart = BarChart.of(days);

        assertThat(bars(chart)).allSatisfy(bar -> {
            assertThat(bar.y()).isBetween(10.0, 210.0);
            assertThat(bar.y() + bar.height()).isBetween(209.9, 210.1);
        });
        assertThat(chart.lines()).extracting(Label::text).containsExactly("0", "2G", "4G", "6G", "8G");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 30, 31, 90, 366})
    void writesNoTwoDaysOverEachOther(int count) {
        BarChart chart = BarChart.of(Collections.nCopies(count, new Day("26 Nov", 3, 2, 1, 0)));

        List<Label> labels = chart.dayLabels();
        for (int i = 1; i < labels.size(); i++) {
            assertThat(labels.get(i).at() - labels.get(i - 1).at()).isGreaterThan("26 Nov".length() * 7.5);
        }
        assertThat(labels).allMatch(label -> label.at() + "26 Nov".length() * 3.75 <= chart.width());
        assertThat(labels.get(labels.size() - 1).at()).isGreaterThan(chart.width() - 60);
        assertThat(bars(chart)).allMatch(bar -> bar.x() + bar.width() <= chart.width());
    }

    @ParameterizedTest
    @CsvSource({"0,0", "7,7", "999,999", "1000,1k", "2500,2.5k", "20000,20k", "1000000,1M", "8000000000,8G"})
    void shortensFigures(long count, String text) {
        assertThat(BarChart.shortened(count)).isEqualTo(text);
    }
}
