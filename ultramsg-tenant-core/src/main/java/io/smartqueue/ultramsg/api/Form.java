package io.smartqueue.ultramsg.api;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * Parameters as UltraMsg takes them: percent-encoded UTF-8, in a POST's body or a GET's query. Holds the token, so it
 * does not print.
 */
final class Form {
    static final String CONTENT_TYPE = "application/x-www-form-urlencoded; charset=UTF-8";

    // A shown text is cut long before the end of what this many bytes become.
    private static final int TOLD_FILE_BYTES = 225;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private byte[] encoded = new byte[256]; // enough for most texts
    private int length;
    private final List<String> secrets = new ArrayList<>(4);
    private String fileName = "";
    private @Nullable ByteBuffer file;

    Form add(String name, String value) {
        startField(name);
        int plain = 0;
        while (plain < value.length() && value.charAt(plain) < 0x80) {
            encode((byte) value.charAt(plain++));
        }
        if (plain < value.length()) {
            for (byte each : value.substring(plain).getBytes(StandardCharsets.UTF_8)) {
                encode(each);
            }
        }
        return this;
    }

    /** To the letter as {@link java.net.URLEncoder}, which makes several copies of each value. */
    private void encode(byte each) {
        if (isUnreserved(each)) {
            append(each);
        } else if (each == ' ') {
            append((byte) '+');
        } else {
            append((byte) '%');
            append((byte) HEX.toHighHexDigit(each));
            append((byte) HEX.toLowHexDigit(each));
        }
    }

    private void append(byte each) {
        if (length == encoded.length) {
            encoded = Arrays.copyOf(encoded, 2 * length);
        }
        encoded[length++] = each;
    }

    private static boolean isUnreserved(byte each) {
        return each >= 'a' && each <= 'z'
                || each >= 'A' && each <= 'Z'
                || each >= '0' && each <= '9'
                || "-_.*".indexOf(each) >= 0;
    }

    /** Adds what no error text may repeat, such as a number or the token. */
    Form addSecret(String name, String value) {
        secrets.add(value);
        return add(name, value);
    }

    /** What no error text may repeat; of a file only its beginning, in base64. */
    List<String> secrets() {
        return secrets;
    }

    /**
     * Adds a file as base64, one at most. Wherever it is added, it comes last in the body: it is encoded while it is sent
     * and does not exist as a whole in any other form than the one given here.
     */
    Form addFile(String name, ByteBuffer bytes) {
        fileName = name;
        file = bytes;
        byte[] beginning = new byte[Math.min(TOLD_FILE_BYTES, bytes.remaining())];
        bytes.duplicate().get(beginning);
        secrets.add(Base64.getEncoder().encodeToString(beginning));
        return this;
    }

    private void startField(String name) {
        if (length > 0) {
            append((byte) '&');
        }
        for (int i = 0; i < name.length(); i++) { // names are ours, and plain
            append((byte) name.charAt(i));
        }
        append((byte) '=');
    }

    String query() {
        return new String(encoded, 0, length, StandardCharsets.US_ASCII);
    }

    /** A body of known length, since nobody knows whether UltraMsg takes chunks. The last that is asked of a form. */
    BodyPublisher body() {
        if (file == null) {
            return BodyPublishers.ofByteArray(encoded, 0, length);
        }
        ByteBuffer bytes = file;
        startField(fileName);
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() ->
                        new SequenceInputStream(new ByteArrayInputStream(encoded, 0, length), new EncodedFile(bytes))),
                length + EncodedFile.lengthOf(bytes));
    }

    @Override
    public String toString() {
        return "Form[hidden]";
    }
}
