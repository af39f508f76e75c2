package io.smartqueue.ultramsg.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A run with all that it takes to read it later.
 *
 * @param startedAt ISO 8601, UTC
 * @param machine where
 * @param versions of what was measured
 * @param postgresql its version and settings
 * @param plan how much of it
 * @param tables what came of it
 */
record SystemReport(
        String startedAt,
        Machine machine,
        Map<String, String> versions,
        Map<String, String> postgresql,
        SystemPlan plan,
        List<Table> tables) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    String markdown() {
        StringBuilder text = new StringBuilder();
        Markdown.surroundings(text, startedAt, machine, versions, postgresql);
        tables.forEach(table -> text.append(table.markdown()));
        return text.toString();
    }

    void write(Path json) throws IOException {
        Path absolute = json.toAbsolutePath();
        Files.createDirectories(absolute.resolveSibling(""));
        JSON.writeValue(absolute.toFile(), this);
        String name = absolute.getFileName().toString().replaceFirst("\\.json$", "");
        Files.writeString(absolute.resolveSibling(name + ".md"), markdown());
    }
}
