package com.example.shop;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** What the library shares with Spring Boot is there once, in the version that Boot manages; so that is what runs here. */
class BootsVersionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"caffeine", "HikariCP", "jackson-databind", "postgresql", "slf4j-api"})
    void arePutBeforeTheLibrarys(String artifact) {
        String version = System.getProperty("version." + artifact);

        assertThat(jarsOf(artifact)).containsExactly(artifact + "-" + version + ".jar");
    }

    private static List<String> jarsOf(String artifact) {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(path -> new File(path).getName())
                .filter(name -> name.matches(artifact + "-\\d.*"))
                .toList();
    }
}
