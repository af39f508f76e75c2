package io.smartqueue.ultramsg.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Code that a page shows, and Java that is compiled. */
final class Snippets {
    private Snippets() {}

    /** The blocks of a page in one language, such as {@code java}, in their order. */
    static List<String> shownOn(Path page, String language) throws IOException {
        return blocks(page, Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL));
    }

    /** What stands between {@code // <mark>: begin} and {@code // <mark>: end}. */
    static List<String> compiledIn(Path source, String mark) throws IOException {
        String regex = " *// " + mark + ": begin\n(.*?) *// " + mark + ": end";
        return blocks(source, Pattern.compile(regex, Pattern.DOTALL));
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
