package io.smartqueue.ultramsg.testkit;

import org.junit.jupiter.api.Test;

import java.time.Instant;

import static org.assertj.core.api.Assertions.assertThat;

class ReceivedMessageTest {

    @Test
    void showsNeitherRecipientNorText() {
        ReceivedMessage message =
                new ReceivedMessage(7, "+15550001111", "Your turn", 10, "ticket-7", null, Instant.EPOCH);

        assertThat(message)
                .hasToString("ReceivedMessage[id=7, to=(12 characters), body=(9 characters), priority=10,"
                        + " at=1970-01-01T00:00:00Z]");
    }
}
