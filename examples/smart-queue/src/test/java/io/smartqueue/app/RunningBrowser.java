package io.smartqueue.app;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gives tests somebody at a {@link Browser}, signed in as nobody and with nothing from the test before, at the {@link RunningDemo}. At the
 * end of each test the browser's console must be empty.
 *
 * <pre>{@code
 * @ExtendWith({RunningDemo.class, RunningBrowser.class})
 * class SomethingBrowserIT {
 *     @Test
 *     void looksGood(Demo demo, Browser anna) { … }
 * }
 * }</pre>
 */
final class RunningBrowser implements BeforeAllCallback, ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(RunningBrowser.class);

    /** Skips the class where there is no browser: a parameter that is missing would be a failure. */
    @Override
    public void beforeAll(ExtensionContext context) {
        Chromium.program();
        Chromium.driverProgram();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Browser.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Chromium chromium = context.getRoot()
                .getStore(HERE)
                .computeIfAbsent("chromium", unused -> Chromium.start(), Chromium.class);
        return context.getStore(HERE)
                .computeIfAbsent(
                        "browser", unused -> Browser.anew(chromium.driver(), RunningDemo.of(context)), Browser.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Browser browser = context.getStore(HERE).get("browser", Browser.class);
        if (browser == null) {
            return;
        }
        if (context.getExecutionException().isPresent()) {
            browser.screenshot("failed-" + context.getRequiredTestClass().getSimpleName() + "-"
                    + context.getRequiredTestMethod().getName());
        } else {
            assertThat(browser.consoleErrors())
                    .as("what the browser complains of")
                    .isEmpty();
        }
    }
}
