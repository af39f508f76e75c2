package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** What README shows in Java stands in test sources word for word, and so compiles. */
class ReadmeTest {
    private static final Path README = Path.of("..", "..", "README.md");
    private static final Path TESTS = Path.of("src/test/java/io/smartqueue/ultramsg/quickstart");
    private static final Pattern SHOWN = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern COMPILED =
            Pattern.compile(" *// README: begin\n(.*?) *// README: end", Pattern.DOTALL);

    @Test
    void showsWhatCompilesAndNothingElse() throws IOException {
        List<String> compiled = blocks(TESTS.resolve("ReadmeSnippets.java"), COMPILED);
        compiled.addAll(blocks(TESTS.resolve("NotificationsTest.java"), COMPILED));

        assertThat(blocks(README, SHOWN)).hasSize(3).containsExactlyElementsOf(compiled);
    }

    @Test
    void showsASendEarlyAndInFewLines() throws IOException {
        int lineOfFirstJava = Files.readAllLines(README).indexOf("```java") + 2;

        assertThat(lineOfFirstJava).isBetween(2, 20);
        assertThat(blocks(README, SHOWN).get(0).lines()).hasSizeBetween(5, 15);
    }

    private static List<String> blocks(Path file, Pattern pattern) throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = pattern.matcher(Files.readString(file));
        while (matcher.find()) {
            blocks.add(matcher.group(1).stripTrailing().stripIndent());
        }
        return blocks;
    }
}
