package io.smartqueue.ultramsg.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.Objects;

/**
 * Files stored at UltraMsg, for messages that carry one. Get one from {@link UltraMsgClient#media()}, which also says what the
 * methods throw.
 *
 * <p>An upload is read piece by piece on the calling thread and held in memory nowhere. The client's deadline covers all of it,
 * so give large files more time: {@code client.within(Duration.ofMinutes(5)).media()}. A stream that blocks holds its caller
 * longer.
 *
 * <p>Thread-safe. Source: docs/ultramsg-api.md, section 2.7.
 */
public final class StoredMedia {
    private static final int LONGEST_NAME = 255;

    private final Calls calls;

    StoredMedia(Calls calls) {
        this.calls = calls;
    }

    /**
     * Uploads a file.
     *
     * @param file the file; UltraMsg takes it by its extension
     * @return where UltraMsg has it, to be named in messages
     * @throws UncheckedIOException if the file cannot be read, or changes its length meanwhile
     */
    public URI upload(Path file) {
        String name = Objects.requireNonNull(file.getFileName(), "file name").toString();
        try (InputStream content = Files.newInputStream(file)) {
            return upload(name, content, Files.size(file));
        } catch (IOException e) {
            throw new UncheckedIOException("the file to upload cannot be read", e);
        }
    }

    /**
     * Uploads bytes.
     *
     * @param name a file name with extension, at most 255 characters
     * @param content the bytes
     * @return where UltraMsg has them, to be named in messages
     * @throws IllegalArgumentException if the name is blank or too long
     */
    public URI upload(String name, byte[] content) {
        return upload(name, new ByteArrayInputStream(content), content.length);
    }

    /**
     * Uploads a stream of unknown length, chunked. If the length is known, say it: not every server takes chunks.
     *
     * @param name a file name with extension, at most 255 characters
     * @param content read to its end, and left open
     * @return where UltraMsg has it, to be named in messages
     * @throws IllegalArgumentException if the name is blank or too long
     * @throws UncheckedIOException if the stream fails
     */
    public URI upload(String name, InputStream content) {
        return send(name, content, StreamedBody.UNKNOWN_LENGTH);
    }

    /**
     * Uploads a stream of known length.
     *
     * @param name a file name with extension, at most 255 characters
     * @param content read to its end, and left open
     * @param length how many bytes there are
     * @return where UltraMsg has it, to be named in messages
     * @throws IllegalArgumentException if the name is blank or too long, or the length negative
     * @throws UncheckedIOException if the stream fails, or has another length
     */
    public URI upload(String name, InputStream content, long length) {
        if (length < 0) {
            throw new IllegalArgumentException("length is " + length + ", it must be 0 or more");
        }
        return send(name, content, length);
    }

    private URI send(String name, InputStream content, long length) {
        Objects.requireNonNull(content, "content");
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("file name must have 1 to " + LONGEST_NAME + " characters");
        }
        return LenientJson.webAddress(
                        calls.upload("media/upload", name, content, length), "success", "url", "link", "file")
                .orElseThrow(() -> Calls.unexpected("the reply holds no address"));
    }

    /**
     * Deletes a file from UltraMsg. Cannot be undone; messages not sent yet that name it can no longer be sent.
     *
     * @param file what an upload returned
     */
    public void deleteFile(URI file) {
        calls.command("media/delete", new Form().addSecret("url", file.toASCIIString()));
    }

    /**
     * Deletes every file of a month from UltraMsg. Cannot be undone; messages not sent yet that name one can no longer be sent.
     *
     * @param month the month the files were uploaded in
     */
    public void deleteAllFilesOfMonth(YearMonth month) {
        String date = month.getMonthValue() + "-" + month.getYear();
        calls.command("media/deleteByDate", new Form().add("date", date));
    }
}
