package io.smartqueue.ultramsg.message;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * What a message shows, plays or carries: an address that UltraMsg fetches it from, or the bytes themselves. It prints its
 * size at most.
 *
 * <pre>{@code
 * Media menu = Media.ofUrl("https://example.com/menu.jpg");
 * Media bill = Media.of(Path.of("bill.pdf"));
 * }</pre>
 *
 * <p>Bytes travel as base64, of which UltraMsg takes 10,000,000 characters; hence {@link #MAX_BYTES}, whatever the kind.
 * UltraMsg's own limits for files (16 MB for image, sticker, audio, voice and video, 30 MB or more for documents) are
 * above that and bind addresses only, which cannot be checked here. Bytes are kept once and encoded while they are sent.
 * They need time: on a slow line, give the send a longer {@link SendOptions.Builder#deadline deadline}.
 *
 * <p>Immutable and thread-safe.
 */
public final class Media {
    /** The most bytes: 10,000,000 characters of base64, at 4 characters for 3 bytes. */
    public static final int MAX_BYTES = 7_500_000;

    // transient, so that no JSON library prints them by itself
    private final transient @Nullable String url;
    private final transient byte @Nullable [] bytes;
    private final boolean fetchedAgain;

    private Media(@Nullable String url, byte @Nullable [] bytes, boolean fetchedAgain) {
        this.url = url;
        this.bytes = bytes;
        this.fetchedAgain = fetchedAgain;
    }

    /**
     * Returns media that UltraMsg fetches. Nothing is looked up here. UltraMsg may use a file that it has fetched from the
     * same address before; see {@link #fetchAgain()}.
     *
     * @param url where it is, with http or https; at most 4,096 characters
     * @return the media
     * @throws IllegalArgumentException if it is no such address; the message does not repeat it
     */
    public static Media ofUrl(String url) {
        return new Media(ContentRules.url("media", url), null, false);
    }

    /**
     * Returns media in memory.
     *
     * @param bytes 1 to 7,500,000 bytes, as in the file; they are copied
     * @return the media
     * @throws IllegalArgumentException if there are none or too many
     */
    public static Media of(byte[] bytes) {
        requireSize(Objects.requireNonNull(bytes, "bytes").length);
        return new Media(null, bytes.clone(), false);
    }

    /**
     * Reads a file. Blocks until it is read; sending it reads nothing any more.
     *
     * @param file 1 to 7,500,000 bytes
     * @return the media
     * @throws IllegalArgumentException if the file is empty or too big
     * @throws UncheckedIOException if it cannot be read; the cause names the path
     */
    public static Media of(Path file) {
        try {
            requireSize(Files.size(file)); // a file that is too big is not read
            byte[] bytes = Files.readAllBytes(file);
            requireSize(bytes.length); // it may have grown
            return new Media(null, bytes, false);
        } catch (IOException e) {
            throw new UncheckedIOException("the file could not be read", e);
        }
    }

    private static void requireSize(long size) {
        if (size == 0) {
            throw new IllegalArgumentException("media is empty");
        }
        if (size > MAX_BYTES) {
            throw new IllegalArgumentException("media has " + size + " bytes, UltraMsg takes at most " + MAX_BYTES
                    + ", which are 10000000 characters of base64");
        }
    }

    /**
     * Returns the same media, to be fetched by UltraMsg even if it has fetched the address before; for addresses whose
     * content changes.
     *
     * @return the media
     * @throws IllegalStateException if it has no address
     */
    public Media fetchAgain() {
        if (url == null) {
            throw new IllegalStateException("only media at an address are fetched, this one is in memory");
        }
        return new Media(url, null, true);
    }

    /**
     * Tells whether UltraMsg shall fetch the address even if it has done so before.
     *
     * @return false unless {@link #fetchAgain()} was asked for
     */
    public boolean isFetchedAgain() {
        return fetchedAgain;
    }

    /**
     * Returns where UltraMsg fetches it from. Never log the result: addresses may carry secrets.
     *
     * @return the address, or empty for media in memory
     */
    public Optional<String> url() {
        return Optional.ofNullable(url);
    }

    /**
     * Returns the bytes, without copying them.
     *
     * @return a new read-only view, or empty for media at an address
     */
    public Optional<ByteBuffer> bytes() {
        return bytes == null
                ? Optional.empty()
                : Optional.of(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Media media
                && Objects.equals(url, media.url)
                && Arrays.equals(bytes, media.bytes)
                && fetchedAgain == media.fetchedAgain;
    }

    @Override
    public int hashCode() {
        return bytes == null ? Objects.hashCode(url) : bytes.length; // all bytes would be many
    }

    @Override
    public String toString() {
        return bytes == null ? "Media[at an address]" : "Media[" + bytes.length + " bytes]";
    }
}
