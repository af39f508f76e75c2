package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** What docs/adding-it.md shows stands in the host projects word for word, and so runs. */
class AddingItTest {
    private static final Path PAGE = Path.of("..", "..", "docs").resolve("adding-it.md");
    private static final Path HOSTS = Path.of("..", "..", "hosts", "src", "it");

    @Test
    void showsWhatTheHostsRunAndNothingElse() throws IOException {
        List<String> hosts = new ArrayList<>(inHost("plain", "main", "Shop.java"));
        hosts.addAll(onSpringBoot("spring-boot-3"));

        assertThat(Snippets.shownOn(PAGE, "java")).hasSize(4).containsExactlyElementsOf(hosts);
    }

    @Test
    void showsTheSameForSpringBoot3And4() throws IOException {
        assertThat(onSpringBoot("spring-boot-4")).isEqualTo(onSpringBoot("spring-boot-3"));
    }

    @Test
    void showsATestOfFewerThanTwentyLines() throws IOException {
        assertThat(inHost("spring-boot-3", "test", "NotificationsTest.java")
                        .get(0)
                        .lines())
                .hasSizeLessThan(20);
    }

    private static List<String> onSpringBoot(String host) throws IOException {
        List<String> snippets = new ArrayList<>(inHost(host, "main", "WhatsAppConfiguration.java"));
        snippets.addAll(inHost(host, "test", "NotificationsTest.java"));
        snippets.addAll(inHost(host, "test", "TestSurroundings.java"));
        return snippets;
    }

    private static List<String> inHost(String host, String sources, String file) throws IOException {
        return Snippets.compiledIn(HOSTS.resolve(Path.of(host, "src", sources, "java/com/example/shop", file)), "docs");
    }
}
