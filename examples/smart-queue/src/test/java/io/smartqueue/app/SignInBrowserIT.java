package io.smartqueue.app;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith({RunningDemo.class, RunningBrowser.class})
class SignInBrowserIT {
    @Test
    void leadsToTheMembersOrganizations(Browser browser) {
        browser.open("/").assertFitsAPhone().assertAccessible();
        browser.type("name", "cleo").type("password", Demo.PASSWORD).press("Sign in");

        browser.awaitText("h1", "Your organizations");
        assertThat(browser.text("main")).contains("Sunrise Bakery").doesNotContain("Harbour Clinic");
        browser.assertFitsAPhone().assertAccessible();
    }

    @Test
    void worksByKeyboardAlone(Browser browser) {
        browser.open("/sign-in");

        browser.strike("ben", Keys.TAB, "wrong", Keys.ENTER).awaitText("[role=alert]", "do not go together");
        assertThat(browser.consoleErrors())
                .singleElement()
                .asString()
                .contains("status of 401"); // which is what a wrong password is
        browser.tabTo("#password").strike(Demo.PASSWORD, Keys.ENTER);

        browser.awaitText("header", "Ben");
    }

    @Test
    void letsTheContentBeReachedAtOnce(Browser browser) {
        browser.signIn("anna").open("/").tabTo(".skip").strike(Keys.ENTER);

        assertThat(browser.is("document.activeElement.id === 'main'")).isTrue();
    }
}
