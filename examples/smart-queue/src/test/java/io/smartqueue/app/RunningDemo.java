package io.smartqueue.app;

import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * The demonstration, started once for all tests of a run, on a port of its own. Tests add what they need, organizations above all, and
 * leave alone what others may look at.
 */
final class RunningDemo implements ParameterResolver {
    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(RunningDemo.class);

    /** Ends with the run. */
    private record Held(Demo demo) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            demo.close();
        }
    }

    static Demo of(ExtensionContext context) {
        return context.getRoot()
                .getStore(HERE)
                .computeIfAbsent("demo", unused -> new Held(start()), Held.class)
                .demo();
    }

    private static Demo start() {
        try {
            return Demo.start(Map.of("PORT", "0", "PACE", "PT0.02S"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Demo.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return of(context);
    }

    /** An instance of the stub's that no other test has. */
    static StubInstance newInstance(UltraMsgServer ultraMsg, String id) {
        return ultraMsg.addInstance(id, "fake-t0ken-" + id);
    }
}
