package io.smartqueue.app.notification;

import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchProgress;
import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A batch that somebody has started.
 *
 * @param startedBy the member
 * @param progress how far it is; null once the library has forgotten its messages, a week after the last outcome
 */
public record Campaign(
        BatchId id,
        String title,
        String startedBy,
        Instant startedAt,
        @Nullable BatchProgress progress) {}
