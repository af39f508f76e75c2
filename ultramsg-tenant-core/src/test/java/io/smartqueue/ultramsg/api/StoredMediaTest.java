package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.NoReplyException.Effect;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Uploads. Source: UltraMsg documentation, media/upload, as read in November 2026; RFC 7578 for the form. */
@Timeout(60)
class StoredMediaTest {
    private static final String STORED = "{\"success\":\"https:\\/\\/files.example\\/menu.txt\"}";
    private static final URI ADDRESS = URI.create("https://files.example/menu.txt");
    private static final String CONTENT = "soup\r\n--bread\u00fc";

    private final ScriptedServer server = new ScriptedServer().on("media/upload", Replies.json(200, STORED));
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final UltraMsgClient client = http.client(Samples.credentials(server.url()));
    private final StoredMedia media = client.media();

    @AfterEach
    void close() {
        http.close();
        server.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(bytes(text));
    }

    private static String form(RecordedRequest request, String name, String content) {
        String boundary = "--" + request.headers().get("content-type").split("boundary=")[1];
        return boundary + "\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n" + Samples.TOKEN + "\r\n"
                + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n" + content + "\r\n"
                + boundary + "--\r\n";
    }

    private RecordedRequest request() {
        assertThat(server.requests()).hasSize(1);
        RecordedRequest request = server.requests().get(0);
        assertThat(request.line()).isEqualTo("POST /instance1150/media/upload HTTP/1.1");
        assertThat(request.headers().get("content-type")).matches("multipart/form-data; boundary=[a-z0-9-]{20,70}");
        return request;
    }

