package io.smartqueue.ultramsg.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Whether the comparisons run, not how they end: slices this short tell nothing about speed. */
@Timeout(300)
class PairedRunIT {
    @TempDir
    Path folder;

    @Test
    void runsEveryComparisonAndKeepsWhatCameOfIt() throws Exception {
        Path json = folder.resolve("smoke.json");
        Plan plan = new Plan(2, 0, 0.01, 1);

        Report report = PairedRun.run(new Arguments(inSmall(), plan, json));

        assertThat(report.results())
                .extracting(Result::name)
                .containsExactlyElementsOf(
                        Catalogue.here().stream().map(Catalogue.Entry::name).toList());
        assertThat(report.results()).allSatisfy(result -> {
            assertThat(result.pairs()).hasSize(2);
            assertThat(result.pairs()).allMatch(pair -> pair.ours().operations() > 0);
            assertThat(result.pairs()).allMatch(pair -> pair.other().operations() > 0);
        });
        assertThat(report.results())
                .filteredOn(result -> result.name().startsWith("apart-"))
                .hasSize(5)
                .allMatch(result -> result.p99() != null && result.ours().p99Nanos() > 0);
        assertThat(Report.readJson(json)).isEqualTo(report);
        assertThat(Files.readString(folder.resolve("smoke.md")))
                .contains(report.results().stream().map(Result::name).toList());
        hasAllMembers(new ObjectMapper().readTree(json.toFile()));
    }

    /** Not every machine that runs this test has room for 10,000 threads, or time for a year of days. */
    private static List<Catalogue.Entry> inSmall() {
        Map<String, Catalogue.Entry> small = Stream.of(
                        Catalogue.crowded(100),
                        Catalogue.ackUpdate(2),
                        Catalogue.ackIntake(2),
                        Catalogue.usageReport(7),
                        Catalogue.usageTop(7))
                .collect(Collectors.toMap(Catalogue.Entry::name, Function.identity()));
        return Catalogue.here().stream()
                .map(entry -> small.getOrDefault(entry.name(), entry))
                .toList();
    }

    private static void hasAllMembers(JsonNode json) {
        assertThat(json.at("/machine/cores").isInt()).isTrue();
        assertThat(json.at("/machine/memoryBytes").isNumber()).isTrue();
        for (String text : new String[] {
            "/startedAt",
            "/machine/system",
            "/machine/processor",
            "/machine/java",
            "/versions/ultramsg-tenant",
            "/versions/pgjdbc",
            "/postgresql/server_version",
            "/postgresql/fsync",
            "/postgresql/synchronous_commit",
            "/results/0/name",
            "/results/0/ours/name"
        }) {
            assertThat(json.at(text).asText()).as(text).isNotBlank();
        }
        for (String number : new String[] {
            "/plan/pairs",
            "/results/2/threads",
            "/results/2/ours/operationsPerSecond",
            "/results/2/other/cpuNanosPerOperation",
            "/results/2/ours/bytesPerOperation",
            "/results/2/throughput/median",
            "/results/2/throughput/low",
            "/results/2/throughput/high",
            "/results/2/throughput/confidence",
            "/results/2/allocation/median",
            "/results/2/pairs/0/ours/nanos"
        }) {
            assertThat(json.at(number).isNumber()).as(number).isTrue();
        }
        assertThat(json.at("/results/2/aims/0/verdict").asText()).isEqualTo("OPEN"); // two pairs decide nothing
    }
}
