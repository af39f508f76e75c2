package io.smartqueue.app;

import io.smartqueue.app.web.Passwords;
import io.smartqueue.app.web.Sessions;
import org.jdbi.v3.core.Jdbi;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody at a browser. Whatever he looks for is awaited: pages change while they are looked at. Not thread-safe.
 */
final class Browser {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(15);
    static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String AXE = resource("/axe.min.js");

    /** Finds the button of a label within a selector. */
    private static final String BUTTON = """
            for (const part of document.querySelectorAll(arguments[0])) {
                for (const button of part.querySelectorAll('button, summary, a.button')) {
                    if (button.checkVisibility() && !button.disabled && button.innerText.trim() === arguments[1]) {
                        return button;
                    }
                }
            }
            return null;""";

    /** How somebody looks at a page. */
    enum View {
        LIGHT("light", 1100, 800),
        DARK("dark", 1100, 800),
        PHONE("light", 380, 800);

        private final String colours;
        private final int width;
        private final int height;

        View(String colours, int width, int height) {
            this.colours = colours;
            this.width = width;
            this.height = height;
        }
    }

    private final ChromeDriver driver;
    private final Demo demo;
    private final URI site;

    private Browser(ChromeDriver driver, Demo demo) {
        this.driver = driver;
        this.demo = demo;
        this.site = demo.node().url();
    }

    /** Forgets what the test before has left behind. */
    static Browser anew(ChromeDriver driver, Demo demo) {
        driver.get("about:blank");
        Browser browser = new Browser(driver, demo);
        browser.signOut().look(View.LIGHT);
        browser.complaints();
        return browser;
    }

