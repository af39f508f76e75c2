package io.smartqueue.app;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith({RunningDemo.class, RunningBrowser.class})
class TourBrowserIT {
    private static final long MOST_BYTES = 150_000;

    @Test
    void findsEveryPageLightGoodLookingAndAccessible(Demo demo, Browser visitor) throws Exception {
        see(visitor, "/sign-in", "sign-in");
        visitor.signIn("anna");
        see(visitor, "/", "organizations");
        Shop shop = Shop.connected(demo, "Old Mill");
        see(visitor, shop.path("details"), "details");
        see(visitor, "/demo", "stub");
        see(visitor, "/demo/phone?to=4930901820", "phone");
    }

    private static void see(Browser visitor, String path, String name) {
        visitor.open(path).assertFitsAPhone().assertAccessible().screenshots(name);
        assertThat(visitor.pageWeight()).as("bytes of " + path).isLessThan(MOST_BYTES);
        assertThat(visitor.consoleErrors())
                .as("what the browser complains of at " + path)
                .isEmpty();
    }
}
