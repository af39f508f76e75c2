package io.smartqueue.ultramsg.jdbi;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Connections for a library that brings statements of its own. Each of them goes out together with the settings that scope it, in one
 * round trip and one implicit transaction, as {@link TenantScope}'s do: nothing is left behind on a pooled connection, whatever fails.
 * Only prepared statements, run one by one, can be had of these connections; whatever could run unscoped is refused.
 */
final class ScopedStatements {
    private ScopedStatements() {}

    /** Where connections come from; in autocommit mode. */
    @FunctionalInterface
    interface Source {
        Connection open() throws SQLException;
    }

    /**
     * Returns connections whose statements run under these settings.
     *
     * @param settings a statement that returns one result, and a semicolon
     */
    static DataSource of(Source source, String settings) {
        return proxy(DataSource.class, (self, method, arguments) -> {
            if (isNamed(method, arguments, "getConnection", 0)) {
                return connection(source.open(), settings);
            }
            return ofEveryObject(self, method, arguments);
        });
    }

    private static Connection connection(Connection real, String settings) {
        return proxy(Connection.class, (self, method, arguments) -> switch (method.getName()) {
            case "prepareStatement" ->
                isNamed(method, arguments, "prepareStatement", 1)
                        ? statement(real.prepareStatement(settings + arguments[0]))
                        : refuse(method);
            case "getAutoCommit", "isClosed", "close" -> call(real, method, arguments);
            default -> ofEveryObject(self, method, arguments);
        });
    }

    private static PreparedStatement statement(PreparedStatement real) {
        return proxy(PreparedStatement.class, (self, method, arguments) -> switch (method.getName()) {
            case "execute" -> {
                if (arguments != null) {
                    yield refuse(method);
                }
                execute(real);
                yield real.getUpdateCount() < 0;
            }
            case "getUpdateCount", "getResultSet", "isClosed", "close" -> call(real, method, arguments);
            default ->
                method.getName().startsWith("set")
                        ? call(real, method, arguments)
                        : ofEveryObject(self, method, arguments);
        });
    }

    private static void execute(PreparedStatement real) throws SQLException {
        real.execute();
        real.getMoreResults(); // the first result is that of the settings
    }

    private static boolean isNamed(Method method, Object @Nullable [] arguments, String name, int parameters) {
        return method.getName().equals(name) && (arguments == null ? 0 : arguments.length) == parameters;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(ScopedStatements.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private static Object ofEveryObject(Object self, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "hashCode" -> System.identityHashCode(self);
            case "equals" -> arguments != null && self == arguments[0];
            case "toString" -> "scoped statements";
            default -> refuse(method);
        };
    }

    private static Object refuse(Method method) {
        throw new UnsupportedOperationException(method.getName() + " could run a statement that is not scoped");
    }
}
