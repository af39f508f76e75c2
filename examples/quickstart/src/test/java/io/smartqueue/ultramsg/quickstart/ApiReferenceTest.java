package io.smartqueue.ultramsg.quickstart;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The reference of UltraMsg's API says which test shows each fact: this one fails for a fact without, and for a lost test. */
class ApiReferenceTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path REFERENCE = ROOT.resolve("docs").resolve("ultramsg-api.md");
    private static final List<String> MODULES = List.of("ultramsg-tenant-core", "ultramsg-tenant-testkit");

    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");

    /** Calls, replies, known errors and webhooks; the other sections weigh sources. */
    private static final Pattern OF_FACTS = Pattern.compile("### (?:[235]\\.[0-9]+|4\\.2) ");

    /** Begins the sentence above a table whose rows have their tests in common. */
    private static final String FOR_ALL = "Each row: ";

    private static final String NOTHING_TO_SHOW = "| – |";

    @Test
    void namesATestForEachFact() throws IOException {
        List<String> sections = sectionsOfFacts();

        assertThat(sections).hasSizeGreaterThan(20);
        assertThat(sections.stream().filter(section -> !section.contains("\n|---")))
                .as("sections whose facts are in no table")
                .isEmpty();
        assertThat(sections.stream().flatMap(section -> rowsWithoutATest(section).stream()))
                .as("rows without a test")
                .isEmpty();
    }

    @Test
    void namesTestsThatAreThere() throws IOException {
        Map<String, List<Path>> sources = sources();
        List<MatchResult> named =
                TEST.matcher(Files.readString(REFERENCE)).results().toList();

        assertThat(named).hasSizeGreaterThan(100);
        List<String> lost = new ArrayList<>();
        for (MatchResult test : named) {
            if (!isThere(test.group(2), sources.getOrDefault(test.group(1), List.of()))) {
                lost.add(test.group());
            }
        }
        assertThat(lost).isEmpty();
    }

    /** A name that two classes have would not say which is meant. */
    private static boolean isThere(@Nullable String method, List<Path> sources) throws IOException {
        if (sources.size() != 1 || method == null) {
            return sources.size() == 1;
        }
        return Pattern.compile("^ +void " + method + "\\(", Pattern.MULTILINE)
                .matcher(Files.readString(sources.get(0)))
                .find();
    }

    private static List<String> sectionsOfFacts() throws IOException {
        return Pattern.compile("^(?=##)", Pattern.MULTILINE)
                .splitAsStream(Files.readString(REFERENCE))
                .filter(section -> OF_FACTS.matcher(section).lookingAt())
                .toList();
    }

    private static List<String> rowsWithoutATest(String section) {
        List<String> without = new ArrayList<>();
        String above = "";
        for (String block : section.split("\n\n+")) {
            if (block.startsWith("|") && !(above.startsWith(FOR_ALL) && namesATest(above))) {
                block.lines()
                        .skip(2) // the heads of the columns
                        .filter(row -> !namesATest(row) && !row.endsWith(NOTHING_TO_SHOW))
                        .forEach(without::add);
            }
            above = block;
        }
        return without;
    }

    private static boolean namesATest(String text) {
        return TEST.matcher(text).find();
    }

    /** Where each test class stands, by its name. */
    private static Map<String, List<Path>> sources() throws IOException {
        Map<String, List<Path>> sources = new HashMap<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                files.filter(file -> file.toString().endsWith("Test.java"))
                        .forEach(file -> sources.computeIfAbsent(nameOf(file), name -> new ArrayList<>())
                                .add(file));
            }
        }
        return sources;
    }

    private static String nameOf(Path source) {
        return source.getFileName().toString().replace(".java", "");
    }
}
