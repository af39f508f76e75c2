package io.smartqueue.ultramsg.testkit;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ReceivedMessageTest {

    @Test
    void showsNeitherRecipientNorText() {
        ReceivedMessage message = new ReceivedMessage(
                7, ReceivedMessage.Kind.TEXT, Map.of("to", "+15550001111", "body", "Your turn"), Instant.EPOCH);

        assertThat(message)
                .hasToString("ReceivedMessage[id=7, kind=TEXT, to=(12 characters), body=(9 characters), priority=10,"
                        + " at=1970-01-01T00:00:00Z]");
    }

    @Test
    void needsARecipientAndItsContent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReceivedMessage(
                        7, ReceivedMessage.Kind.IMAGE, Map.of("to", "+15550001111", "body", "x"), Instant.EPOCH))
                .withMessage("Expected to and image");
    }
}
