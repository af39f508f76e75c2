package io.smartqueue.ultramsg.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the outbox's measurements run, not how they end: sizes this small tell nothing about speed. Those that watch something for a
 * time of their own are run with {@code -Dultramsg.benchmarks=all} only, or everybody would wait for them.
 */
@Timeout(300)
class SystemRunIT {
    private static final boolean ALL = "all".equals(System.getProperty("ultramsg.benchmarks"));
    private static final List<SystemMeasurement> QUICK = List.of(
            SystemMeasurement.named("drain"),
            SystemMeasurement.named("config"),
            SystemMeasurement.named("stream"),
            SystemMeasurement.named("scale"),
            SystemMeasurement.named("capacity"));

    @TempDir
    Path folder;

    @Test
    void runsEveryMeasurementAndKeepsWhatCameOfIt() throws Exception {
        Path json = folder.resolve("smoke.json");

        SystemReport report =
                SystemRun.run(new SystemArguments(ALL ? SystemMeasurement.ALL : QUICK, SystemPlan.TINY, json));

        assertThat(report.tables())
                .hasSizeGreaterThanOrEqualTo((ALL ? SystemMeasurement.ALL : QUICK).size())
                .allSatisfy(table -> assertThat(table.rows()).isNotEmpty());
        assertThat(Files.readString(folder.resolve("smoke.md")))
                .contains(report.tables().stream().map(Table::title).toList());
        JsonNode read = new ObjectMapper().readTree(json.toFile());
        assertThat(read.at("/plan/messages").asInt()).isEqualTo(SystemPlan.TINY.messages());
        assertThat(read.at("/postgresql/fsync").asText()).isEqualTo("on");
        assertThat(names(read.at("/tables/0")))
                .containsExactly(
                        "outbox",
                        "FOR UPDATE SKIP LOCKED by hand",
                        "db-scheduler, a task for each message",
                        "transaction-outbox");
        assertThat(read.at("/tables/0/rows/1/2/median").isNumber()).isTrue();
    }

    private static List<String> names(JsonNode table) {
        List<String> names = new ArrayList<>();
        table.get("rows").forEach(row -> names.add(row.get(0).asText()));
        return names;
    }
}
