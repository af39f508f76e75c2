package io.smartqueue.app;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** A program of this machine that a test needs. CI has it; elsewhere the test is skipped without it. */
record InstalledProgram(Path path) {
    /** Looks where the system property says, then on the PATH. */
    static InstalledProgram named(String name, String property, String debianPackage) {
        Optional<Path> found = Stream.concat(
                        Stream.of(System.getProperty(property, "")).filter(path -> !path.isEmpty()),
                        Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                .map(folder -> folder + File.separator + name))
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
        boolean inCi = "true".equals(System.getenv("CI"));
        assertThat(found.isPresent() || !inCi)
                .as("CI has %s, from the package %s", name, debianPackage)
                .isTrue();
        assumeTrue(
                found.isPresent(),
                () -> name + " is not installed (package " + debianPackage + "; or say where it is by -D" + property
                        + ")");
        return new InstalledProgram(found.get());
    }
}
