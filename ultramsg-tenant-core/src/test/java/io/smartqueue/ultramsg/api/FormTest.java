package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.fixtures.Randomly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;

/** What goes into a form comes out of it the same, read by the JDK's own decoders. */
class FormTest {
    private static final int CHUNK = 3 * 1024; // the encoder's own step

    private static String bodyOf(Form form) throws Exception {
        BodyPublisher body = form.body();
        String content = read(body);
        assertThat(body.contentLength()).as("announced length").isEqualTo(content.length());
        return content;
    }

    private static String read(BodyPublisher body) throws Exception {
        CompletableFuture<ByteArrayOutputStream> all = new CompletableFuture<>();
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        body.subscribe(new Flow.Subscriber<>() {
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                this.subscription = subscription;
                subscription.request(1);
            }

            @Override
            public void onNext(ByteBuffer buffer) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                content.writeBytes(bytes);
                subscription.request(1);
            }

            @Override
            public void onError(Throwable failure) {
                all.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                all.complete(content);
            }
        });
        return all.get(30, TimeUnit.SECONDS).toString(StandardCharsets.ISO_8859_1);
    }

    private static Map<String, String> decoded(String body) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : body.split("&")) {
            String[] nameAndValue = field.split("=", 2);
            fields.put(nameAndValue[0], URLDecoder.decode(nameAndValue[1], StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static void assertComesOutTheSame(byte[] file) throws Exception {
        String body = bodyOf(new Form()
                .addFile("image", ByteBuffer.wrap(file))
                .add("to", "x")
                .add("caption", "a&b=c"));

        assertThat(body).matches("[A-Za-z0-9%&=+.*_-]*");
        assertThat(decoded(body)).hasSize(3).containsEntry("to", "x").containsEntry("caption", "a&b=c");
        assertThat(Base64.getDecoder().decode(decoded(body).get("image"))).isEqualTo(file);
    }

    static IntStream seeds() {
        return Randomly.seeds(300);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anyTextComesOutTheSame(int seed) throws Exception {
        String first = Randomly.text(seed, 600);
        String second = Randomly.text(~seed, 600);

        String body = bodyOf(new Form().add("body", first).add("caption", second));

        assertThat(body).matches("[A-Za-z0-9%&=+.*_-]*");
        assertThat(decoded(body)).isEqualTo(Map.of("body", first, "caption", second));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void encodesAsTheJdkDoes(int seed) {
        String text = Randomly.text(seed, 600);

        assertThat(new Form().add("body", text).query())
                .isEqualTo("body=" + URLEncoder.encode(text, StandardCharsets.UTF_8));
    }

    /** No message holds one. The JDK's encoder loses it now and then, since some version after 17. */
    @Test
    void asksInPlaceOfHalfACharacter() {
        assertThat(new Form().add("body", "half \ud83d a pair").query()).isEqualTo("body=half+%3F+a+pair");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anyFileComesOutTheSame(int seed) throws Exception {
        assertComesOutTheSame(Randomly.bytes(seed, 40_000));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {1, 2, 3, 4, CHUNK - 1, CHUNK, CHUNK + 1, CHUNK + 2, 2 * CHUNK, 16 * 1024 - 1, 16 * 1024, 7_500_000})
    void filesOfAnySizeComeOutTheSame(int size) throws Exception {
        byte[] file = new byte[size];
        for (int i = 0; i < size; i++) {
            file[i] = (byte) (i * 31 + (i >> 8));
        }
        assertComesOutTheSame(file);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xfb, 0xff, 0x00})
    void filesThatAreSignsOnlyComeOutTheSame(int value) throws Exception {
        byte[] file = new byte[20_000];
        Arrays.fill(file, (byte) value); // 0xff is slashes only: three characters for each

        assertComesOutTheSame(file);
    }

    @Test
    void leavesTheFilesViewAsItWas() throws Exception {
        ByteBuffer file = ByteBuffer.wrap(new byte[] {1, 2, 3}).asReadOnlyBuffer();
        Form form = new Form().addFile("image", file);

        bodyOf(form);

        assertThat(file.remaining()).isEqualTo(3);
    }
}
