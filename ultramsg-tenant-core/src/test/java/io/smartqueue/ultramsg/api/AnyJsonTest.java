package io.smartqueue.ultramsg.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.fixtures.ApiCall;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/** Whatever JSON comes back, a call returns something whose every accessor works, or throws an exception of the library. */
@Timeout(120)
class AnyJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VARIANTS = 5;
    private static final String[] SCALARS = {
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1e999",
        "-0.0",
        "12345678901234567890123",
        "9223372036854775807",
        "1651931190",
        "\"\"",
        "\" \"",
        "\"true\"",
        "\"off\"",
        "\"1651931190\"",
        "\"99999999999999999999\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"http://[\"",
        "\"https://a..b\"",
        "\"12015550123@c.us\"",
        "\"@\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "{\"\":null}",
        "{\"error\":[[{}],null,7]}",
        "{\"error\":{\"a\":{\"b\":[]}}}"
    };

    private final ScriptedServer server = new ScriptedServer();
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final UltraMsgClient client = http.client(Samples.credentials(server.url()));

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    static Stream<ApiCall> calls() {
        return ApiCall.all().stream();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void mayHaveAnythingInAnyPlace(ApiCall call) throws IOException {
        int places = places(JSON.readTree(call.answer())).size();
        int next = 0;
        for (String anything : SCALARS) {
            answersOrThrows(call, anything);
            if (places > 0) { // each place has its turn, not each with everything
                JsonNode reply = JSON.readTree(call.answer());
                places(reply).get(next++ % places).accept(JSON.readTree(anything));
                answersOrThrows(call, reply.toString());
            }
        }
    }

    /** What puts another value into each place of a reply. */
    private static List<Consumer<JsonNode>> places(JsonNode reply) {
        List<JsonNode> containers = new ArrayList<>();
        collect(reply, containers);
        List<Consumer<JsonNode>> places = new ArrayList<>();
        for (JsonNode container : containers) {
            if (container instanceof ObjectNode object) {
                object.fieldNames().forEachRemaining(name -> places.add(value -> object.set(name, value)));
            } else if (container instanceof ArrayNode array) {
                IntStream.range(0, array.size()).forEach(at -> places.add(value -> array.set(at, value)));
            }
        }
        return places;
    }

    @ParameterizedTest
    @MethodSource("calls")
    void mayHaveSeveralThingsWrongAtOnce(ApiCall call) throws IOException {
        Random random = new Random(call.toString().hashCode());
        for (int variant = 0; variant < VARIANTS; variant++) {
            answersOrThrows(call, changed(call.answer(), random));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {199, 201, 100_000})
    void mayBeAsDeepAsItLikes(int depth) {
        for (ApiCall call : ApiCall.all()) {
            answersOrThrows(call, "[".repeat(depth) + "]".repeat(depth));
            answersOrThrows(call, "{\"id\":\"a\",\"status\":".repeat(depth) + "1" + "}".repeat(depth));
            answersOrThrows(call, "[{\"id\":\"a\",\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}]");
        }
    }

    @Test
    void isAResultOfASendToo() throws IOException {
        Random random = new Random(1);
        for (int variant = 0; variant < VARIANTS; variant++) {
            server.next(Replies.json(200, changed(Samples.SENT, random)));
            assertThat(client.messages().send(Samples.message(), SendOptions.defaults()))
                    .isNotNull();
        }
    }

    private void answersOrThrows(ApiCall call, String body) {
        server.next(Replies.json(200, body));
        try {
            useAll(call.run(client), 0);
        } catch (UltraMessageException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        } catch (RuntimeException | StackOverflowError other) {
            fail(call + " fails on " + body.substring(0, Math.min(500, body.length())), other);
        }
        server.forgetNext();
    }

    /** Calls every accessor of a value and of what it returns. */
    private static void useAll(Object value, int depth) {
        assertThat(value.toString()).isNotNull();
        if (value instanceof Collection<?> entries) {
            entries.forEach(entry -> useAll(entry, depth + 1));
        } else if (value instanceof Optional<?> optional) {
            optional.ifPresent(inside -> useAll(inside, depth + 1));
        } else if (value.getClass().getPackage().equals(UltraMsgClient.class.getPackage())) {
            for (Method accessor : value.getClass().getMethods()) {
                if (accessor.getParameterCount() == 0
                        && accessor.getDeclaringClass() == value.getClass()
                        && !Modifier.isStatic(accessor.getModifiers())) {
                    useAll(result(accessor, value), depth + 1);
                }
            }
        }
    }

    private static Object result(Method accessor, Object value) {
        try {
            return accessor.invoke(value);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(accessor + " fails", e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    /** A documented reply with one to three of its parts replaced, doubled or gone. */
    private static String changed(String reply, Random random) throws IOException {
        JsonNode root = JSON.readTree("[" + reply + "]");
        for (int change = random.nextInt(3); change >= 0; change--) {
            List<JsonNode> containers = new ArrayList<>();
            collect(root, containers);
            change(containers.get(random.nextInt(containers.size())), random);
        }
        return root.isEmpty() ? "" : root.get(0).toString();
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode() && !node.isEmpty()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static void change(JsonNode container, Random random) throws IOException {
        JsonNode other = JSON.readTree(SCALARS[random.nextInt(SCALARS.length)]);
        int at = random.nextInt(container.size());
        if (container instanceof ArrayNode array) {
            if (random.nextInt(6) == 0) {
                array.add(array.get(at).deepCopy());
            } else {
                array.set(at, other);
            }
        } else if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            if (random.nextInt(6) == 0) {
                object.remove(names.get(at));
            } else {
                object.set(names.get(at), other);
            }
        }
    }
}
