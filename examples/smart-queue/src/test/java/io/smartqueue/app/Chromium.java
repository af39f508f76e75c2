package io.smartqueue.app;

import org.openqa.selenium.PageLoadStrategy;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Chromium without a window, started once for all tests of a run. Not thread-safe. */
final class Chromium implements AutoCloseable {
    /** Selenium warns that it does not know the DevTools of this version, which we do not ask it for. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;
    private final Path profile;

    private Chromium(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
    }

    static InstalledProgram program() {
        return InstalledProgram.named("chromium", "smart-queue.chromium", "chromium");
    }

    static InstalledProgram driverProgram() {
        return InstalledProgram.named("chromedriver", "webdriver.chrome.driver", "chromium-driver");
    }

    static Chromium start() {
        SELENIUM.setLevel(Level.SEVERE);
        try {
            Path profile = Files.createTempDirectory("smart-queue-chromium");
            ChromeDriverService service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(driverProgram().path().toFile())
                    .usingAnyFreePort()
                    .build();
            return new Chromium(new ChromeDriver(service, options(profile)), profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ChromeOptions options(Path profile) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program().path().toFile());
        options.setPageLoadStrategy(PageLoadStrategy.NORMAL);
        options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
        options.addArguments(List.of(
                "--headless=new",
                "--no-sandbox", // which needs more rights than CI's containers have
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--force-device-scale-factor=1",
                "--hide-scrollbars",
                "--lang=en",
                "--user-data-dir=" + profile));
        return options;
    }

    ChromeDriver driver() {
        return driver;
    }

    @Override
    public void close() {
        driver.quit();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
