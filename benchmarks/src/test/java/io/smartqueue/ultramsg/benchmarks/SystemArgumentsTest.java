package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SystemArgumentsTest {
    @Test
    void areMeasurementsAndOptionsInAnyOrder() {
        SystemArguments arguments = parse("--rounds 30 drain --lanes 10,20 stream --stream 5000 --out there/file.json");

        assertThat(arguments.measurements()).extracting(SystemMeasurement::name).containsExactly("drain", "stream");
        assertThat(arguments.plan().rounds()).isEqualTo(30);
        assertThat(arguments.plan().lanes()).containsExactly(10, 20);
        assertThat(arguments.plan().stream()).isEqualTo(5000);
        assertThat(arguments.plan().messages()).isEqualTo(SystemPlan.DEFAULT.messages());
        assertThat(arguments.out()).isEqualTo(Path.of("there/file.json"));
    }

    @Test
    void mayAskForAll() {
        SystemArguments arguments = parse("all");

        assertThat(arguments.measurements()).isEqualTo(SystemMeasurement.ALL);
        assertThat(arguments.plan()).isEqualTo(SystemPlan.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--rounds 30",
                "nothing-of-the-kind",
                "drain --rounds",
                "drain --rounds many",
                "drain --rounds 0",
                "drain --fast 1",
                "lanes --lanes 1,many"
            })
    void thatCannotBeReadAreRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(line));
    }

    @Test
    void areExplainedWithAllThatThereIs() {
        assertThat(SystemArguments.help())
                .contains(SystemMeasurement.ALL.stream()
                        .map(SystemMeasurement::name)
                        .toList());
    }

    private static SystemArguments parse(String line) {
        return SystemArguments.parse(line.split(" "));
    }
}
