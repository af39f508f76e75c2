package io.smartqueue.ultramsg.jdbi;

import com.github.kagkarlsson.scheduler.serializer.Serializer;
import io.smartqueue.ultramsg.outbox.LaneMemory;
import io.smartqueue.ultramsg.outbox.NextTurn.Reason;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What is written down with a lane, as a short text that statements read as well: {@code work 3 0}.
 *
 * @param reason what it waits for
 * @param memory what its last turn has left
 */
record LaneData(Reason reason, LaneMemory memory) {
    /** Of a lane that has had no turn. */
    static final LaneData FIRST = new LaneData(Reason.WORK, LaneMemory.NONE);

    static final Serializer AS_TEXT = new AsText();

    String text() {
        return reason.name().toLowerCase(Locale.ROOT) + " " + memory.handedOver() + " " + memory.failures();
    }

    /** Whatever another version has written that this one cannot read is forgotten, which does no harm. */
    static LaneData parse(String text) {
        String[] parts = text.split(" ", -1);
        try {
            return new LaneData(
                    Reason.valueOf(parts[0].toUpperCase(Locale.ROOT)),
                    new LaneMemory(Integer.parseInt(parts[1]), Integer.parseInt(parts[2])));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return FIRST;
        }
    }

    private static final class AsText implements Serializer {
        @Override
        public byte @Nullable [] serialize(@Nullable Object data) {
            return data == null ? null : ((LaneData) data).text().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public <T> T deserialize(Class<T> type, byte @Nullable [] data) {
            return type.cast(data == null ? FIRST : parse(new String(data, StandardCharsets.UTF_8)));
        }
    }
}
