package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/rls-attack.md shows stands word for word in a test that runs it. */
class RlsAttackPageTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path PAGE = ROOT.resolve("docs").resolve("rls-attack.md");

    @Test
    void showsWhatRunsAndNothingElse() throws IOException {
        assertThat(Snippets.shownOn(PAGE, "java"))
                .hasSize(1)
                .containsExactlyElementsOf(Snippets.compiledIn(
                        ROOT.resolve(
                                "ultramsg-tenant-jdbi/src/test/java/io/smartqueue/ultramsg/jdbi/RlsAttackGuideIT.java"),
                        "docs"));
    }
}
