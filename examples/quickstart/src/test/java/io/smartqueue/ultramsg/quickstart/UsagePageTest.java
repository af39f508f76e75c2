package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/usage.md shows stands in test sources word for word, and so compiles. */
class UsagePageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "usage.md");
    private static final Path TESTS = Path.of("src/test/java/io/smartqueue/ultramsg/quickstart");

    @Test
    void showsWhatCompilesAndNothingElse() throws IOException {
        assertThat(Snippets.shownOn(PAGE, "java"))
                .isNotEmpty()
                .containsExactlyElementsOf(Snippets.compiledIn(TESTS.resolve("UsageSnippets.java"), "docs"));
    }
}
