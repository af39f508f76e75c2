package io.smartqueue.ultramsg.api;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** One file as {@code multipart/form-data} (RFC 7578), with the token beside it, so it does not print. */
final class Multipart {
    private final String boundary = "ultramsg-" + UUID.randomUUID();
    private final InputStream file;
    private final long length;
    private final byte[] head;
    private final byte[] tail;

    /** Takes a file of so many bytes, or of {@link StreamedBody#UNKNOWN_LENGTH}. */
    Multipart(String token, String fileName, InputStream file, long length) {
        this.file = new Content(file, length);
        this.length = length;
        this.head = (part("name=\"token\"") + "\r\n" + token + "\r\n"
                        + part("name=\"file\"; filename=\"" + quoted(fileName) + "\"")
                        + "Content-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        this.tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
    }

    private String part(String disposition) {
        return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n";
    }

    /** As browsers do: RFC 7578 leaves it open. */
    private static String quoted(String fileName) {
        return fileName.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    StreamedBody body() {
        InputStream whole = new SequenceInputStream(
                Collections.enumeration(List.of(new ByteArrayInputStream(head), file, new ByteArrayInputStream(tail))));
        return new StreamedBody(
                whole,
                length == StreamedBody.UNKNOWN_LENGTH
                        ? StreamedBody.UNKNOWN_LENGTH
                        : head.length + length + tail.length);
    }

    @Override
    public String toString() {
        return "Multipart[hidden]";
    }

    /**
     * Complains if there is less or more than was said, before a file that is cut short becomes one of UltraMsg's; and leaves
     * closing to the caller.
     */
    private static final class Content extends FilterInputStream {
        private final long announced;
        private long count;

        Content(InputStream in, long announced) {
            super(in);
            this.announced = announced;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0, 1);
            return read;
        }

        @Override
        public int read(byte[] into, int offset, int most) throws IOException {
            int read = super.read(into, offset, most);
            count(read < 0, read);
            return read;
        }

        private void count(boolean atEnd, int read) throws IOException {
            count += atEnd ? 0 : read;
            boolean wrong = atEnd ? count < announced : count > announced;
            if (announced != StreamedBody.UNKNOWN_LENGTH && wrong) {
                throw new IOException("the content does not have the " + announced + " bytes that were announced");
            }
        }

        @Override
        public void close() {
            // SequenceInputStream closes what it has read to its end
        }
    }
}
