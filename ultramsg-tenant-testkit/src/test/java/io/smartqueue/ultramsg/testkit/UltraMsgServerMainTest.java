package io.smartqueue.ultramsg.testkit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class UltraMsgServerMainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --prot 9080                                        | unknown option --prot
                    --token=s3cret                                     | unknown option --token
                    9080                                               | expected an option such as --port but got a value without one
                    --port                                             | --port needs a value
                    --port --https-port 1                              | --port needs a value
                    --port 70000                                       | --port must be a port from 0 to 65535
                    --https-port x                                     | --https-port must be a port from 0 to 65535
                    --state                                            | --state needs a value
                    --state no-such-file.json                          | --state must name a file that can be read
                    --instance                                         | --instance needs a value
                    --instance ../x --token s3cret                     | instance id must be digits
                    --instance 1150                                    | --instance instance1150 must be followed by --token
                    --instance 1150 --token                            | --token needs a value
                    --instance 1150 s3cret                             | --instance instance1150 must be followed by --token
                    --token s3cret                                     | --token must come right after its --instance
                    --instance 1150 --token s3cret --instance instance1150 --token s3cret | the same --instance is given twice
                    """)
    void refusesAMalformedCommandLine(String arguments, String message) {
        int status = run(arguments.split(" "));

        assertThat(status).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains(message).contains("--help").doesNotContain("s3cret");
        assertThat(out.toString(UTF_8)).isEmpty();
    }

    @Test
    void explainsItsOptions() {
        int status = run("--port", "x", "--help");

        assertThat(status).isZero();
        assertThat(out.toString(UTF_8)).contains("--port", "--https-port", "--instance", "--token");
    }

    @Test
    void takesTheCommandLineThatReadmeShows() throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        Matcher shown = Pattern.compile("-pl ultramsg-tenant-testkit .*exec:java -Dexec.args=\"(.*)\"")
                .matcher(readme);

        assertThat(shown.find()).isTrue();
        ServerOptions options = ServerOptions.parse(List.of(shown.group(1).split(" ")));
        assertThat(options.port()).isEqualTo(9080);
        assertThat(options.httpsPort()).isEqualTo(9443);
        assertThat(options.instances()).hasToString("[instance1150]");
        assertThat(Path.of("pom.xml")).content().contains("<mainClass>" + UltraMsgServerMain.class.getName() + "<");
    }

    @Test
    void tellsWhenAPortIsTaken() {
        try (UltraMsgServer server = UltraMsgServer.start()) {
            int status = run("--port", Integer.toString(server.baseUrl().getPort()));

            assertThat(status).isEqualTo(1);
            assertThat(err.toString(UTF_8)).contains("Cannot listen on");
        }
    }

    @Test
    void servesUntilInterrupted() throws Exception {
        PipedInputStream printed = new PipedInputStream();
        PrintStream print = new PrintStream(new PipedOutputStream(printed), true, UTF_8);
        FutureTask<Integer> running = new FutureTask<>(() -> UltraMsgServerMain.run(
                List.of("--instance", "1150", "--token", "t0ken", "--instance", "2260", "--token", "0ther"),
                print,
                print));
        Thread thread = new Thread(running, "main-under-test");
        thread.start();
        BufferedReader lines = new BufferedReader(new InputStreamReader(printed, UTF_8));
        String first = lines.readLine();
        String rest = lines.readLine() + lines.readLine() + lines.readLine();

        String url = first.split(" ")[3];
        String reply =
                StubClient.over(URI.create(url)).text("instance1150", "Hello").body();
        thread.interrupt();

        assertThat(running.get(20, TimeUnit.SECONDS)).isZero();
        assertThat(reply).contains("\"sent\":\"true\"");
        assertThat(first).startsWith("UltraMsg stub at http://localhost:").contains(" and https://localhost:");
        assertThat(rest).isEqualTo("  instance1150  instance2260Serving until interrupted");
    }

    private int run(String... arguments) {
        return UltraMsgServerMain.run(
                List.of(arguments), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }
}
