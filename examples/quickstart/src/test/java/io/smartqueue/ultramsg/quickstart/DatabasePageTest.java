package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/database.md shows in Java stands word for word in tests that run it. */
class DatabasePageTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path PAGE = ROOT.resolve("docs").resolve("database.md");

    @Test
    void showsWhatRunsAndNothingElse() throws IOException {
        List<String> run = Snippets.compiledIn(
                ROOT.resolve("ultramsg-tenant-jdbi/src/test/java/io/smartqueue/ultramsg/jdbi/DatabaseGuideIT.java"),
                "docs");
        run.addAll(Snippets.compiledIn(
                ROOT.resolve("hosts/src/it/spring-boot-3/src/test/java/com/example/shop/MigratedByFlywayTest.java"),
                "docs"));

        assertThat(Snippets.shownOn(PAGE, "java")).hasSize(2).containsExactlyElementsOf(run);
    }
}
