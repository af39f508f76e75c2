package io.smartqueue.ultramsg.benchmarks;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What has come in on one connection of the stub: one request at a time, in one piece or several. Of a body that is longer than
 * what is kept, the rest is counted only.
 */
final class StubConnection {
    /** How many messages a page of the list has. */
    static final int LISTED = 100;

    /** How long the body is that comes a byte at a time: nobody waits for its end. */
    static final int TRICKLED = 10_000;

    /** Enough for a text: there may be ten thousand connections. */
    private static final int FIRST_ROOM = 1024;

    private static final int LARGEST_KEPT = 16 * 1024;
    private static final String HEADERS_END = "\r\n\r\n";
    private static final int GET = "get ".length();
    private static final int POST = "post ".length();
    private static final String LOSSES = "/losses";
    private static final String LENGTH = "\r\ncontent-length:";

    private static final ByteBuffer PAGE = answer(
            "200 OK",
            IntStream.range(0, LISTED)
                    .mapToObj(number -> listed(9000 + number, "order-" + number, number))
                    .collect(Collectors.joining(
                            ",", "{\"total\":5000,\"pages\":50,\"limit\":100,\"page\":1,\"messages\":[", "]}")));

    private static final ByteBuffer THROTTLED =
            answer("429 Too Many Requests\r\nRetry-After: 1", "{\"error\":\"Too many requests\"}");
    private static final ByteBuffer ENDLESS = answer("200 OK", " ".repeat(TRICKLED));

    /** Source: Twilio documentation, Messages resource, as read in November 2026. */
    private static final ByteBuffer TAKEN_BY_TWILIO = answer(
            "201 Created",
            "{\"sid\":\"SM0123456789abcdef0123456789abcdef\",\"status\":\"queued\",\"to\":\"whatsapp:+4930901820\","
                    + "\"from\":\"whatsapp:+14155238886\",\"body\":\"Your bread is ready.\",\"num_segments\":\"1\"}");

    /** Source: Vonage documentation, Messages API, as read in November 2026. */
    private static final ByteBuffer TAKEN_BY_VONAGE =
            answer("202 Accepted", "{\"message_uuid\":\"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab\"}");

    /** Nothing waits at any instance. Source: UltraMsg documentation, messages/statistics, as read in November 2026. */
    private static final ByteBuffer STATISTICS = answer(
            "200 OK", "{\"messages_statistics\":{\"sent\":5000,\"queue\":0,\"unsent\":0,\"invalid\":0,\"expired\":0}}");

    /** Source: UltraMsg documentation, instance/status, as read in November 2026. */
    private static final ByteBuffer STATUS = answer(
            "200 OK", "{\"status\":{\"accountStatus\":{\"status\":\"authenticated\",\"substatus\":\"connected\"}}}");

    private ByteBuffer received = ByteBuffer.allocate(FIRST_ROOM);
    private final Journal journal;
    private final Losses losses;
    private Temper temper = Temper.QUICK;
    private int toCome;
    private long queueId = 1_000_000;

    /** One whose replies arrive. */
    StubConnection(Journal journal) {
        this(journal, new Losses());
    }

    StubConnection(Journal journal, Losses losses) {
        this.journal = journal;
        this.losses = losses;
    }

    /** Where the next bytes go. */
    ByteBuffer room() throws IOException {
        if (received.position() == LARGEST_KEPT) {
            throw new IOException("headers of more than " + LARGEST_KEPT + " bytes");
        }
        if (!received.hasRemaining()) {
            received = ByteBuffer.allocate(2 * received.capacity()).put(received.flip());
        }
        return received;
    }

    /** How the instance behaves that the last complete request went to. */
    Temper temper() {
        return temper;
    }

