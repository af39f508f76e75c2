package io.smartqueue.ultramsg.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A run with all that it takes to read it later.
 *
 * @param startedAt ISO 8601, UTC
 * @param machine where
 * @param versions of what was measured
 * @param postgresql its version and settings; empty when no comparison asked for it
 * @param plan for how long
 * @param results what came of it
 */
record Report(
        String startedAt,
        Machine machine,
        Map<String, String> versions,
        Map<String, String> postgresql,
        Plan plan,
        List<Result> results) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    void writeJson(Path file) throws IOException {
        JSON.writeValue(file.toFile(), this);
    }

    static Report readJson(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Report.class);
    }
}
