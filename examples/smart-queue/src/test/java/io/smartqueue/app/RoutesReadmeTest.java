package io.smartqueue.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.smartqueue.app.Program.Answer;
import io.smartqueue.ultramsg.message.RejectionReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** What README says of the routes is so, and so is what the page of problems says. */
@ExtendWith(RunningDemo.class)
class RoutesReadmeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ROUTE = Pattern.compile("^\\| `(GET|POST) (/[^`?]*)", Pattern.MULTILINE);
    /** A request, the line that says where it goes, and the answer. */
    private static final Pattern EXAMPLE = Pattern.compile(
            "```json\\n([^`]*)```\\n\\n`POST ([^`]*)` answers ([0-9]{3})[^`:]*(?:`[^`]*`[^`:]*)*:\\n\\n```json\\n([^`]*)```");

    private static final Pattern PICTURE = Pattern.compile("!\\[[^]]+]\\(smart-queue/([a-z-]+)\\.png\\)");
    private static final Pattern CODE = Pattern.compile(
            "(?:Problem\\.of\\(\\s*[0-9]+,|TicketConflictException\\(|return of\\(\\s*[0-9]+,)\\s*\"([a-z_]+)\"");

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    @Test
    void startsItAsThePomDoes() throws IOException {
        assertThat(readme()).contains("```sh\nmvn -q -pl examples/smart-queue -am compile exec:java@smart-queue\n```");
        assertThat(Path.of("pom.xml"))
                .content()
                .contains("<id>smart-queue</id>", "<mainClass>" + SmartQueue.class.getName() + "</mainClass>");
    }

    @Test
    void showsPicturesInTheTourThatTheTourHasMade() throws IOException {
        Path docs = Path.of("../../docs");
        List<String> shown = PICTURE.matcher(Files.readString(docs.resolve("smart-queue.md")))
                .results()
                .map(picture -> picture.group(1))
                .toList();

        assertThat(shown).containsExactlyInAnyOrderElementsOf(TourBrowserIT.SHOWN);
        assertThat(shown)
                .allSatisfy(name ->
                        assertThat(docs.resolve("smart-queue/" + name + ".png")).isNotEmptyFile());
    }

    @Test
    void listsRoutesThatThereAre(Demo demo) throws Exception {
        Program nobody = Program.at(demo.node().url(), "");
        List<MatchResult> routes = ROUTE.matcher(readme()).results().toList();

        assertThat(routes).hasSizeGreaterThan(15);
        for (MatchResult route : routes) {
            String path = route.group(2).replaceAll("\\{[a-z]+}", "some");
            Answer answer = route.group(1).equals("GET") ? nobody.get(path) : nobody.post(path, "{}");
            assertThat(answer.status()).as(route.group()).isIn(200, 401);
        }
    }

    @Test
    void showsExamplesThatAreAnsweredLikeThis(Demo demo) throws Exception {
        List<MatchResult> examples = EXAMPLE.matcher(readme()).results().toList();

        assertThat(examples).hasSize(3);
        for (MatchResult example : examples) {
            Answer answer = Program.of(demo, "cleo").post(example.group(2), example.group(1));
            assertThat(answer.status()).as(answer.toString()).isEqualTo(Integer.parseInt(example.group(3)));
            assertThat(answer.json()).isEqualTo(JSON.readTree(example.group(4)));
        }
    }

    @Test
    void hasAnEntryForEachProblemToLeadTo(Demo demo) throws Exception {
        String page =
                Program.at(demo.node().url(), "").get("/problems").response().body();
        List<String> codes = new ArrayList<>(List.of("invalid", "too_many_tries"));
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            for (Path source : sources.filter(Files::isRegularFile).toList()) {
                CODE.matcher(Files.readString(source)).results().forEach(code -> codes.add(code.group(1)));
            }
        }
        for (RejectionReason reason : RejectionReason.values()) {
            codes.add(reason.name().toLowerCase(Locale.ROOT));
        }

        assertThat(codes).hasSizeGreaterThan(35);
        assertThat(codes).allSatisfy(code -> assertThat(page).contains("id=\"" + code + "\""));
    }
}
