package io.smartqueue.app;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.http.HttpResponse;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class TextsPageTest {
    private static final Map<String, String> TYPED = Map.of(
            "ticket_created", "Number {ticketNumber}, {customerName}.\r\nThank you.",
            "almost_your_turn", "Soon.",
            "your_turn", "Now: <b>{ticketNumber}</b>",
            "ticket_transferred", "");

    @Test
    void savesTheOrganizationsOwnWords(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Corner Shop");

        HttpResponse<String> saved = shop.as("anna").submit(shop.path("texts"), TYPED);

        assertThat(saved.headers().firstValue("Location")).hasValue(shop.path("texts?done=saved"));
        assertThat(shop.as("anna").get(shop.path("texts?done=saved")).body())
                .contains("Saved. The next message says it.", "Number {ticketNumber}, {customerName}.\nThank you.")
                .contains("Now: &lt;b&gt;{ticketNumber}&lt;/b&gt;", "now waits at {newDepartmentName}")
                .doesNotContain("<b>");
    }

    @Test
    void savesNoneIfOneIsWrongAndKeepsWhatWasTyped(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Corner Shop");

        HttpResponse<String> refused = shop.as("anna")
                .submit(shop.path("texts"), Map.of("ticket_created", "Hi {customer}", "your_turn", "Now {"));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .contains(
                        "Not saved: see what is marked",
                        "unknown variables, customer",
                        "that is no variable",
                        "Hi {customer}");
        assertThat(shop.as("anna").get(shop.path("texts")).body())
                .contains("you have ticket")
                .doesNotContain("Hi {");
    }

    @Test
    void letsOthersReadOnly(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Corner Shop");

        assertThat(shop.as("cleo").get(shop.path("texts")).body())
                .contains("readonly")
                .doesNotContain("id=\"save\"");
        assertThat(shop.as("ben").submit(shop.path("texts"), TYPED).statusCode())
                .isEqualTo(403);
        assertThat(shop.as("dora").get(shop.path("texts")).statusCode()).isEqualTo(403);
    }
}
