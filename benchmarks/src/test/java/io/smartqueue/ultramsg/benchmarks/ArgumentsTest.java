package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ArgumentsTest {
    @Test
    void areComparisonsAndOptionsInAnyOrder() {
        Arguments arguments = parse("--pairs 30 read --seconds 0.5 --warm-up 2 --seed 7 write --out there/file.json");

        assertThat(arguments.entries()).extracting(Catalogue.Entry::name).containsExactly("read", "write");
        assertThat(arguments.plan()).isEqualTo(new Plan(30, 2, 0.5, 7));
        assertThat(arguments.out()).isEqualTo(Path.of("there/file.json"));
    }

    @Test
    void mayAskForAll() {
        assertThat(parse("all").entries()).isEqualTo(Catalogue.here());
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void mayNotAskForVirtualThreadsWhereThereAreNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("send-virtual-16"))
                .withMessageContaining("JDK 21");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--pairs 30",
                "nothing-of-the-kind",
                "read --pairs",
                "read --pairs many",
                "read --pairs 0",
                "--fast"
            })
    void thatCannotBeReadAreRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(line));
    }

    @Test
    void areExplainedWithAllThatThereIs() {
        assertThat(Arguments.help())
                .contains(Catalogue.ALL.stream().map(Catalogue.Entry::name).toList());
    }

    private static Arguments parse(String line) {
        return Arguments.parse(line.split(" "));
    }
}
