package io.smartqueue.app;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** What whoever starts it for the first time reads. */
@ExtendWith(RunningDemo.class)
class DemoTest {
    private static final Pattern ADDRESS = Pattern.compile("(http://\\S+?)[.]?(?:\\s|$)");
    private static final Pattern MEMBER = Pattern.compile("sign in as (\\S+) with password (\\S+): (\\S+)");

    @Test
    void saysWhereItIsAndWhomToSignInAs(Demo demo) throws Exception {
        String words = String.join("\n", demo.words());
        List<MatchResult> members = MEMBER.matcher(words).results().toList();

        assertThat(ADDRESS.matcher(words).results().map(address -> address.group(1)))
                .contains(demo.node().url().toString(), demo.node().url() + "/demo")
                .filteredOn(address -> address.startsWith(demo.node().url().toString()))
                .allSatisfy(address -> assertThat(Browserless.at(demo.node().url())
                                .get(URI.create(address).getPath())
                                .statusCode())
                        .isIn(200, 302));
        assertThat(members).hasSize(4);
        for (MatchResult member : members) {
            Browserless signedIn = Browserless.at(demo.node().url()).signedInAs(member.group(1), member.group(2));
            assertThat(signedIn.get("/").body()).contains("you are " + member.group(3));
        }
    }

    @Test
    void failsAtNoLinkWhoseTextCannotBeRead(Demo demo) throws Exception {
        String link = URLEncoder.encode("https://wa.me/4930901820?text=100%", StandardCharsets.UTF_8);

        HttpResponse<String> scanned = Browserless.at(demo.node().url()).get("/demo/phone/scan?code=" + link);

        assertThat(scanned.statusCode()).isEqualTo(422);
        assertThat(scanned.body()).contains("cannot be read");
    }
}
