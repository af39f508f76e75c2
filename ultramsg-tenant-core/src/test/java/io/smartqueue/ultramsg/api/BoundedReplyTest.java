package io.smartqueue.ultramsg.api;

import io.smartqueue.ultramsg.internal.time.Deadline;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class BoundedReplyTest {
    private final Alarms alarms = new Alarms(task -> {
        Thread thread = new Thread(task, "alarms");
        thread.setDaemon(true);
        return thread;
    });

    @AfterEach
    void end() {
        alarms.end();
    }

    @Test
    void endsWhenTheTimeIsOver() {
        assertThat(new BoundedReply(100, Deadline.in(Duration.ofMillis(20)), alarms).getBody())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(HttpTimeoutException.class);
    }

    /** The alarm may ring before the reply has it in its hands, which once left the reply without end. */
    @Test
    void endsAlsoWhenItBeginsAsTheTimeIsOver() {
        for (int i = 0; i < 2_000; i++) {
            assertThat(new BoundedReply(100, Deadline.in(Duration.ZERO), alarms).getBody())
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withCauseInstanceOf(HttpTimeoutException.class);
        }
    }
}
