package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.InstanceId;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What {@link UltraMsgServerMain} was asked for on its command line. */
record ServerOptions(
        int port,
        int httpsPort,
        List<Credentials> instances,
        @Nullable Path state) {

    /** An instance and its token, which it never shows. */
    record Credentials(InstanceId instance, String token) {

        @Override
        public String toString() {
            return instance.value();
        }
    }

    static final String USAGE = """
            Serves a stub of UltraMsg's HTTP API on localhost until interrupted.

              --port N          HTTP port; a free one by default
              --https-port N    HTTPS port, with a self-signed certificate; a free one by default
              --instance ID     an instance such as instance1150; give it together with --token, as often as you like
              --token TOKEN     the token of the instance just named
              --state FILE      instances and their switches, in JSON:
                                {"instances": [{"id": "1150", "token": "t0ken", "switches": [
                                  {"isConnectedAs": {"number": "+15550009999", "name": "Desk"}},
                                  {"repliesAfter": {"delay": "PT2S"}}]}]}
              --help            this text

            While it runs:

              GET  /__ultramsg/switches                        the names of all switches
              POST /__ultramsg/instances                       adds an instance; id, token
              POST /__ultramsg/instances/ID/SWITCH             turns a switch; its arguments in query, form or JSON
              GET  /__ultramsg/instances/ID/received           the messages it has accepted
            """;

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it is malformed; the message is for the user and shows no token
     */
    static ServerOptions parse(List<String> arguments) {
        Deque<String> rest = new ArrayDeque<>(arguments);
        int port = 0;
        int httpsPort = 0;
        List<Credentials> instances = new ArrayList<>();
        Path state = null;
        while (!rest.isEmpty()) {
            String option = rest.remove();
            switch (option) {
                case "--port" -> port = port(option, value(option, rest));
                case "--https-port" -> httpsPort = port(option, value(option, rest));
                case "--state" -> state = Path.of(value(option, rest));
                case "--instance" -> instances.add(credentials(value(option, rest), rest));
                case "--token" -> throw new IllegalArgumentException("--token must come right after its --instance");
                default ->
                    throw new IllegalArgumentException(
                            option.startsWith("--")
                                    ? "unknown option " + option.replaceFirst("=.*", "")
                                    : "expected an option such as --port but got a value without one");
            }
        }
        requireDistinct(instances);
        return new ServerOptions(port, httpsPort, List.copyOf(instances), state);
    }

    private static Credentials credentials(String id, Deque<String> rest) {
        InstanceId instance = InstanceId.parse(id);
        if (!"--token".equals(rest.poll())) {
            throw new IllegalArgumentException("--instance " + instance + " must be followed by --token");
        }
        return new Credentials(instance, value("--token", rest));
    }

    private static int port(String option, String text) {
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65535) {
            throw new IllegalArgumentException(option + " must be a port from 0 to 65535");
        }
        return Integer.parseInt(text);
    }

    private static String value(String option, Deque<String> rest) {
        String value = rest.poll();
        if (value == null || value.isBlank() || value.startsWith("--")) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return value;
    }

    private static void requireDistinct(List<Credentials> instances) {
        if (instances.stream().map(Credentials::instance).distinct().count() < instances.size()) {
            throw new IllegalArgumentException("the same --instance is given twice");
        }
    }
}
