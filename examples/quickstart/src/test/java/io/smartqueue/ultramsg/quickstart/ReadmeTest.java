package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What README shows in Java stands in test sources word for word, and so compiles. */
class ReadmeTest {
    private static final Path README = Path.of("..", "..", "README.md");
    private static final Path TESTS = Path.of("src/test/java/io/smartqueue/ultramsg/quickstart");

    @Test
    void showsWhatCompilesAndNothingElse() throws IOException {
        List<String> compiled = Snippets.compiledIn(TESTS.resolve("ReadmeSnippets.java"), "README");
        compiled.addAll(Snippets.compiledIn(TESTS.resolve("NotificationsTest.java"), "README"));

        assertThat(Snippets.shownOn(README)).hasSize(3).containsExactlyElementsOf(compiled);
    }

    @Test
    void showsASendEarlyAndInFewLines() throws IOException {
        int lineOfFirstJava = Files.readAllLines(README).indexOf("```java") + 2;

        assertThat(lineOfFirstJava).isBetween(2, 20);
        assertThat(Snippets.shownOn(README).get(0).lines()).hasSizeBetween(5, 15);
    }
}
