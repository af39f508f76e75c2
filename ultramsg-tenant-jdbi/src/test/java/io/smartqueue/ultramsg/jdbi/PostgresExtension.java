package io.smartqueue.ultramsg.jdbi;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import java.sql.SQLException;

/**
 * Gives tests real PostgreSQL databases: one embedded server for the JVM, and of it a migrated database that the test
 * class shares (see {@link KeyedBy}), or one of its own for a parameter with {@link TestDatabase.Fresh} or {@link TestDatabase.Empty}.
 * A class may share the {@linkplain SharedStore store} of its database, too.
 *
 * <pre>{@code
 * @ExtendWith(PostgresExtension.class)
 * class SomethingIT {
 *     @Test
 *     void worksOnPostgres(TestDatabase database) { … }
 * }
 * }</pre>
 */
final class PostgresExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestDatabase.class || type == SharedStore.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.isAnnotated(TestDatabase.Empty.class)) {
            return keep(context, parameter, () -> TestServer.shared().emptyDatabase());
        }
        if (parameter.isAnnotated(TestDatabase.Fresh.class)) {
            return keep(context, parameter, () -> TestServer.shared().migratedDatabase());
        }
        TestDatabase shared = shared(context);
        return parameter.getParameter().getType() == TestDatabase.class
                ? shared
                : keep(ofClass(context), SharedStore.class, () -> new SharedStore(shared));
    }

    private static TestDatabase shared(ExtensionContext context) {
        return keep(ofClass(context), TestDatabase.class, () -> {
            KeyedBy key = context.getRequiredTestClass().getAnnotation(KeyedBy.class);
            return key == null
                    ? TestServer.shared().migratedDatabase()
                    : TestServer.shared().migratedDatabase(key.value());
        });
    }

    private interface Creation<T> {
        T create() throws SQLException;
    }

    /** What the store keeps is closed with the test or the class that it belongs to, the newest first. */
    @SuppressWarnings("unchecked")
    private static <T> T keep(ExtensionContext context, Object key, Creation<T> creation) {
        return (T) context.getStore(NAMESPACE).computeIfAbsent(key, k -> {
            try {
                return creation.create();
            } catch (SQLException e) {
                throw new IllegalStateException("no database for " + context.getDisplayName(), e);
            }
        });
    }

    private static ExtensionContext ofClass(ExtensionContext context) {
        ExtensionContext candidate = context;
        while (candidate.getTestMethod().isPresent()) {
            candidate = candidate.getParent().orElseThrow();
        }
        return candidate;
    }
}
