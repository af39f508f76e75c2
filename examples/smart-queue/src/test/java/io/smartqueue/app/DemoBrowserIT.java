package io.smartqueue.app;

import io.smartqueue.ultramsg.testkit.StubInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.http.HttpResponse;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith({RunningDemo.class, RunningBrowser.class})
class DemoBrowserIT {
    private static final String CUSTOMER = "4915100000001";

    @Test
    void showsWhatEachInstanceDoesAndTurnsItsSwitches(Demo demo, Browser anybody) {
        StubInstance instance = RunningDemo.newInstance(demo.ultraMsg(), "70001");
        demo.instances().addUnscanned(instance, "fake-t0ken-70001", "+442079460101", "Switched");
        String card = "[data-instance=instance70001]";

        anybody.open("/demo").assertFitsAPhone().assertAccessible().pressWithin(card, "Scan the QR code");
        anybody.awaitText(card + " [aria-pressed=true]", "works normally");
        anybody.signIn("cleo").open("/demo").pressWithin(card, "rejects its token");

        anybody.awaitText(card + " [aria-pressed=true]", "rejects its token");
    }

    @Test
    void isACustomersPhone(Demo demo, Browser customer) {
        StubInstance instance = RunningDemo.newInstance(demo.ultraMsg(), "70002");
        demo.instances().add(instance, "fake-t0ken-70002", "+442079460102", "Corner Shop");

        customer.open("/demo/phone?from=" + CUSTOMER)
                .type("code", "https://example.com/442079460102")
                .press("Open");
        customer.awaitText("#code-error", "no link to a chat");
        customer.type("code", "https://wa.me/442079460102?text=Open%20at%208%3F")
                .press("Open");
        customer.awaitText("h2", "Corner Shop").assertFitsAPhone().assertAccessible();
        assertThat(customer.byId("text").getDomProperty("value")).isEqualTo("Open at 8?");
        customer.press("Send").awaitText("#chat .mine", "Open at 8?");

        assertThat(customer.byId("text").getDomProperty("value")).isEmpty();
    }

    @Test
    void letsACustomerOfTheBakeryQueueFromTheFirstMinute(Browser customer) {
        customer.open("/demo/phone?to=4930901820")
                .type("text", "I would like to queue at Cakes.")
                .press("Send");

        customer.awaitText("#chat", "you have ticket *B-");
        customer.signIn("cleo").open("/organizations/" + Demo.BAKERY + "/board");
        customer.find("[data-department=B] [data-delivery=read]");
    }

    @Test
    void isNotThereWithoutADemonstration(Demo demo) throws Exception {
        try (Node node = Node.start(demo.settings())) {
            Browserless somebody = Browserless.at(node.url());

            assertThat(somebody.get("/demo").statusCode()).isEqualTo(404);
            assertThat(somebody.get("/demo/phone").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void takesNoFormOfAnotherSites(Demo demo) throws Exception {
        Browserless anna = Browserless.at(demo.node().url());
        anna.submit("/sign-in", Map.of("name", "anna", "password", Demo.PASSWORD));

        HttpResponse<String> forged = anna.submit("/demo/instances/instance1150", Map.of("switch", "stopped"));
        HttpResponse<String> unknown =
                Browserless.at(demo.node().url()).submit("/demo/instances/instance1150", Map.of("switch", "explodes"));

        assertThat(forged.statusCode()).isEqualTo(403);
        assertThat(unknown.statusCode()).isEqualTo(404);
    }
}
