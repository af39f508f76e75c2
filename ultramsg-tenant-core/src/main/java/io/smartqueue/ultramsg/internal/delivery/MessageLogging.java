package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.message.ContentHash;
import io.smartqueue.ultramsg.message.DocumentMessage;
import io.smartqueue.ultramsg.message.ImageMessage;
import io.smartqueue.ultramsg.message.MessageLog.NewEntry;
import io.smartqueue.ultramsg.message.OutboundMessage;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.message.VideoMessage;
import io.smartqueue.ultramsg.organization.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * What the host wants to be kept in the log.
 *
 * @param messages which messages
 * @param texts whether what they say is kept, too
 */
public record MessageLogging(Messages messages, Texts texts) {
    /** Which messages have an entry. */
    public enum Messages {
        /** Those that need one to be sent once. */
        WITH_KEY,
        ALL
    }

    /** What is done with what they say. */
    public enum Texts {
        DROPPED,
        KEPT
    }

    boolean keeps(SendOptions options) {
        return messages == Messages.ALL || options.idempotencyKey().isPresent() || options.isRepeatedWhenAbsent();
    }

    NewEntry entry(Dispatch dispatch, InstanceId instance) {
        return new NewEntry(
                dispatch.options().idempotencyKey().orElse(null),
                ContentHash.of(dispatch.message()),
                dispatch.message().to(),
                dispatch.reference(),
                instance,
                wordsKept(dispatch.message()));
    }

    /** What a message says, or null where that is not kept. */
    public @Nullable String wordsKept(OutboundMessage message) {
        return texts == Texts.KEPT ? words(message) : null;
    }

    private static @Nullable String words(OutboundMessage message) {
        if (message instanceof TextMessage text) {
            return text.body();
        }
        if (message instanceof ImageMessage image) {
            return image.caption().orElse(null);
        }
        if (message instanceof DocumentMessage document) {
            return document.caption().orElse(null);
        }
        return message instanceof VideoMessage video ? video.caption().orElse(null) : null;
    }
}
