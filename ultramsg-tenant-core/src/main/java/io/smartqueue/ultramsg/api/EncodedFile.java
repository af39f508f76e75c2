package io.smartqueue.ultramsg.api;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/** A file as a form takes it, base64 with its signs percent-encoded, made while it is read. Not thread-safe. */
final class EncodedFile extends InputStream {
    private static final int RAW_BYTES = 3 * 1024; // base64 turns 3 bytes into 4 characters
    private static final int BASE64_CHARACTERS = 4 * 1024;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    private final ByteBuffer file;
    private final byte[] raw = new byte[RAW_BYTES];
    private final byte[] base64 = new byte[BASE64_CHARACTERS];
    private final byte[] encoded = new byte[3 * BASE64_CHARACTERS]; // if each were a sign
    private int next;
    private int end;

    EncodedFile(ByteBuffer file) {
        this.file = file.duplicate();
    }

    /** How many bytes a file becomes, which depends on its content and so costs as much as encoding it. */
    static long lengthOf(ByteBuffer file) {
        EncodedFile counted = new EncodedFile(file);
        long length = 0;
        while (counted.encodeMore()) {
            length += counted.end;
        }
        return length;
    }

    @Override
    public int read() {
        return next < end || encodeMore() ? encoded[next++] : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        int written = 0;
        while (written < length && (next < end || encodeMore())) {
            int part = Math.min(length - written, end - next);
            System.arraycopy(encoded, next, target, offset + written, part);
            next += part;
            written += part;
        }
        return written == 0 && length > 0 ? -1 : written;
    }

    /** Replaces what was read by what comes next; false at the end of the file. */
    private boolean encodeMore() {
        int size = Math.min(RAW_BYTES, file.remaining());
        if (size == 0) {
            return false;
        }
        file.get(raw, 0, size);
        int characters = Base64.getEncoder().encode(size == RAW_BYTES ? raw : Arrays.copyOf(raw, size), base64);
        next = 0;
        end = 0;
        for (int i = 0; i < characters; i++) {
            append(base64[i]);
        }
        return true;
    }

    private void append(byte character) {
        if (character == '+' || character == '/' || character == '=') { // a form would read a plus as a blank
            encoded[end++] = '%';
            encoded[end++] = HEX[character >> 4];
            encoded[end++] = HEX[character & 0xf];
        } else {
            encoded[end++] = character;
        }
    }
}
