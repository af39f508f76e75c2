package io.smartqueue.app;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Goes through all pages with something on them. The system property {@code smart-queue.pictures} names a folder for those pictures that
 * docs/smart-queue.md shows.
 */
@ExtendWith({RunningDemo.class, RunningBrowser.class})
class TourBrowserIT {
    private static final long MOST_BYTES = 150_000;
    static final List<String> SHOWN = List.of("board", "details", "batch", "usage-dark", "phone-phone");
    private static final List<String> CUSTOMERS =
            List.of("+4915100000031 Ada", "+4915100000032 Cem", "+4915100000033 Dilek", "+4915100000034 Émile");

    @Test
    void findsEveryPageLightAccessibleAndFitForAPhone(Demo demo, Browser visitor) throws Exception {
        see(visitor, "/sign-in", "sign-in");
        see(visitor.signIn("anna"), "/", "organizations");

        Shop shop = Shop.connected(demo, "Old Mill Café");
        Browserless anna = Browserless.at(demo.node().url()).signedInAs("anna");
        openForBusiness(shop, anna);
        visitor.open(shop.path("board")).find("[data-ticket='A-002'] [data-delivery=read]");
        see(visitor, shop.path("board"), "board");
        see(visitor, shop.path("messages"), "messages");
        String batch = startBatch(shop, anna);
        visitor.open(batch)
                .await("the batch's end", () -> visitor.text("#batch-percent").startsWith("100"));
        see(visitor, batch, "batch");
        see(visitor, shop.path("batches"), "batches");
        see(visitor, shop.path("usage"), "usage");
        see(visitor, shop.path("audit"), "audit");
        see(visitor, shop.path("texts"), "texts");
        visitor.open(shop.path("details")).press("Test connection").awaitText("#test-result", "It works");
        look(visitor, "details");
        visitor.press("Advanced").awaitText("#webhook-state", "UltraMsg posts");
        look(visitor, "details-advanced");
        see(visitor, "/demo", "stub");
        see(visitor, shop.phone(number(0)), "phone");

        visitor.open(shop.path("nowhere"));
        assertThat(visitor.consoleErrors()).singleElement().asString().contains("status of 404");
        look(visitor, "problem");

        String folder = System.getProperty("smart-queue.pictures", "");
        for (String name : folder.isEmpty() ? List.<String>of() : SHOWN) {
            SmallPicture.write(Browser.SCREENSHOTS.resolve(name + ".png"), Path.of(folder, name + ".png"));
        }
    }

    /** Four customers come; the first is called, the first two read what they are told. */
    private static void openForBusiness(Shop shop, Browserless anna) throws Exception {
        anna.submit(shop.path("board/departments"), Map.of("name", "Terrace", "prefix", "B"));
        for (String customer : CUSTOMERS) {
            String[] numberAndName = customer.split(" ");
            anna.submit(
                    shop.path("board/customers"),
                    Map.of("phone", numberAndName[0], "name", numberAndName[1], "department", "Reception"));
        }
        anna.submit(shop.path("board/call"), Map.of("department", "Reception"));
        for (int customer = 0; customer < 2; customer++) {
            String phone = shop.phone(number(customer));
            String told = customer == 0 ? "your turn. Please" : "you are next";
            OwnOrganization.await(() -> anna.get(phone).body(), page -> page.contains(told));
        }
    }

    private static String startBatch(Shop shop, Browserless anna) throws Exception {
        Map<String, String> form = Map.of(
                "title", "New opening hours",
                "message", "Hello {customerName}, from Monday on we open at 8. Your {organizationName}",
                "recipients", String.join("\n", CUSTOMERS));
        return anna.submit(shop.path("batches"), form)
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    private static String number(int customer) {
        return CUSTOMERS.get(customer).split(" ")[0];
    }

    private static void see(Browser visitor, String path, String name) {
        look(visitor.open(path).assertStandsStill(), name);
    }

    private static void look(Browser visitor, String name) {
        assertThat(visitor.pageWeight()).as("bytes of " + name).isLessThan(MOST_BYTES);
        visitor.assertFitsAPhone().assertAccessible().screenshots(name);
        assertThat(visitor.consoleErrors())
                .as("what the browser complains of at " + name)
                .isEmpty();
    }
}
