package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/from-environment-variables.md shows in Java stands word for word where it runs, or compiles. */
class EnvironmentPageTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path PAGE = ROOT.resolve("docs").resolve("from-environment-variables.md");

    @Test
    void showsWhatRunsOrCompilesAndNothingElse() throws IOException {
        List<String> code = Snippets.compiledIn(
                ROOT.resolve(
                        "ultramsg-tenant-jdbi/src/test/java/io/smartqueue/ultramsg/jdbi/FromEnvironmentVariablesIT.java"),
                "docs");
        code.addAll(Snippets.compiledIn(
                Path.of("src/test/java/io/smartqueue/ultramsg/quickstart/EnvironmentSnippets.java"), "docs"));

        assertThat(Snippets.shownOn(PAGE, "java")).hasSize(7).containsExactlyInAnyOrderElementsOf(code);
    }
}
