package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class LossesTest {
    private static final int MESSAGES = 2 * Losses.ONE_OF;
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Losses losses = new Losses();

    @Test
    void takeOneReplyOfEachHundredAndNoMessage() throws Exception {
        try (StubProcess stub = StubProcess.start();
                Posting posting = Posting.leavingUnansweredToCallers(stub.address(), PATIENCE)) {
            stub.journal().beginLosing(1);

            assertThat(unanswered(posting))
                    .hasSize(2)
                    .anyMatch(number -> number < Losses.ONE_OF)
                    .anyMatch(number -> number >= Losses.ONE_OF);
            assertThat(stub.journal().takeEachOnce(MESSAGES)).hasSize(MESSAGES);
            assertThat(stub.journal().endLosing()).isEqualTo(2);

            assertThat(unanswered(posting)).as("after they have ended").isEmpty();
        }
    }

    private static Set<Integer> unanswered(Posting posting) {
        Set<Integer> unanswered = new TreeSet<>();
        for (int number = 0; number < MESSAGES; number++) {
            if (!posting.post(1, Texts.numbered(number))) {
                unanswered.add(number);
            }
        }
        return unanswered;
    }

    @Test
    void doNotHideAMessageFromTheLibraryThatAsksForItsReference() throws Exception {
        try (StubProcess stub = StubProcess.start();
                UltraMessageInstanceManager manager = SendComparisons.builder(SendComparisons.inMemory(stub.address()))
                        .deadline(PATIENCE.multipliedBy(6))
                        .build()) {
            stub.journal().beginLosing(1);

            for (int number = 0; number < MESSAGES; number++) {
                assertThat(manager.sendMessage(Organizations.any(), Texts.RECIPIENT, Texts.numbered(number))
                                .isAccepted())
                        .as("message %d", number)
                        .isTrue();
            }

            assertThat(stub.journal().endLosing()).isEqualTo(2);
            assertThat(stub.journal().takeEachOnce(MESSAGES)).hasSize(MESSAGES);
        }
    }

    @Test
    void fallOnTheSameMessagesForTheSameSeed() {
        losses.begin(7);
        Set<Integer> first = lost();
        losses.begin(7);

        assertThat(lost()).isEqualTo(first).hasSize(2);
        losses.begin(8);
        assertThat(lost()).isNotEqualTo(first).hasSize(2);
    }

    @Test
    void closeHalfOfTheConnectionsAndLeaveTheOthersSilent() {
        losses.begin(7);

        assertThat(Stream.iterate(0, number -> number + 1)
                        .limit(10 * Losses.ONE_OF)
                        .map(number -> losses.take("", number, 1, Temper.QUICK))
                        .filter(temper -> temper != Temper.QUICK))
                .hasSize(10)
                .satisfies(tempers ->
                        assertThat(tempers).filteredOn(Temper.DEAD::equals).hasSize(5))
                .satisfies(tempers -> assertThat(tempers)
                        .filteredOn(Temper.HANGING_UP::equals)
                        .hasSize(5));
    }

    @Test
    void listWhatWasTakenUnderAReferenceAsOftenAsItWas() {
        losses.begin(7);
        String message = "body=Hello&referenceId=order-1";
        losses.take(message, -1, 11, Temper.QUICK);
        losses.take(message + "&priority=1", -1, 12, Temper.QUICK);

        assertThat(losses.taken("get /instance1/messages?sort=desc&referenceid=order-1 http/1.1"))
                .containsExactly(11L, 12L);
        assertThat(losses.taken("get /instance1/messages?referenceid=order-2&limit=1 http/1.1"))
                .isEmpty();
    }

    private Set<Integer> lost() {
        Set<Integer> lost = new TreeSet<>();
        for (int number = 0; number < MESSAGES; number++) {
            if (losses.take("", number, 1, Temper.QUICK) != Temper.QUICK) {
                lost.add(number);
            }
        }
        return lost;
    }
}
