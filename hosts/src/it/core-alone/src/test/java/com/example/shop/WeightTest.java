package com.example.shop;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** What a service takes in with ultramsg-tenant-core, itself included. */
class WeightTest {
    private static final Path RUNTIME = Path.of("target", "runtime");

    @Test
    void isAtMostTwelveJarsAndFiveMebibytes() throws IOException {
        List<Path> jars = jars();
        long bytes = 0;
        for (Path jar : jars) {
            bytes += Files.size(jar);
            System.out.printf("%,11d bytes  %s%n", Files.size(jar), jar.getFileName());
        }
        System.out.printf("%,11d bytes in %d jars%n", bytes, jars.size());

        assertThat(jars).hasSizeBetween(1, 12);
        assertThat(bytes).isLessThanOrEqualTo(5 * 1024 * 1024);
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(RUNTIME)) {
            return files.sorted().toList();
        }
    }
}
