package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What README shows in Java stands in test sources word for word, and so compiles; its commands are CI's, and what it asks
 * Maven for is what this build makes. The stub's command line is tested where the stub is.
 */
class ReadmeTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path README = ROOT.resolve("README.md");
    private static final Path TESTS = Path.of("src/test/java/io/smartqueue/ultramsg/quickstart");

    @Test
    void showsWhatCompilesAndNothingElse() throws IOException {
        List<String> compiled = Snippets.compiledIn(TESTS.resolve("ReadmeSnippets.java"), "README");
        compiled.addAll(Snippets.compiledIn(TESTS.resolve("NotificationsTest.java"), "README"));

        assertThat(Snippets.shownOn(README, "java")).hasSize(10).containsExactlyElementsOf(compiled);
    }

    @Test
    void showsASendEarlyAndInFewLines() throws IOException {
        int lineOfFirstJava = Files.readAllLines(README).indexOf("```java") + 2;

        assertThat(lineOfFirstJava).isBetween(2, 20);
        assertThat(Snippets.shownOn(README, "java").get(0).lines()).hasSizeBetween(5, 15);
    }

    @Test
    void showsFirstTheCommandsThatCiRuns() throws IOException {
        List<String> blocks = Snippets.shownOn(README, "sh");
        String ci = Files.readString(ROOT.resolve(".ci/run"));

        assertThat(blocks).hasSize(2);
        List<String> first = blocks.get(0).lines().toList();
        assertThat(first).hasSize(3);
        assertThat(ci).contains(" " + goals(first.get(0)) + "\n", " " + goals(first.get(2)) + "\n");
        assertThat(goals(first.get(1))) // never ends by itself: its own tests start it
                .isEqualTo("-pl examples/smart-queue -am compile exec:java@smart-queue");
        assertThat(blocks.get(1)).startsWith("mvn -q -pl ultramsg-tenant-testkit -am compile exec:java -Dexec.args=");
    }

    /** What Maven is asked for, without how much it prints and without the remark. */
    private static String goals(String command) {
        assertThat(command).startsWith("mvn ");
        return command.replaceFirst("^mvn (-q )?", "").replaceFirst(" *#.*", "");
    }

    @Test
    void asksForModulesOfThisBuild() throws Exception {
        Element build = xml(Files.readString(ROOT.resolve("pom.xml")));
        List<String> blocks = Snippets.shownOn(README, "xml");

        assertThat(blocks).hasSize(1);
        NodeList dependencies = xml("<all>" + blocks.get(0) + "</all>").getElementsByTagName("dependency");
        assertThat(dependencies.getLength()).isEqualTo(2);
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            assertThat(text(dependency, "groupId")).isEqualTo(text(build, "groupId"));
            assertThat(text(dependency, "version")).isEqualTo(text(build, "version"));
            assertThat(ROOT.resolve(text(dependency, "artifactId")).resolve("pom.xml"))
                    .content()
                    .contains("<artifactId>" + text(dependency, "artifactId") + "</artifactId>");
        }
    }

    private static Element xml(String text) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(text)))
                .getDocumentElement();
    }

    private static String text(Element parent, String tag) {
        return parent.getElementsByTagName(tag).item(0).getTextContent();
    }
}
