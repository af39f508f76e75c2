package io.smartqueue.ultramsg.internal.outbox;

import io.smartqueue.ultramsg.api.MessageStatus;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.error.UltraMessageException;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/**
 * Keeps an instance's own queue at UltraMsg short. Counts what was handed over, and asks the instance how much waits there only when
 * that could be too much: every few messages, not with each. Thread-safe; keeps nothing.
 */
public final class ProviderQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderQueue.class);

    private static final Duration LONGEST_QUESTION = Duration.ofSeconds(5);

    private final UltraMsgHttp http;
    private final int most;

    public ProviderQueue(UltraMsgHttp http, int most) {
        this.http = http;
        this.most = most;
    }

    /**
     * How many more messages an instance may be given.
     *
     * @param messages 0 or more
     * @param queued how many wait there at most
     * @param excess how many of those have to be sent before there is room
     */
    record Room(int messages, int queued, int excess) {}

    Room room(InstanceCredentials instance, int handedOver) {
        return handedOver < most ? room(handedOver) : asked(instance);
    }

    /** Of an instance that others give messages, too, so that nobody's count says how many wait there. */
    Room roomBesideOthers(InstanceCredentials instance) {
        return asked(instance);
    }

    /** An instance that does not tell is given messages all the same, at its pace: sending will show what is wrong with it. */
    private Room asked(InstanceCredentials instance) {
        try {
            int queued = Math.toIntExact(http.client(instance)
                    .within(LONGEST_QUESTION)
                    .messages()
                    .statistics()
                    .count(MessageStatus.QUEUE));
            return room(queued);
        } catch (UltraMessageException | ArithmeticException e) {
            LOG.debug("{} does not tell how many messages wait there", instance.instance(), e);
            return room(0);
        }
    }

    private Room room(int queued) {
        return new Room(Math.max(0, most - queued), queued, Math.max(0, queued - most + 1));
    }
}
