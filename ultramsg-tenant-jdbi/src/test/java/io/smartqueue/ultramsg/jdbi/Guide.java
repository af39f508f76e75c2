package io.smartqueue.ultramsg.jdbi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A page under docs that tells a host what to run. */
record Guide(String page) {

    /** All blocks of the page in a language, such as {@code sql}, in their order. */
    List<String> blocks(String language) throws IOException {
        String text = Files.readString(Path.of("..", "docs").resolve(page));
        return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(block -> block.group(1).strip())
                .toList();
    }
}
