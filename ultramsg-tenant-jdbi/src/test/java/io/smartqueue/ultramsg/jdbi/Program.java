package io.smartqueue.ultramsg.jdbi;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A program of this machine that a test needs. CI has it; elsewhere the test is skipped without it. */
record Program(Path path) {

    static Program named(String name, String debianPackage) {
        Optional<Path> found = Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        boolean inCi = "true".equals(System.getenv("CI"));
        assertThat(found.isPresent() || !inCi)
                .as("CI has %s, from the package %s", name, debianPackage)
                .isTrue();
        assumeTrue(found.isPresent(), () -> name + " is not installed (package " + debianPackage + ")");
        return new Program(found.get());
    }

    /** Runs a line that a page shows; returns what it prints. */
    static String shell(String line, Path folder, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of("sh", "-c", line))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed.strip();
    }
}
