package io.smartqueue.ultramsg.testkit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.util.Objects;

/**
 * Gives the tests of a class an {@link UltraMsgServer}, as a parameter of test and lifecycle methods.
 *
 * <pre>{@code
 * @ExtendWith(UltraMsgExtension.class)
 * class ReminderTest {
 *
 *     @Test
 *     void remindsTheNextInLine(UltraMsgServer server) {
 *         StubInstance instance = server.addInstance("instance1150", "t0ken");
 *         …
 *         assertThat(instance).received(text("You are next").to("+15550001111"));
 *     }
 * }
 * }</pre>
 *
 * <p>The class and the classes nested in it share one server, on free ports, which is closed after the last test. Before
 * each test, and before its {@code @BeforeEach} methods, all instances are removed: add them in the test or in
 * {@code @BeforeEach}, not in {@code @BeforeAll}. Classes never share a server and may run in parallel; the methods of
 * one class must run one after another.
 *
 * <p>Thread-safe.
 */
public final class UltraMsgExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(UltraMsgExtension.class);
    private static final String SERVER = "server";

    /** Makes the extension; JUnit calls this. */
    public UltraMsgExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        open(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        open(context);
        server(context).reset();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        closeOwn(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        closeOwn(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == UltraMsgServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return server(context);
    }

    // Only what JUnit 5 has as well as 6: hosts bring either.

    private static void open(ExtensionContext context) {
        if (context.getStore(NAMESPACE).get(SERVER) == null) { // looks in the contexts above, too
            context.getStore(NAMESPACE).put(SERVER, UltraMsgServer.start());
        }
    }

    private static UltraMsgServer server(ExtensionContext context) {
        return Objects.requireNonNull(context.getStore(NAMESPACE).get(SERVER, UltraMsgServer.class));
    }

    private static void closeOwn(ExtensionContext context) {
        @Nullable
        UltraMsgServer own = context.getStore(NAMESPACE).remove(SERVER, UltraMsgServer.class); // not in those above
        if (own != null) {
            own.close();
        }
    }
}
