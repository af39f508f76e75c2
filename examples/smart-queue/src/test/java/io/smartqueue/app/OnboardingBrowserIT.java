package io.smartqueue.app;

import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith({RunningDemo.class, RunningBrowser.class})
class OnboardingBrowserIT {
    private static final String CUSTOMER = "+4915100000011";

    @Test
    void leadsFromNothingToAMessageThatWasRead(Demo demo, Browser anna) throws Exception {
        StubInstance instance = RunningDemo.newInstance(demo.ultraMsg(), "80000");
        demo.instances().add(instance, "fake-t0ken-80000", "+493022080000", "Old Mill");

        anna.signIn("anna").open("/").type("name", "Old Mill").press("Add");
        anna.awaitText("h1", "Organization Details").awaitText("#status", "not set up");
        anna.press("Advanced").choose("template", "starter");
        anna.await(
                "the template's base URL",
                () -> anna.value("base_url").equals(demo.ultraMsg().baseUrl().toString()));

        anna.type("instance_id", "instans80000")
                .strike(Keys.TAB)
                .await("a complaint", () -> !anna.text("#instance_id-error").isEmpty());
        assertThat(anna.byId("instance_id-error").getDomAttribute("aria-live")).isEqualTo("polite");
        assertThat(anna.byId("instance_id").getDomAttribute("aria-describedby")).contains("instance_id-error");
        assertThat(anna.byId("instance_id").getDomAttribute("aria-invalid")).isEqualTo("true");
        anna.type("business_number", "+49 30 typo")
                .strike(Keys.TAB)
                .await("a complaint", () -> !anna.text("#business_number-error").isEmpty());
        anna.press("Save").awaitText("#saved", "Not saved");
        anna.await("the first wrong field has the focus", () -> anna.is("document.activeElement.id === 'instance_id'"));
        assertThat(anna.value("business_number")).as("what was typed stays").contains("typo");
        assertThat(anna.byId("saved").getDomAttribute("role")).isEqualTo("status");
        anna.assertFitsAPhone().assertAccessible();

        anna.type("instance_id", "80000")
                .type("business_number", "+493022080000")
                .strike(Keys.TAB);
        anna.await("the number formatted", () -> anna.value("business_number").contains(" "));
        anna.type("token", "wrong-t0ken").press("Test connection").awaitText("#test-result", "token is wrong");
        anna.type("token", "fake-t0ken-80000");
        instance.isStoppedForNonPayment();
        anna.press("Test connection").awaitText("#test-result", "is stopped").assertAccessible();
        instance.worksNormally().waitsForQrScan();
        anna.press("Test connection").awaitText("#test-result", "Waiting for a scan");
        anna.byId("untested").click();
        anna.press("Save").awaitText("#saved", "Saved").find("#login-qr svg");
        anna.assertFitsAPhone().assertAccessible();
        instance.isConnectedAs("+493022080000", "Old Mill");
        anna.press("Test connection").awaitText("#test-result", "It works");
        anna.press("Activate").awaitText("#status", "active").assertAccessible();
        anna.press("Install webhook").awaitText("#webhook-state", "UltraMsg posts to this service");

        String board = anna.path().replace("/details", "/board");
        anna.open(board).type("customer-name", "Ada").type("customer-phone", CUSTOMER);
        anna.pressWithin("#add-customer", "Add").find("[data-ticket='A-001'] [data-delivery]");
        anna.open("/demo/phone?from=" + CUSTOMER.substring(1) + "&to=493022080000")
                .awaitText("#chat", "you have ticket *A-001*");

        anna.open(board).find("[data-ticket='A-001'] [data-delivery=read]");
    }

    @Test
    void saysThatItAsksWhileUltraMsgTakesItsTime(Demo demo, Browser anna) {
        Shop shop = Shop.connected(demo, "Patient Shop");
        anna.signIn("anna").open(shop.path("details"));
        assertThat(anna.text("#testing")).isEmpty();
        shop.instance().repliesAfter(Duration.ofMillis(700));

        anna.press("Test connection").awaitText("#testing", "Asking UltraMsg");
        assertThat(anna.is("document.getElementById('test-connection').disabled"))
                .isTrue();
        assertThat(anna.is("document.getElementById('test-result').getAttribute('aria-busy') === 'true'"))
                .isTrue();
        anna.awaitText("#test-result", "It works");

        anna.await("the end of the asking", () -> anna.text("#testing").isEmpty());
        assertThat(anna.byId("test-result").getDomAttribute("aria-busy")).isEqualTo("false");
        assertThat(anna.byId("test-connection").isEnabled()).isTrue();
    }

    @Test
    void showsADailyLimitThatIsReachedAsWorking(Demo demo, Browser anna) {
        Shop shop = Shop.connected(demo, "Busy Shop");
        shop.instance().reachesDailyLimit(0);
        assertThat(demo.node()
                        .whatsApp()
                        .sendMessage(shop.id(), CUSTOMER, "One too many")
                        .isAccepted())
                .isFalse();

        anna.signIn("anna").open(shop.path("details")).press("Test connection");

        anna.awaitText("#test-result", "It works").assertFitsAPhone().assertAccessible();
        assertThat(anna.has("#test-result [data-bad]")).isFalse();
    }

