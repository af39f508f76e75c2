package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What has come in on one connection of the stub: one request at a time, in one piece or several. */
final class StubConnection {
    private static final int LARGEST_REQUEST = 16 * 1024;
    private static final String HEADERS_END = "\r\n\r\n";
    private static final String LENGTH = "\r\ncontent-length:";

    private final ByteBuffer received = ByteBuffer.allocate(LARGEST_REQUEST);
    private long queueId = 1_000_000;

    /** Where the next bytes go. */
    ByteBuffer room() throws IOException {
        if (!received.hasRemaining()) {
            throw new IOException("a request of more than " + LARGEST_REQUEST + " bytes");
        }
        return received;
    }

    /** The reply, once the request is complete. */
    @Nullable
    ByteBuffer reply() {
        String text = new String(received.array(), 0, received.position(), StandardCharsets.ISO_8859_1);
        int headersEnd = text.indexOf(HEADERS_END);
        if (headersEnd < 0) {
            return null;
        }
        String headers = text.substring(0, headersEnd + 2).toLowerCase(Locale.ROOT);
        int bodyLength = bodyLength(headers);
        if (text.length() < headersEnd + HEADERS_END.length() + bodyLength) {
            return null;
        }
        received.clear();
        boolean isSend = headers.startsWith("post ") && headers.contains("/messages/chat ") && bodyLength > 0;
        return isSend ? taken() : answer("404 Not Found", "{\"error\":\"Path not found\"}");
    }

    private static int bodyLength(String headers) {
        int at = headers.indexOf(LENGTH);
        if (at < 0) {
            return 0;
        }
        int from = at + LENGTH.length();
        return Integer.parseInt(
                headers.substring(from, headers.indexOf('\r', from)).strip());
    }

    /** Source: UltraMsg documentation, messages/chat, as read in November 2026. */
    private ByteBuffer taken() {
        queueId++;
        return answer("200 OK", "{\"sent\":\"true\",\"message\":\"ok\",\"id\":" + queueId + "}");
    }

    private static ByteBuffer answer(String status, String json) {
        return ByteBuffer.wrap(("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + json.length() + HEADERS_END + json)
                .getBytes(StandardCharsets.ISO_8859_1));
    }
}
