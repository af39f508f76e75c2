package io.smartqueue.ultramsg.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Instances and how they are switched, in JSON, as {@link ServerOptions#USAGE} shows it. */
final class StateFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private StateFile() {}

    /**
     * Adds what the file names.
     *
     * @throws IllegalArgumentException if the file cannot be read or does not say so; the message shows no token
     */
    static void load(Path file, UltraMsgServer server) {
        for (JsonNode entry : read(file).path("instances")) {
            StubInstance instance = server.addInstance(
                    entry.path("id").asText(), entry.path("token").asText());
            for (JsonNode turned : entry.path("switches")) {
                turned.properties().forEach(each -> Switches.turn(instance, each.getKey(), arguments(each.getValue())));
            }
        }
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            // its message quotes the file, and so perhaps a token
            throw new IllegalArgumentException("--state must name a file with JSON: " + file);
        } catch (IOException e) {
            throw new IllegalArgumentException("--state must name a file that can be read: " + file, e);
        }
    }

    private static Map<String, String> arguments(JsonNode object) {
        Map<String, String> arguments = new HashMap<>();
        object.properties()
                .forEach(member ->
                        arguments.put(member.getKey(), member.getValue().asText()));
        return arguments;
    }
}
