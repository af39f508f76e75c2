package io.smartqueue.ultramsg.benchmarks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(10)
class CallingContenderTest {
    private final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();

    @Test
    void sendsTheMessagesOfEachOrganization() throws Exception {
        CallingContender contender = new CallingContender(2, 1, this::note);

        assertThat(contender.send(2, 2)).isEmpty();
        assertThat(calls).containsExactlyInAnyOrder(call(1, 0), call(1, 1), call(2, 2), call(2, 3));
    }

    @Test
    void callsAgainWhenTheCallHasFailed() throws Exception {
        CallingContender contender = new CallingContender(1, 2, (organization, text) -> {
            note(organization, text);
            if (calls.size() == 1) {
                throw new IOException("no answer");
            }
            return true;
        });

        assertThat(contender.send(1, 1)).isEmpty();
        assertThat(calls).containsExactly(call(1, 0), call(1, 0));
    }

    @Test
    void namesWhatIsNotKnownToBeSentAfterTheLastTry() throws Exception {
        CallingContender contender = new CallingContender(
                3, 2, (organization, text) -> note(organization, text) && !text.equals(Texts.numbered(5)));

        assertThat(contender.send(2, 3)).containsExactly(5);
        assertThat(calls).hasSize(7);
    }

    private boolean note(int organization, String text) {
        return calls.add(organization + ": " + text);
    }

    private static String call(int organization, int number) {
        return organization + ": " + Texts.numbered(number);
    }
}
