package io.smartqueue.ultramsg.testkit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;

import static io.smartqueue.ultramsg.testkit.StubClient.TOKEN;
import static io.smartqueue.ultramsg.testkit.StubClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ControlApiTest {

    private static final String INSTANCE = "/__ultramsg/instances/instance1150/";

    private UltraMsgServer server;
    private StubClient http;

    @BeforeEach
    void start() {
        server = UltraMsgServer.builder().controlledByHttp().start();
        http = StubClient.over(server.baseUrl());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void addsInstancesAndTurnsTheirSwitches() throws Exception {
        http.form("/__ultramsg/instances", "id", "1150", "token", TOKEN);
        http.form(INSTANCE + "answersHtml", "status", "503");
        assertThat(http.text("instance1150", "one").statusCode()).isEqualTo(503);

        http.form(INSTANCE + "worksNormally");
        http.text("instance1150", "two");

        assertThat(json(http.get(INSTANCE + "received", "all", "1"))
                        .at("/0/parameters/body")
                        .asText())
                .isEqualTo("two");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            instances/instance1150/flies           | There is no switch of this name
            instances/instance1150/answersHtml     | Expected an argument status
            instances/instance1150/repliesAfter?delay=2s | Expected a duration such as PT2S
            instances/instance7/rejectsToken       | The server has no instance7
            instances?id=x&token=y                 | instance id must be digits
            """)
    void saysWhatIsWrong(String path, String message) throws Exception {
        server.addInstance("1150", TOKEN);

        assertThat(http.post("/__ultramsg/" + path, "text/plain", "").statusCode())
                .isEqualTo(400);
        assertThat(http.post("/__ultramsg/" + path, "text/plain", "").body()).contains(message);
    }

    @Test
    void isNotThereForCodeUnderTest() throws Exception {
        try (UltraMsgServer other = UltraMsgServer.start()) {
            assertThat(StubClient.over(other.baseUrl())
                            .get("/__ultramsg/switches", "all", "1")
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void beginsWithTheStateOfAFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("state.json"), """
                {"instances": [{"id": "1150", "token": "t0ken", "switches": [
                  {"isConnectedAs": {"number": "+15550009999", "name": "Desk"}},
                  {"reachesDailyLimit": {"after": 0}}]}]}""");

        StateFile.load(file, server);

        assertThat(http.get("/instance1150/instance/me", "token", TOKEN).body()).contains("Desk");
        assertThat(http.text("instance1150", "Hello").body()).contains("limit reached");
    }

    @Test
    void showsNoTokenOfAFileItCannotRead(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("state.json"), "{\"token\": s3cret");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> StateFile.load(file, server))
                .satisfies(failure ->
                        assertThat(failure).hasMessageNotContaining("s3cret").hasNoCause());
    }
}