    @Test
    void uploadsAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("menu.txt"), CONTENT);

        assertThat(media.upload(file)).isEqualTo(ADDRESS);

        assertThat(request().body()).isEqualTo(form(request(), "menu.txt", CONTENT));
        assertThat(request().headers())
                .containsEntry(
                        "content-length", Integer.toString(bytes(request().body()).length))
                .doesNotContainKey("transfer-encoding");
    }

    @Test
    void uploadsBytes() {
        media.upload("menu.txt", bytes(CONTENT));

        assertThat(request().body()).isEqualTo(form(request(), "menu.txt", CONTENT));
    }

    @Test
    void uploadsAStreamOfKnownLength() {
        media.upload("menu.txt", stream(CONTENT), bytes(CONTENT).length);

        assertThat(request().body()).isEqualTo(form(request(), "menu.txt", CONTENT));
        assertThat(request().headers()).containsKey("content-length");
    }

    @Test
    void uploadsAStreamOfUnknownLengthInChunks() {
        media.upload("menu.txt", stream(CONTENT));

        assertThat(request().body()).isEqualTo(form(request(), "menu.txt", CONTENT));
        assertThat(request().headers())
                .containsEntry("transfer-encoding", "chunked")
                .doesNotContainKey("content-length");
    }

    @Test
    void uploadsNothingToo() {
        media.upload("empty.txt", new byte[0]);

        assertThat(request().body()).isEqualTo(form(request(), "empty.txt", ""));
    }

    @Test
    void leavesTheCallersStreamOpen() {
        List<String> closed = new ArrayList<>();
        media.upload("menu.txt", new ByteArrayInputStream(bytes(CONTENT)) {
            @Override
            public void close() {
                closed.add("closed");
            }
        });

        assertThat(closed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a\"b.txt | a%22b.txt", "m\u00fcller \ud83d\ude00.pdf | m\u00fcller \ud83d\ude00.pdf"})
    void quotesNames(String name, String quoted) {
        media.upload(name, bytes(CONTENT));

        assertThat(request().body()).isEqualTo(form(request(), quoted, CONTENT));
    }

    @Test
    void letsNoNameAddLinesToTheForm() {
        media.upload("a\r\nContent-Type: b", bytes(CONTENT));

        assertThat(request().body()).isEqualTo(form(request(), "a%0D%0AContent-Type: b", CONTENT));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 5, 17, 1_000_000})
    void doesNotUploadAStreamOfAnotherLength(long length) {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> media.upload("menu.txt", stream(CONTENT), length))
                .withStackTraceContaining("does not have the " + length + " bytes");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void saysThatTheStreamFailed() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }
        };

        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> media.upload("menu.txt", broken))
                .withRootCauseInstanceOf(IOException.class)
                .withStackTraceContaining("the disk is gone");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> media.upload(Path.of("/no/such/file.txt")));
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void checksNameAndLength() {
        assertThatIllegalArgumentException().isThrownBy(() -> media.upload(" ", bytes(CONTENT)));
        assertThatIllegalArgumentException().isThrownBy(() -> media.upload("x".repeat(256), bytes(CONTENT)));
        assertThatIllegalArgumentException().isThrownBy(() -> media.upload("a.txt", stream(CONTENT), -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"success", "url", "link", "file"})
    void readsTheAddressWhereverItStands(String member) {
        server.next(Replies.json(200, "{\"" + member + "\":\"" + ADDRESS + "\"}"));

        assertThat(media.upload("menu.txt", bytes(CONTENT))).isEqualTo(ADDRESS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"success\":\"done\"} | PROTOCOL",
                "200 | {\"url\":\"file:///etc/passwd\"} | PROTOCOL",
                "200 | {\"error\":[{\"file\":\"file extension not supported\"}]} | VALIDATION",
                "413 | {} | TOO_LARGE"
            })
    void reportsWhatIsNoAddress(int status, String body, ProviderErrorKind kind) {
        server.next(Replies.json(status, body));

        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> media.upload("menu.txt", bytes(CONTENT)))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
    }

    @Test
    void letsOthersCallWhileStreamsAreSlow() throws Exception {
        server.on("instance/status", Replies.json(200, Samples.CONNECTED));
        List<CompletableFuture<URI>> uploads = new ArrayList<>();
        List<PipedOutputStream> slow = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            PipedInputStream content = new PipedInputStream();
            slow.add(new PipedOutputStream(content));
            CompletableFuture<URI> upload = new CompletableFuture<>();
            uploads.add(upload);
            Thread thread = new Thread(() -> upload.complete(media.upload("menu.txt", content)));
            thread.setDaemon(true);
            thread.start();
        }

        for (int i = 0; i < 10; i++) {
            assertThat(client.within(Duration.ofSeconds(5)).instance().status().isReady())
                    .isTrue();
        }

        for (PipedOutputStream each : slow) {
            each.write(bytes(CONTENT));
            each.close();
        }
        for (CompletableFuture<URI> upload : uploads) {
            assertThat(upload.get(10, TimeUnit.SECONDS)).isEqualTo(ADDRESS);
        }
    }

    @Test
    void endsAtTheDeadline() {
        server.next(Replies.silence());

        assertThatExceptionOfType(NoReplyException.class)
                .isThrownBy(() -> client.within(Samples.BRIEFLY).media().upload("menu.txt", bytes(CONTENT)))
                .satisfies(silence -> assertThat(silence.effect()).isEqualTo(Effect.POSSIBLE));
    }

    @Test
    void endsAtTheDeadlineIfTheServerReadsNothingAndReadsNoMoreThanTheConnectionTakes() {
        server.next(Replies.deaf());
        long length = 200L * 1024 * 1024;
        Zeros content = new Zeros(length);

        assertThatExceptionOfType(NoReplyException.class)
                .isThrownBy(() -> client.within(Samples.BRIEFLY).media().upload("big.bin", content, length))
                .satisfies(silence -> assertThat(silence.effect()).isEqualTo(Effect.POSSIBLE));
        assertThat(length - content.left).isLessThan(20L * 1024 * 1024); // what the kernel buffers
    }

    @Test
    void endsWhenTheConnectionIsLost() {
        server.next(Replies.resetAfterRequest());

        assertThatExceptionOfType(NoReplyException.class)
                .isThrownBy(() -> media.upload("big.bin", new Zeros(10_000_000), 10_000_000))
                .satisfies(loss -> assertThat(loss.effect()).isEqualTo(Effect.POSSIBLE));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void endsWhenTheCallerIsInterrupted() throws Exception {
        server.next(Replies.silence());
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                media.upload("menu.txt", bytes(CONTENT));
            } catch (NoReplyException interrupted) {
                failure.complete(interrupted);
            }
        });
        caller.start();
        server.awaitRequest();

        caller.interrupt();

        assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
    }

    /** As many zeros as one likes, made when they are read. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long count) {
            this.left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int offset, int most) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, most);
            left -= count;
            return count;
        }
    }
}
