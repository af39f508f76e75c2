package io.smartqueue.ultramsg.message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class MediaTest {
    private static final String URL = "https://example.com/menu.jpg?signature=secret";

    @TempDir
    private Path folder;

    private Path fileOf(int size) throws IOException {
        Path file = folder.resolve("file.bin");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(size);
        }
        return file;
    }

    private static byte[] read(Media media) {
        ByteBuffer view = media.bytes().orElseThrow();
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                URL,
                "http://example.com",
                "HTTPS://example.com:8443/a%20b#c",
                "https://user:secret@my_bucket.example.com/x",
                "https://[2001:db8::1]/x",
                "https://example.com/men\u00fc.jpg"
            })
    void takesAddressesAsTheyAre(String url) {
        Media media = Media.ofUrl(" " + url + "\n");

        assertThat(media.url()).hasValue(url);
        assertThat(media.bytes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "secret.example.com/menu.jpg",
                "ftp://example.com/secret",
                "file:///secret",
                "data:image/png;base64,secret",
                "https:///secret",
                "https:secret",
                "https://example.com/secret menu.jpg",
                "https://example.com/secret\u0000"
            })
    void refusesWhatUltraMsgCannotFetchAndDoesNotRepeatIt(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Media.ofUrl(url))
                .withMessageStartingWith("media ")
                .withNoCause()
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("secret"));
    }

    @Test
    void takesAddressesOf4096CharactersAndNoMore() {
        String longest = "https://example.com/" + "x".repeat(4096 - 20);

        assertThat(Media.ofUrl(longest).url()).hasValue(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Media.ofUrl(longest + "x"))
                .withMessage("media has 4097 characters, UltraMsg takes at most 4096");
    }

    @Test
    void takes7500000BytesAndNoMore() throws IOException {
        assertThat(read(Media.of(new byte[7_500_000]))).hasSize(7_500_000);
        assertThat(read(Media.of(fileOf(7_500_000)))).hasSize(7_500_000);
        String complaint =
                "media has 7500001 bytes, UltraMsg takes at most 7500000," + " which are 10000000 characters of base64";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Media.of(new byte[7_500_001]))
                .withMessage(complaint);
        Path tooBig = fileOf(7_500_001);
        assertThatIllegalArgumentException().isThrownBy(() -> Media.of(tooBig)).withMessage(complaint);
    }

    @Test
    void refusesNothing() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Media.of(new byte[0]))
                .withMessage("media is empty");
        Path empty = fileOf(0);
        assertThatIllegalArgumentException().isThrownBy(() -> Media.of(empty)).withMessage("media is empty");
    }

    @Test
    void readsAFileOnceAndForAll() throws IOException {
        Path file = Files.writeString(folder.resolve("bill.pdf"), "bill");
        Media media = Media.of(file);

        Files.delete(file);

        assertThat(read(media)).asString().isEqualTo("bill");
        assertThat(read(media)).as("again").asString().isEqualTo("bill");
    }

    @Test
    void saysWhatItCannotRead() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Media.of(folder.resolve("nowhere.pdf")))
                .withMessage("the file could not be read")
                .withStackTraceContaining("nowhere.pdf");
        assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> Media.of(folder));
    }

    @Test
    void doesNotChangeWithTheArrayItWasMadeOf() {
        byte[] bytes = {1, 2, 3};
        Media media = Media.of(bytes);

        bytes[0] = 9;

        assertThat(read(media)).containsExactly(1, 2, 3);
        assertThatExceptionOfType(ReadOnlyBufferException.class)
                .isThrownBy(() -> media.bytes().orElseThrow().put((byte) 9));
    }

    @Test
    void isFetchedAgainIfAskedTo() {
        assertThat(Media.ofUrl(URL).isFetchedAgain()).isFalse();
        assertThat(Media.ofUrl(URL).fetchAgain().isFetchedAgain()).isTrue();
        assertThat(Media.ofUrl(URL).fetchAgain().url()).hasValue(URL);
        assertThatIllegalStateException().isThrownBy(() -> Media.of(new byte[1]).fetchAgain());
    }

    @Test
    void isEqualToMediaOfTheSameContent() {
        assertThat(Media.ofUrl(URL))
                .isEqualTo(Media.ofUrl(URL))
                .hasSameHashCodeAs(Media.ofUrl(URL))
                .isNotEqualTo(Media.ofUrl(URL).fetchAgain())
                .isNotEqualTo(Media.ofUrl(URL + "x"))
                .isNotEqualTo(Media.of(new byte[1]));
        assertThat(Media.of(new byte[] {1}))
                .isEqualTo(Media.of(new byte[] {1}))
                .hasSameHashCodeAs(Media.of(new byte[] {1}))
                .isNotEqualTo(Media.of(new byte[] {2}));
    }

    @Test
    void namesTheArgumentThatIsNull() {
        assertThatNullPointerException().isThrownBy(() -> Media.ofUrl(null)).withMessage("media");
        assertThatNullPointerException().isThrownBy(() -> Media.of((byte[]) null));
        assertThatNullPointerException().isThrownBy(() -> Media.of((Path) null));
    }

    @Test
    void printsItsSizeAtMost() {
        assertThat(Media.ofUrl(URL)).hasToString("Media[at an address]");
        assertThat(Media.of(new byte[1234])).hasToString("Media[1234 bytes]");
    }
}
