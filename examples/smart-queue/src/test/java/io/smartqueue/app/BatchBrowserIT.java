package io.smartqueue.app;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith({RunningDemo.class, RunningBrowser.class})
class BatchBrowserIT {
    @Test
    void isLookedAtStartedAndWatchedToItsEnd(Demo demo, Browser anna) {
        Shop shop = Shop.connected(demo, "Cinema Lux");
        String recipients = IntStream.range(0, 60)
                .mapToObj(i -> "+49151000010" + (10 + i) + " Guest " + i)
                .collect(Collectors.joining("\n"));
        anna.signIn("anna").open(shop.path("batches"));

        anna.type("batch-title", "Reopening").type("batch-message", "Hello {customerName}, we open at 9.");
        anna.type("batch-recipients", "12 nobody\n").press("Show what would be sent");
        anna.await("a complaint", () -> !anna.text("#batch-recipients-error").isEmpty())
                .assertFitsAPhone()
                .assertAccessible();
        anna.fill("batch-recipients", recipients).press("Show what would be sent");
        anna.awaitText("#batch-preview", "60").awaitText("#batch-preview", "Hello Guest 0, we open at 9.");
        assertThat(shop.instance().receivedMessages()).isEmpty();

        anna.press("Start").awaitText("h1", "Reopening").assertFitsAPhone().assertAccessible();
        anna.await("the end", () -> anna.text("#batch-percent").startsWith("100"));

        assertThat(anna.find("#batch-progress progress").getDomProperty("value"))
                .isEqualTo("100");
        assertThat(shop.instance().receivedMessages()).hasSize(60);
    }
}
