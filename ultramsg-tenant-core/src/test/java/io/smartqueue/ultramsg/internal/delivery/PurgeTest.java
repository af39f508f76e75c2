package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

class PurgeTest {
    private static final Duration RETENTION = Duration.ofDays(30);

    private final InMemoryStore store = new InMemoryStore();

    @Test
    void deletesWhatIsOlderThanTheRetentionAndEventsAfterAWeek() {
        new Purge(
                        store.messages(),
                        store.outbox(),
                        store.conversations(),
                        store.webhooks(),
                        store.usage(),
                        RETENTION,
                        RETENTION)
                .run();

        assertThat(store.messages().purges()).containsExactly(RETENTION);
        assertThat(store.outbox().purges()).containsExactly(RETENTION);
        assertThat(store.conversations().purges()).containsExactly(RETENTION);
        assertThat(store.webhooks().purges()).containsExactly(Duration.ofDays(7));
    }
}