    Browser look(View view) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", view.width, "height", view.height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", view.colours),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
        return this;
    }

    /** Goes on as one of the demonstration's members, with a session that he has from before: signing in often is refused. */
    Browser signIn(String member) {
        String token = new Sessions(Jdbi.create(demo.settings().databaseUrl()), Passwords.known())
                .open(member, Duration.ofHours(1));
        driver.executeCdpCommand(
                "Network.setCookie",
                Map.of("name", "session", "value", token, "url", site.toString(), "httpOnly", true, "sameSite", "Lax"));
        return this;
    }

    /** Goes on as nobody. */
    Browser signOut() {
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        return this;
    }

    /** Goes to a path of the site's, or to another address. */
    Browser open(String path) {
        driver.get(site.resolve(path).toString());
        return this;
    }

    /** The path of the page that is shown. */
    String path() {
        return URI.create(Objects.requireNonNull(driver.getCurrentUrl())).getPath();
    }

    WebElement byId(String id) {
        return awaited(By.id(id));
    }

    WebElement find(String css) {
        return awaited(By.cssSelector(css));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    boolean has(String css) {
        return !all(css).isEmpty();
    }

    /** The text that is seen of an element, empty while there is none; read at once, as the element may be replaced meanwhile. */
    String text(String css) {
        return (String) Objects.requireNonNull(evaluate("document.querySelector(arguments[0])?.innerText ?? ''", css));
    }

    /** What a field holds. */
    String value(String id) {
        return Objects.requireNonNull(byId(id).getDomProperty("value"));
    }

    /** The page as it is now. */
    String source() {
        return Objects.requireNonNull(driver.getPageSource());
    }

    Browser awaitText(String css, String part) {
        return await("«" + part + "» in " + css, () -> text(css).contains(part));
    }

    /** Puts a text where another may stand. */
    Browser type(String id, String text) {
        WebElement field = byId(id);
        field.clear();
        field.sendKeys(text);
        return this;
    }

    /** Puts a long text into a field at once, as who pastes it does. */
    Browser fill(String id, String text) {
        driver.executeScript(
                "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
                byId(id),
                text);
        return this;
    }

    Browser choose(String id, String option) {
        new Select(byId(id)).selectByVisibleText(option);
        return this;
    }

    /** Presses the button of this label. */
    Browser press(String label) {
        return pressWithin("body", label);
    }

    /** Presses the button of this label in a part of the page. */
    Browser pressWithin(String css, String label) {
        await("pressed «" + label + "» in " + css, () -> {
            WebElement button = (WebElement) driver.executeScript(BUTTON, css, label);
            if (button != null) {
                button.click();
            }
            return button != null;
        });
        return this;
    }

    /** Strikes keys, wherever the focus is. */
    Browser strike(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
        return this;
    }

    /** Goes on by the tab key until the focus is on this. */
    Browser tabTo(String css) {
        return go(css, Keys.TAB);
    }

    /** Goes back by the tab key until the focus is on this. */
    Browser backTo(String css) {
        return go(css, Keys.chord(Keys.SHIFT, Keys.TAB));
    }

    private Browser go(String css, CharSequence key) {
        for (int i = 0; i < 100; i++) {
            if (is("document.activeElement.matches(arguments[0])", css)) {
                return this;
            }
            strike(key);
        }
        throw new AssertionError("the tab key does not lead to " + css);
    }

    boolean is(String expression, Object... arguments) {
        return Boolean.TRUE.equals(evaluate(expression, arguments));
    }

    Object evaluate(String expression, Object... arguments) {
        return driver.executeScript("return " + expression, arguments);
    }

    /** Something to wait for; what it looks at may be replaced meanwhile. */
    interface Condition {
        boolean holds();
    }

    Browser await(String what, Condition condition) {
        new WebDriverWait(driver, PATIENCE, LOOK_EVERY).withMessage(what).until(unused -> holdsNow(condition));
        return this;
    }

    private static boolean holdsNow(Condition condition) {
        try {
            return condition.holds();
        } catch (WebDriverException e) {
            if (isReplaced(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Whether what was looked at was replaced between two looks. Chromium's driver has two ways to say so. */
    private static boolean isReplaced(WebDriverException e) {
        return e instanceof StaleElementReferenceException
                || e instanceof NoSuchElementException
                || String.valueOf(e.getMessage()).contains("does not belong to the document");
    }

    private WebElement awaited(By place) {
        return new WebDriverWait(driver, PATIENCE, LOOK_EVERY).until(there -> there.findElement(place));
    }

    /**
     * What the browser complained of since the last time. It is none of it that a form was sent back with errors, nor that htmx gave up what
     * it had asked for, because somebody went on to another page or typed on.
     */
    List<String> consoleErrors() {
        return complaints().stream()
                .filter(complaint -> !complaint.contains("status of 422"))
                .filter(complaint ->
                        !complaint.endsWith("\"htmx:afterRequest\"") && !complaint.endsWith("\"htmx:sendAbort\""))
                .toList();
    }

    private List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Takes a picture of the whole page as target/screenshots/(name).png. */
    Browser screenshot(String name) {
        Map<?, ?> size = (Map<?, ?>)
                driver.executeCdpCommand("Page.getLayoutMetrics", Map.of()).get("cssContentSize");
        Map<String, Object> picture = driver.executeCdpCommand(
                "Page.captureScreenshot",
                Map.of(
                        "captureBeyondViewport",
                        true,
                        "clip",
                        Map.of("x", 0, "y", 0, "width", size.get("width"), "height", size.get("height"), "scale", 1)));
        try {
            Files.createDirectories(SCREENSHOTS);
            Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode((String)
                    Objects.requireNonNull(picture.get("data"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Takes pictures of the page in light, in dark and as a phone shows it. */
    Browser screenshots(String name) {
        look(View.DARK).screenshot(name + "-dark");
        look(View.PHONE).screenshot(name + "-phone");
        return look(View.LIGHT).screenshot(name);
    }

    /** Nothing is cut off or has to be pushed aside on a phone. */
    Browser assertFitsAPhone() {
        look(View.PHONE);
        assertThat(evaluate("document.documentElement.scrollWidth"))
                .as("width of %s", path())
                .isEqualTo(380L);
        return look(View.LIGHT);
    }

    /** How many bytes the page and all that it is made of have, uncompressed. */
    long pageWeight() {
        return (Long) evaluate("performance.getEntries()"
                + ".filter(e => e.entryType === 'navigation' || e.entryType === 'resource')"
                + ".reduce((sum, e) => sum + e.decodedBodySize, 0)");
    }

    /** Nothing of the page has jumped since it was opened, but for what somebody has pressed. */
    Browser assertStandsStill() {
        await("all of the page", () -> is("document.readyState === 'complete'"));
        Object jumps = driver.executeAsyncScript("const done = arguments[arguments.length - 1]; const jumps = [];"
                + "new PerformanceObserver(list => list.getEntries().filter(e => !e.hadRecentInput).forEach(e =>"
                + " e.sources.forEach(s => jumps.push(e.value + ' ' + (s.node?.outerHTML ?? s.node?.data ?? '').slice(0, 100)))))"
                + ".observe({type: 'layout-shift', buffered: true});"
                + "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(jumps))));");
        assertThat((List<?>) jumps).as("what jumps on %s", path()).isEmpty();
        return this;
    }

    /** The page keeps the rules of WCAG 2.1 A and AA that a program can check, its colours in dark as well. */
    Browser assertAccessible() {
        List<?> inLight = violations("{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}");
        look(View.DARK);
        List<?> inDark = violations("{type: 'rule', values: ['color-contrast']}");
        look(View.LIGHT);
        assertThat(inLight).as("WCAG on %s", path()).isEmpty();
        assertThat(inDark).as("contrast in the dark on %s", path()).isEmpty();
        return this;
    }

    private List<?> violations(String rules) {
        if (!is("typeof window.axe === 'object'")) {
            driver.executeScript(AXE);
        }
        return (List<?>) driver.executeAsyncScript("const done = arguments[arguments.length - 1];"
                + "axe.run({runOnly: " + rules + ", resultTypes: ['violations'], preload: false}).then("
                + "found => done(found.violations.map(v => v.id + ' ' + v.nodes.map(n => n.html + ' ' + n.any.map(a => a.message)))),"
                + "failed => done([String(failed)]))");
    }

    private static String resource(String name) {
        try (InputStream file = Browser.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
