package io.smartqueue.app;

import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.http.HttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class ChatCodesTest {
    private static void number(Demo demo, OwnOrganization shop, String number) {
        demo.node()
                .whatsApp()
                .administration(Actor.operator("test"))
                .update(shop.id(), ConfigDraft.builder().businessNumber(number).build());
    }

    @Test
    void leadToTheNumberThatIsInForceAndNameTheDepartment(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Corner Shop");
        assertThat(shop.as("cleo").get(shop.path("details")).body()).contains("Connect the organization first");
        shop.connect();
        assertThat(shop.as("cleo").get(shop.path("details")).body()).contains("Enter the business number");

        number(demo, shop, "+4930901820");
        String before = shop.as("cleo")
                .part(shop.path("details/chat?department=Reception"))
                .body();
        number(demo, shop, "+33142685300");
        String after = shop.as("cleo")
                .part(shop.path("details/chat?department=Nowhere"))
                .body();

        assertThat(before)
                .contains(
                        "id=\"chat-qr\"",
                        "<svg",
                        "https://wa.me/4930901820?text=Hello%2C%20I%20would%20like%20to%20queue%20at%20Reception.");
        assertThat(after).contains("https://wa.me/33142685300?text=", "Reception", "+33 1 42 68 53 00");
    }

    @Test
    void areFilesToPrint(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Corner Shop");
        shop.connect();
        assertThat(shop.as("cleo")
                        .get(shop.path("details/code.svg?department=Reception"))
                        .statusCode())
                .isEqualTo(404);
        number(demo, shop, "+4930901820");

        HttpResponse<String> svg = shop.as("cleo").get(shop.path("details/code.svg?department=Reception"));
        HttpResponse<String> png = shop.as("cleo").get(shop.path("details/code.png?department=Reception"));

        assertThat(svg.headers().firstValue("Content-Type").orElse("")).startsWith("image/svg+xml");
        assertThat(svg.headers().firstValue("Content-Disposition")).hasValue("attachment; filename=\"queue-A.svg\"");
        assertThat(svg.body()).startsWith("<svg").contains("Queue at Reception");
        assertThat(png.headers().firstValue("Content-Type").orElse("")).startsWith("image/png");
        assertThat(png.body()).contains("PNG");
        assertThat(shop.as("cleo")
                        .get(shop.path("details/code.svg?department=Nowhere"))
                        .statusCode())
                .isEqualTo(404);
    }
}
