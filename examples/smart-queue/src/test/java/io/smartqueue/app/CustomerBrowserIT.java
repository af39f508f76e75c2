package io.smartqueue.app;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.NotFoundException;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.OutputType;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Map;
import javax.imageio.ImageIO;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith({RunningDemo.class, RunningBrowser.class})
class CustomerBrowserIT {
    private static final String ADA = "+4915100000021";
    private static final String CEM = "+4915100000022";

    @Test
    void scansACodeGetsATicketIsCalledAndTheClerkSeesThatItWasRead(Demo demo, Browser browser) throws Exception {
        Shop shop = Shop.connected(demo, "Riverside Bikes");
        browser.signIn("cleo").open(shop.path("details"));
        String scanned = textOfCode(browser);
        assertThat(scanned).isEqualTo(browser.byId("chat-link").getDomProperty("href"));

        browser.signOut()
                .open("/demo/phone?from=" + ADA.substring(1))
                .type("code", scanned)
                .press("Open");
        browser.awaitText("h2", "Riverside Bikes").press("Send").awaitText("#chat", "A-001");

        browser.signIn("cleo").open(shop.path("board")).find("[data-ticket='A-001'] [data-delivery=read]");
        browser.pressWithin("section[data-department=A]", "Call next");
        browser.find("[data-ticket='A-001'][data-state=called]");
        browser.find("[data-ticket='A-001'] :is([data-delivery=sent], [data-delivery=delivered])");
        browser.open(shop.phone(ADA)).awaitText("#chat", "it is your turn");

        browser.open(shop.path("board")).find("[data-ticket='A-001'] [data-delivery=read]");
        browser.assertFitsAPhone().assertAccessible();
        browser.pressWithin("[data-ticket='A-001']", "Served");
        browser.find("[data-ticket='A-001'][data-state=served]");
    }

    @Test
    void appearsOnABoardThatIsOpen(Demo demo, Browser clerk) throws Exception {
        Shop shop = Shop.connected(demo, "Harbour Books");
        clerk.signIn("cleo").open(shop.path("board")).awaitText("#board", "Nobody is here");

        Browserless cem = Browserless.at(demo.node().url());
        cem.submit(
                "/demo/phone", Map.of("from", CEM, "to", shop.number(), "text", "I would like to queue at Reception."));

        clerk.find("[data-ticket='A-001']");
        clerk.await("read receipt", () -> {
            try {
                cem.get(shop.phone(CEM)); // it may have come only now
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return clerk.has("[data-ticket='A-001'] [data-delivery=read]");
        });
    }

    /** Reads the code as a phone's camera does. */
    private static String textOfCode(Browser browser) throws Exception {
        BufferedImage picture =
                ImageIO.read(new ByteArrayInputStream(browser.find("#chat-qr").getScreenshotAs(OutputType.BYTES)));
        int[] pixels = picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
        RGBLuminanceSource light = new RGBLuminanceSource(picture.getWidth(), picture.getHeight(), pixels);
        try {
            return new QRCodeReader()
                    .decode(new BinaryBitmap(new HybridBinarizer(light)))
                    .getText();
        } catch (NotFoundException e) {
            throw new AssertionError("no code to be seen", e);
        }
    }
}
