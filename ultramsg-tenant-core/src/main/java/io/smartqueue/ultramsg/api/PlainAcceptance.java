package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.message.QueueId;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the reply that nearly every send gets, to the letter: {@code {"sent":"true","message":"ok","id":1234}}, with or without blanks. It
 * costs a tenth of a tree of its JSON. Any other reply is {@link SendReply}'s, which reads this one no differently.
 *
 * <p>Source: docs/ultramsg-api.md, section 3.1.
 */
final class PlainAcceptance {
    private static final byte[] SENT = ascii("\"sent\"");
    private static final byte[] TRUE = ascii("\"true\"");
    private static final byte[] MESSAGE = ascii("\"message\"");
    private static final byte[] OK = ascii("\"ok\"");
    private static final byte[] ID = ascii("\"id\"");
    private static final int MOST_DIGITS = 18;

    private final byte[] body;
    private int at;

    private PlainAcceptance(byte[] body) {
        this.body = body;
    }

    /** The message's number, or empty if the reply is any other. */
    static Optional<QueueId> queueId(HttpReply reply) {
        return reply.isSuccess() ? Optional.ofNullable(new PlainAcceptance(reply.body()).read()) : Optional.empty();
    }

    private @Nullable QueueId read() {
        boolean isPlain = comes('{')
                && comes(SENT)
                && comes(':')
                && comes(TRUE)
                && comes(',')
                && comes(MESSAGE)
                && comes(':')
                && comes(OK)
                && comes(',')
                && comes(ID)
                && comes(':');
        if (!isPlain) {
            return null;
        }
        skipBlanks();
        int start = at;
        while (at < body.length && body[at] >= '0' && body[at] <= '9') {
            at++;
        }
        int digits = at - start;
        boolean isNumber = digits > 0 && digits <= MOST_DIGITS && (body[start] != '0' || digits == 1);
        if (!isNumber || !comes('}')) {
            return null;
        }
        skipBlanks();
        return at == body.length ? new QueueId(new String(body, start, digits, StandardCharsets.US_ASCII)) : null;
    }

    private boolean comes(char sign) {
        skipBlanks();
        return at < body.length && body[at++] == sign;
    }

    private boolean comes(byte[] word) {
        skipBlanks();
        for (byte each : word) {
            if (at == body.length || body[at++] != each) {
                return false;
            }
        }
        return true;
    }

    private void skipBlanks() {
        while (at < body.length && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
            at++;
        }
    }

    private static byte[] ascii(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }
}
