package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/webhooks.md shows stands in test sources word for word, and so compiles. */
class WebhooksPageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "webhooks.md");
    private static final Path TESTS = Path.of("src/test/java/io/smartqueue/ultramsg/quickstart");

    @Test
    void showsWhatCompilesAndNothingElse() throws IOException {
        List<String> compiled = new ArrayList<>(Snippets.compiledIn(TESTS.resolve("WebhooksSnippets.java"), "docs"));
        compiled.addAll(Snippets.compiledIn(TESTS.resolve("WebhookServlet.java"), "docs"));

        assertThat(Snippets.shownOn(PAGE, "java")).isNotEmpty().containsExactlyInAnyOrderElementsOf(compiled);
    }
}