    /** The reply, once the request is complete. */
    @Nullable
    ByteBuffer reply() {
        if (toCome > 0) {
            toCome -= received.position();
            received.clear();
            return toCome > 0 ? null : taken();
        }
        String text = new String(received.array(), 0, received.position(), StandardCharsets.ISO_8859_1);
        int headersEnd = text.indexOf(HEADERS_END);
        if (headersEnd < 0) {
            return null;
        }
        String headers = text.substring(0, headersEnd + 2).toLowerCase(Locale.ROOT);
        int bodyLength = bodyLength(headers);
        int missing = headersEnd + HEADERS_END.length() + bodyLength - text.length();
        boolean isSend = headers.startsWith("post ") && headers.contains("/messages") && bodyLength > 0;
        if (missing > 0) {
            if (isSend && received.position() == LARGEST_KEPT) {
                toCome = missing;
                received.clear();
            }
            return null;
        }
        received.clear();
        temper = Temper.of(headers);
        if (isSend) {
            int number = journal.note(text);
            ByteBuffer reply = answered(headers);
            if (losses.areOn()) {
                temper = losses.take(text, number, queueId, temper);
            }
            return reply;
        }
        return headers.startsWith("get ") ? found(headers) : notFound();
    }

    private ByteBuffer found(String headers) {
        if (headers.contains("/messages?")) {
            return losses.areOn() ? takenUnder(headers) : PAGE.duplicate();
        }
        if (headers.contains("/messages/statistics")) {
            return STATISTICS.duplicate();
        }
        if (headers.contains("/instance/status")) {
            return STATUS.duplicate();
        }
        if (headers.startsWith("/journal/size", GET)) {
            return answer("200 OK", Integer.toString(journal.size()));
        }
        if (headers.startsWith(LOSSES, GET)) {
            return answer("200 OK", Integer.toString(losses(headers.substring(GET + LOSSES.length()))));
        }
        return headers.startsWith("/journal", GET) ? answer("200 OK", journal.take()) : notFound();
    }

    /** Those that were asked for by their reference, as UltraMsg lists them. */
    private ByteBuffer takenUnder(String headers) {
        List<Long> ids = losses.taken(headers);
        String reference = Losses.asked(headers);
        return answer(
                "200 OK",
                ids.stream()
                        .map(id -> listed(id, reference, 0))
                        .collect(Collectors.joining(
                                ",",
                                "{\"total\":" + ids.size() + ",\"pages\":1,\"limit\":100,\"page\":1,\"messages\":[",
                                "]}")));
    }

    /** The path begins them with the seed that it ends with, and ends them if there is none. */
    private int losses(String rest) {
        String seed = rest.substring(0, rest.indexOf(' '));
        if (seed.isEmpty()) {
            return losses.end();
        }
        losses.begin(Long.parseLong(seed.substring(1)));
        return 0;
    }

    private static ByteBuffer notFound() {
        return answer("404 Not Found", "{\"error\":\"Path not found\"}");
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

    private ByteBuffer answered(String headers) {
        return switch (temper) {
            case THROTTLING -> THROTTLED.duplicate();
            case TRICKLING -> ENDLESS.duplicate();
            default ->
                headers.startsWith("/2010-04-01/", POST)
                        ? TAKEN_BY_TWILIO.duplicate()
                        : headers.startsWith("/v1/messages", POST) ? TAKEN_BY_VONAGE.duplicate() : taken();
        };
    }

    /** Source: UltraMsg documentation, messages/chat, as read in November 2026. */
    private ByteBuffer taken() {
        queueId++;
        return answer("200 OK", "{\"sent\":\"true\",\"message\":\"ok\",\"id\":" + queueId + "}");
    }

    /** Source: UltraMsg documentation, messages, as read in November 2026. */
    private static String listed(long id, String reference, int number) {
        return "{\"id\":" + id + ",\"referenceId\":\"" + reference + "\",\"from\":\"4930901820@c.us\","
                + "\"to\":\"49309018" + number + "@c.us\",\"body\":\"Your bread is ready, number " + number
                + ".\",\"priority\":10,\"status\":\"sent\",\"ack\":\"device\",\"type\":\"chat\","
                + "\"created_at\":1651931190,\"sent_at\":1651931195,\"metadata\":[]}";
    }

    private static ByteBuffer answer(String status, String json) {
        return ByteBuffer.wrap(("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + json.length() + HEADERS_END + json)
                .getBytes(StandardCharsets.ISO_8859_1));
    }
}
