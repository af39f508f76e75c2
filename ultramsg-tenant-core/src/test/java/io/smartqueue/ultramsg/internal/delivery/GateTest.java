package io.smartqueue.ultramsg.internal.delivery;

import io.smartqueue.ultramsg.event.CircuitState;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.internal.time.Deadline;
import io.smartqueue.ultramsg.message.QueueId;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.SendResult.Accepted;
import io.smartqueue.ultramsg.message.SendResult.Rejected;
import io.smartqueue.ultramsg.message.SendResult.Unknown;
import io.smartqueue.ultramsg.organization.InstanceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(30)
class GateTest {
    private static final Instant NOW = Instant.parse("2026-11-24T09:00:00Z");
    private static final int CALLERS = 100;
    private static final Duration USUAL = Duration.ofSeconds(2);
    private static final Reference REFERENCE = Reference.of("order-42");
    private static final InstanceId INSTANCE = InstanceId.parse("1150");
    private static final SendResult TAKEN = new Accepted(REFERENCE, new QueueId("2"), INSTANCE, null, null);
    private static final SendResult LOST = new Unknown(REFERENCE, INSTANCE, "no reply");

    private final MovableClock steadyClock = new MovableClock(Instant.EPOCH);
    private final List<CircuitState> states = new CopyOnWriteArrayList<>();
    private final Gate gate = new Gate(CALLERS, Clock.fixed(NOW, ZoneOffset.UTC), steadyClock, states::add);

    private SendResult pass(Supplier<SendResult> call) {
        return pass(Duration.ofSeconds(20), call);
    }

    private SendResult pass(Duration deadline, Supplier<SendResult> call) {
        return gate.pass(passage(deadline), call, Function.identity());
    }

