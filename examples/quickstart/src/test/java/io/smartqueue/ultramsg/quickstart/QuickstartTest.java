package io.smartqueue.ultramsg.quickstart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** The program as a newcomer runs it, in a JVM of its own. */
@Timeout(120)
class QuickstartTest {
    @Test
    void tellsItsStoryAndEndsWell() throws Exception {
        Run run = run();

        assertThat(run.status()).as(run.printed()).isZero();
        assertThat(run.printed())
                .contains("accepted by instance1150", "accepted by instance2260", "accepted by instance3370")
                .contains("rejected: the organization's daily limit of 2 messages is used up")
                .contains("not sent twice")
                .contains("30 of 30", "all 30 reminders are at UltraMsg", "the code did not wait for them")
                .doesNotContain("bakery-t0ken", "clinic-t0ken", "new-t0ken", "4930901820");
    }

    @Test
    void endsBadlyAndSaysWhyWhenAStepFails() throws Exception {
        // PostgreSQL cannot be unpacked into a folder that cannot be made
        Run run = run("-Djava.io.tmpdir=/dev/null/nowhere");

        assertThat(run.status()).as(run.printed()).isNotZero();
        assertThat(run.printed()).contains("The quickstart has failed");
    }

    private static Run run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Quickstart.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), printed);
    }

    private record Run(int status, String printed) {}
}
