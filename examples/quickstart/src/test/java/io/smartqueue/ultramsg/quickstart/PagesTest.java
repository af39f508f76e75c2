package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

/** Code on a page is run or compiled by a test: this one knows which, and fails for code that nobody thought of. */
class PagesTest {
    private static final Path ROOT = Path.of("..", "..");

    private static final String HERE = "examples/quickstart/src/test/java/io/smartqueue/ultramsg/quickstart/";
    private static final String ON_POSTGRES = "ultramsg-tenant-jdbi/src/test/java/io/smartqueue/ultramsg/jdbi/";

    /** A page and a language, and the test that takes all blocks in that language from that page. */
    private static final Map<String, String> TESTS = Map.ofEntries(
            entry("README.md java", HERE + "ReadmeTest"),
            entry("README.md sh", HERE + "ReadmeTest"),
            entry("README.md xml", HERE + "ReadmeTest"),
            entry("docs/access.md java", HERE + "AccessPageTest"),
            entry("docs/access.md sql", ON_POSTGRES + "AncestorDatabaseIT"),
            entry("docs/adding-it.md java", HERE + "AddingItTest"),
            entry("docs/administration.md java", HERE + "AdministrationPageTest"),
            entry("docs/client.md java", HERE + "ClientPageTest"),
            entry("docs/conversations.md java", HERE + "ConversationsPageTest"),
            entry("docs/database.md java", HERE + "DatabasePageTest"),
            entry("docs/database.md sh", ON_POSTGRES + "MigrationFilesIT"),
            entry("docs/database.md sql", ON_POSTGRES + "DatabaseGuideIT"),
            entry("docs/from-environment-variables.md java", HERE + "EnvironmentPageTest"),
            entry("docs/from-environment-variables.md sql", ON_POSTGRES + "FromEnvironmentVariablesIT"),
            entry("docs/keys.md sh", ON_POSTGRES + "KeysGuideIT"),
            entry("docs/keys.md sql", ON_POSTGRES + "KeysGuideIT"),
            entry("docs/links.md java", HERE + "LinksPageTest"),
            entry("docs/rls-attack.md java", HERE + "RlsAttackPageTest"),
            entry("docs/usage.md java", HERE + "UsagePageTest"),
            entry("docs/webhooks.md java", HERE + "WebhooksPageTest"));

    /** A block begins and ends with three backticks or tildes at least; the language follows the first. */
    private static final Pattern FENCE = Pattern.compile("^[ >]*(?:```+|~~~+)[ \\t]*(.*?)[ \\t]*$", Pattern.MULTILINE);

    @Test
    void showCodeThatTestsTake() throws IOException {
        assertThat(languagesOnPages()).isEqualTo(new TreeSet<>(TESTS.keySet()));
    }

    @Test
    void areReadByTheirTests() throws IOException {
        for (Map.Entry<String, String> test : TESTS.entrySet()) {
            String[] pageAndLanguage = test.getKey().split(" ");
            assertThat(ROOT.resolve(test.getValue() + ".java"))
                    .content()
                    .contains("\"" + Path.of(pageAndLanguage[0]).getFileName() + "\"")
                    .contains("\"" + pageAndLanguage[1] + "\"");
        }
    }

    private static Set<String> languagesOnPages() throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path page : pages()) {
            String name = ROOT.relativize(page).toString().replace('\\', '/');
            languagesOn(page).forEach(language -> found.add(name + " " + language));
        }
        return found;
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Stream<Path> files : List.of(Files.list(ROOT), Files.walk(ROOT.resolve("docs")))) {
            try (files) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        assertThat(pages).hasSizeGreaterThan(10);
        return pages;
    }

    /** What {@code text} stands before is a drawing or a print. */
    private static Set<String> languagesOn(Path page) throws IOException {
        Set<String> languages = new HashSet<>();
        boolean open = false;
        Matcher fence = FENCE.matcher(Files.readString(page));
        while (fence.find()) {
            open = !open;
            if (open && !fence.group(1).equals("text")) {
                languages.add(fence.group(1).isEmpty() ? "of no language" : fence.group(1));
            }
        }
        assertThat(open).as("a block of %s has no end", page).isFalse();
        return languages;
    }
}
