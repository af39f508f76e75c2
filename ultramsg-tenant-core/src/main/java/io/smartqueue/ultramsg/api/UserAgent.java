package io.smartqueue.ultramsg.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** How the library names itself to servers. */
final class UserAgent {
    private UserAgent() {}

    static String text() {
        Properties properties = new Properties();
        try (InputStream in = UserAgent.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties of this library cannot be read", e);
        }
        return "ultramsg-tenant/" + properties.getProperty("version", "unknown") + " (Java "
                + Runtime.version().feature() + ")";
    }
}