    private static Gate.Passage passage(Duration deadline) {
        return new Gate.Passage(REFERENCE, Deadline.in(deadline), USUAL);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(pass(() -> LOST)).isEqualTo(LOST);
        }
    }

    private static void assertRejected(SendResult result, RejectionReason reason, Instant retryAfter) {
        assertThat(result).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(reason);
            assertThat(rejected.retryAfter()).isEqualTo(retryAfter);
            assertThat(rejected.reference()).isEqualTo(REFERENCE);
        });
    }

    private static SendResult neverCalled() {
        throw new AssertionError("called");
    }

    @Test
    void opensWhenTheInstanceKeepsFailing() {
        fail(Gate.FEWEST_JUDGED);

        assertRejected(pass(GateTest::neverCalled), RejectionReason.CIRCUIT_OPEN, NOW.plus(Gate.OPEN_FOR));
    }

    @Test
    void triesAgainAfterAWhileAndClosesWhenThatWorks() {
        fail(Gate.FEWEST_JUDGED);
        steadyClock.advance(Gate.OPEN_FOR.plusMillis(1));

        for (int i = 0; i < 20; i++) {
            assertThat(pass(() -> TAKEN)).isEqualTo(TAKEN);
        }
        assertThat(states).containsExactly(CircuitState.OPEN, CircuitState.HALF_OPEN, CircuitState.CLOSED);
    }

    @Test
    void opensAgainWhenTheTrialFails() {
        fail(Gate.FEWEST_JUDGED);
        steadyClock.advance(Gate.OPEN_FOR.plusMillis(1));
        fail(3);

        assertRejected(pass(GateTest::neverCalled), RejectionReason.CIRCUIT_OPEN, NOW.plus(Gate.OPEN_FOR));
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNREACHABLE", "RATE_LIMITED"})
    void staysClosedWhateverTheInstanceRefuses(RejectionReason reason) {
        SendResult refused = new Rejected(REFERENCE, reason, "no", null);

        for (int i = 0; i < 5 * Gate.FEWEST_JUDGED; i++) {
            assertThat(pass(() -> refused)).isEqualTo(refused);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNREACHABLE", "RATE_LIMITED"})
    void opensWhenTheInstanceIsNotThereOrHasTooMuchToDo(RejectionReason reason) {
        SendResult refused = new Rejected(REFERENCE, reason, "no", null);

        for (int i = 0; i < Gate.FEWEST_JUDGED; i++) {
            assertThat(pass(() -> refused)).isEqualTo(refused);
        }

        assertRejected(pass(GateTest::neverCalled), RejectionReason.CIRCUIT_OPEN, NOW.plus(Gate.OPEN_FOR));
    }

    @Test
    void hasRoomForSoManyAndGivesItBack() throws Exception {
        CountDownLatch inside = new CountDownLatch(Gate.MOST_IN_FLIGHT);
        CountDownLatch end = new CountDownLatch(1);
        ExecutorService callers = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<SendResult>> calls = new ArrayList<>();
            for (int i = 0; i < Gate.MOST_IN_FLIGHT; i++) {
                calls.add(CompletableFuture.supplyAsync(
                        () -> pass(() -> {
                            inside.countDown();
                            await(end);
                            return TAKEN;
                        }),
                        callers));
            }
            await(inside);

            SendResult tooMany = pass(Duration.ofMillis(20), GateTest::neverCalled);
            assertRejected(tooMany, RejectionReason.BULKHEAD_FULL, NOW.plus(Gate.FULL_FOR));
            Thread.currentThread().interrupt();
            assertRejected(pass(GateTest::neverCalled), RejectionReason.BULKHEAD_FULL, NOW.plus(Gate.FULL_FOR));
            assertThat(Thread.interrupted()).as("the flag stays").isTrue();

            end.countDown();
            for (CompletableFuture<SendResult> call : calls) {
                assertThat(call.get()).isEqualTo(TAKEN);
            }
            assertThat(pass(() -> TAKEN)).isEqualTo(TAKEN);
        } finally {
            end.countDown();
            callers.shutdown();
        }
    }

    @Test
    void keepsTheRoomForWhatIsAskedAfterTheCall() {
        SendResult meanwhile = gate.pass(
                passage(Duration.ofSeconds(20)),
                () -> LOST,
                lost -> inside(gate, Gate.MOST_IN_FLIGHT - 1, this::askForMore));

        assertRejected(meanwhile, RejectionReason.BULKHEAD_FULL, NOW.plus(Gate.FULL_FOR));
        assertThat(pass(() -> TAKEN)).isEqualTo(TAKEN);
    }

    @Test
    void letsOnlySoManyWaitForRoom() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        ExecutorService callers = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<SendResult>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS + 1; i++) {
                calls.add(CompletableFuture.supplyAsync(
                        () -> pass(Duration.ofMinutes(3), () -> {
                            await(end);
                            return TAKEN;
                        }),
                        callers));
            }

            CompletableFuture<Object> first = CompletableFuture.anyOf(calls.toArray(CompletableFuture[]::new));

            assertRejected((SendResult) first.get(), RejectionReason.BULKHEAD_FULL, NOW.plus(Gate.CROWDED_FOR));
            assertThat(gate.turnsAway(REFERENCE)).contains((Rejected) first.get());
            end.countDown();
            int accepted = 0;
            for (CompletableFuture<SendResult> call : calls) {
                accepted += call.get().isAccepted() ? 1 : 0;
            }
            assertThat(accepted).isEqualTo(CALLERS);
            assertThat(gate.turnsAway(REFERENCE)).isEmpty();
        } finally {
            end.countDown();
            callers.shutdown();
        }
    }

    @Test
    void letsHalfOfFewCallersInAndTheOthersWait() {
        Gate narrow = new Gate(8, Clock.fixed(NOW, ZoneOffset.UTC), steadyClock, states::add);

        SendResult fifth = inside(
                narrow,
                4,
                () -> narrow.pass(passage(Duration.ofMillis(20)), GateTest::neverCalled, Function.identity()));

        assertThat(fifth).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectionReason.BULKHEAD_FULL);
            assertThat(rejected.detail()).startsWith("4 messages").contains("none ended in time");
        });
    }

    private SendResult askForMore() {
        return pass(Duration.ofMillis(20), GateTest::neverCalled);
    }

    /** Each call is made inside the one before, so that all of them have room at the same time. */
    private static SendResult inside(Gate gate, int calls, Supplier<SendResult> meanwhile) {
        return calls == 0
                ? meanwhile.get()
                : gate.pass(passage(Duration.ofSeconds(20)), () -> TAKEN, taken -> inside(gate, calls - 1, meanwhile));
    }

    @Test
    void turnsNewcomersAwayFromAnInstanceThatHasGoneSilent() {
        List<SendResult> newcomers = new ArrayList<>();

        whileUnderWay(Silence.FEWEST_CALLS, () -> {
            steadyClock.advance(USUAL);
            newcomers.add(pass(() -> LOST)); // not longer than usual yet
            steadyClock.advance(Duration.ofMillis(1));
            newcomers.add(pass(GateTest::neverCalled));
            assertThat(gate.turnsAway(REFERENCE)).contains((Rejected) newcomers.get(1));
        });

        assertThat(newcomers.get(0)).isEqualTo(LOST);
        assertRejected(newcomers.get(1), RejectionReason.BULKHEAD_FULL, NOW.plus(Gate.FULL_FOR));
        assertThat(gate.turnsAway(REFERENCE)).isEmpty();
        assertThat(pass(() -> TAKEN)).as("when those before have ended").isEqualTo(TAKEN);
    }

    @Test
    void letsNewcomersInWhileItAnswersSome() {
        List<SendResult> newcomers = new ArrayList<>();

        whileUnderWay(Silence.FEWEST_CALLS, () -> {
            for (int i = 0; i < 5; i++) {
                steadyClock.advance(USUAL);
                newcomers.add(pass(() -> TAKEN));
            }
        });

        assertThat(newcomers).hasSize(5).containsOnly(TAKEN);
    }

    @Test
    void makesNothingOfOneOrTwoThatAreNotAnswered() {
        List<SendResult> newcomers = new ArrayList<>();

        whileUnderWay(Silence.FEWEST_CALLS - 1, () -> {
            steadyClock.advance(USUAL.multipliedBy(3));
            newcomers.add(pass(() -> LOST));
        });

        assertThat(newcomers).containsExactly(LOST);
    }

    /** Each call is made inside the one before, so that none of them has ended. */
    private void whileUnderWay(int calls, Runnable meanwhile) {
        if (calls == 0) {
            meanwhile.run();
        } else {
            pass(() -> {
                whileUnderWay(calls - 1, meanwhile);
                return LOST;
            });
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void givesTheRoomBackWhenACallThrows() {
        for (int i = 0; i < Gate.FEWEST_JUDGED; i++) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> pass(() -> {
                        throw new IllegalStateException("the store's fault");
                    }));
        }
        steadyClock.advance(Gate.OPEN_FOR.plusMillis(1));

        for (int i = 0; i < 2 * Gate.MOST_IN_FLIGHT; i++) {
            assertThat(pass(() -> TAKEN)).isEqualTo(TAKEN);
        }
    }
}