    @Test
    void showsATokenWhileItIsTypedAndNeverAgain(Demo demo, Browser anna) {
        Shop shop = Shop.connected(demo, "Secret Shop");
        anna.signIn("anna").open(shop.path("details"));
        assertThat(anna.value("token")).isEmpty();
        assertThat(anna.source()).doesNotContain(shop.token());

        anna.type("token", "typed-t0ken");
        assertThat(anna.byId("token").getDomProperty("type")).isEqualTo("password");
        anna.byId("token-toggle").click();
        assertThat(anna.byId("token").getDomProperty("type")).isEqualTo("text");
        assertThat(anna.byId("token-toggle").getDomAttribute("aria-pressed")).isEqualTo("true");
        anna.byId("token-toggle").click();

        assertThat(anna.byId("token").getDomProperty("type")).isEqualTo("password");
    }

    @Test
    void worksByKeyboardAlone(Demo demo, Browser anna) {
        Shop shop = Shop.added(demo, "Keyboard Shop");
        anna.signIn("anna").open(shop.path("details"));

        anna.tabTo("#instance_id").strike(shop.instance().id());
        anna.tabTo("#token").strike(shop.token());
        anna.tabTo("#token-toggle").strike(Keys.SPACE);
        assertThat(anna.byId("token").getDomProperty("type")).isEqualTo("text");
        anna.tabTo("#business_number").strike(shop.number());
        anna.tabTo("#advanced > summary").strike(Keys.ENTER);
        anna.tabTo("#base_url").strike(demo.ultraMsg().baseUrl().toString());
        anna.strike(Keys.chord(Keys.SHIFT, Keys.TAB));
        anna.backTo("#test-connection").strike(Keys.SPACE);
        anna.awaitText("#test-result", "It works");
        anna.backTo("#save").strike(Keys.SPACE);

        anna.awaitText("#saved", "Saved");
    }

    @Test
    void letsAnEmployeeLookAndNothingMore(Demo demo, Browser cleo) throws Exception {
        Shop shop = Shop.connected(demo, "Guarded Shop");

        cleo.signIn("cleo").open(shop.path("details")).awaitText("h1", "Organization Details");

        assertThat(cleo.all("#save, #test-connection, #token, #install-webhook, #suspend, #delete"))
                .isEmpty();
        assertThat(cleo.all("#details-form input:not([type=hidden]):not([readonly]):not([disabled])"))
                .isEmpty();
        cleo.assertFitsAPhone().assertAccessible();
        HttpResponse<String> forced = Browserless.at(demo.node().url())
                .signedInAs("cleo")
                .submit(shop.path("details"), Map.of("instance_id", "1", "untested", "yes", "version", "1"));
        assertThat(forced.statusCode()).isEqualTo(403);
    }

    @Test
    void opensNoOrganizationOfOthers(Browser dora) {
        dora.signIn("dora").open("/organizations/" + Demo.BAKERY + "/details");

        dora.awaitText("h1", "Not for you").assertFitsAPhone().assertAccessible();
        assertThat(dora.source()).doesNotContain("Sunrise Bakery");
        assertThat(dora.consoleErrors()).singleElement().asString().contains("status of 403");
    }

    @Test
    void isInForceOnOtherNodesAtOnce(Demo demo, Browser anna) {
        Shop shop = Shop.connected(demo, "Twice Shop");
        StubInstance other = RunningDemo.newInstance(demo.ultraMsg(), "79999");
        demo.instances().add(other, "fake-t0ken-79999", "+493079999000", "Twice Shop");
        try (Node second = Node.start(demo.settings())) {
            assertThat(second.whatsApp()
                            .sendMessage(shop.id(), CUSTOMER, "From the first instance")
                            .isAccepted())
                    .isTrue();

            anna.signIn("anna").open(shop.path("details")).type("instance_id", "79999");
            anna.type("token", "fake-t0ken-79999").type("business_number", "+493079999000");
            anna.press("Save").awaitText("#saved", "Saved");
            anna.await("the second node sends by the new instance", () -> {
                second.whatsApp().sendMessage(shop.id(), CUSTOMER, "From the second instance");
                return !other.receivedMessages().isEmpty();
            });

            anna.open(second.url() + shop.path("details")).awaitText("#status", "active");
            assertThat(anna.value("instance_id")).isEqualTo("instance79999");
        }
    }

    @Test
    void tellsWhoSavesThatSomebodyElseWasFaster(Demo demo, Browser anna) {
        Shop shop = Shop.connected(demo, "Contested Shop");
        anna.signIn("anna").open(shop.path("details")).press("Advanced").type("daily_limit", "321");
        demo.node()
                .whatsApp()
                .administration(Actor.operator("somebody else"))
                .update(shop.id(), ConfigDraft.builder().dailyLimit(123).build());

        anna.press("Save").awaitText("#conflict", "Somebody else was faster");

        assertThat(anna.text("#conflict")).contains("123", "321");
        assertThat(anna.value("daily_limit")).as("what was typed").isEqualTo("321");
        anna.assertFitsAPhone().assertAccessible();
        assertThat(anna.consoleErrors()).allMatch(error -> error.contains("status of 409"));
        anna.press("Save").awaitText("#saved", "Saved");
    }
}
