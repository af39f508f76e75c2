package io.smartqueue.app;

import io.smartqueue.ultramsg.testkit.StubInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class UsagePageTest {
    @Test
    void showsWhatTheDayHasBroughtSoFar(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Counted shop");
        StubInstance instance = shop.connect();
        shop.as("cleo").submit(shop.path("messages/direct"), Map.of("phone", "+4915112345610", "text", "Hello"));
        instance.rejectsToken();
        shop.as("cleo").submit(shop.path("messages/direct"), Map.of("phone", "+4915112345611", "text", "Hello"));
        instance.worksNormally();

        String page = OwnOrganization.await(
                () -> {
                    instance.awaitWebhooks(Duration.ofSeconds(10));
                    return shop.as("cleo").get(shop.path("usage?days=7")).body();
                },
                body -> body.contains("<strong>1</strong> delivered"));

        assertThat(page)
                .contains(
                        "1 of 1000 messages",
                        "id=\"usage-chart\"",
                        "class=\"bar-accepted\"",
                        ": 1 accepted, 1 delivered, 0 read, 0 failed</title>",
                        "<strong>1</strong> bad token",
                        "<strong>1</strong> rejected")
                .containsPattern("within <strong>\\d+ ms</strong>")
                .doesNotContain("Nothing was sent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"anna", "ben", "cleo"})
    void tellsWhatToDoWhenNothingWasSent(String member, Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Idle shop");

        assertThat(shop.as(member).get(shop.path("usage")).body())
                .contains("Nothing was sent", "The last 30 days", "not set up yet", "id=\"usage-chart\"")
                .doesNotContain("style=");
    }

    @ParameterizedTest
    @CsvSource({"days=7,7", "days=90,90", "days=1,1", "days=0,1", "days=999,366", "days=-5,30", "days=<x>,30"})
    void takesNoMoreDaysThanAYear(String query, int days, Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Shop of days");

        assertThat(shop.as("cleo")
                        .get(shop.path("usage?" + query.replace("<", "%3C").replace(">", "%3E")))
                        .body())
                .contains("The last " + days + " days");
    }

    @Test
    void isForTheOrganizationsMembersAlone(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Private shop");

        assertThat(shop.as("dora").get(shop.path("usage")).statusCode()).isEqualTo(403);
    }
}
