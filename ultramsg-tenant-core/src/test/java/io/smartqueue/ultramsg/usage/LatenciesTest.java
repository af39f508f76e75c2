package io.smartqueue.ultramsg.usage;

import io.smartqueue.ultramsg.internal.thread.DaemonThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LatenciesTest {
    private static Latencies of(long... millis) {
        Latencies.Recorder recorder = Latencies.recorder();
        Arrays.stream(millis).forEach(recorder::recordMillis);
        return recorder.latencies();
    }

    @Test
    void areZeroWithoutAnySend() {
        assertThat(of()).isEqualTo(Latencies.NONE);
        assertThat(Latencies.NONE.count()).isZero();
        assertThat(Latencies.NONE.percentile(99)).isZero();
        assertThat(Latencies.NONE.encode()).isEmpty();
    }

    @Test
    void areExactToTheMillisecondWhileTheyAreShort() {
        Latencies hundred = of(LongStream.rangeClosed(1, 100).toArray());

        assertThat(hundred.count()).isEqualTo(100);
        assertThat(hundred.percentile(50)).isEqualTo(Duration.ofMillis(50));
        assertThat(hundred.percentile(99)).isEqualTo(Duration.ofMillis(99));
        assertThat(hundred.percentile(100)).isEqualTo(Duration.ofMillis(100));
    }

    /** Against the same percentile of a sorted list: seeded, so that it fails again. */
    @Test
    void areRightToOnePartInAHundredWhateverTheyAre() {
        Random random = new Random(8);
        List<Long> sorted = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            sorted.add((long) Math.exp(random.nextDouble() * Math.log(3_600_000)));
        }
        Latencies latencies = of(sorted.stream().mapToLong(Long::longValue).toArray());
        Collections.sort(sorted);

        for (double percentile : new double[] {0.1, 1, 25, 50, 75, 90, 95, 99, 99.9, 100}) {
            long exact = sorted.get((int) Math.ceil(percentile / 100 * sorted.size()) - 1);
            assertThat(latencies.percentile(percentile).toMillis())
                    .as("percentile %s", percentile)
                    .isBetween((long) (exact * 0.99), (long) Math.ceil(exact * 1.01));
        }
    }

    @Test
    void takeNoMoreThanAnHourAndNoLessThanNothing() {
        Latencies.Recorder recorder = Latencies.recorder();
        recorder.record(Duration.ofDays(1));
        recorder.record(Duration.ofSeconds(-1));

        assertThat(recorder.latencies().percentile(100)).isEqualTo(Duration.ofHours(1));
        assertThat(recorder.latencies().percentile(1)).isZero();
    }

    @Test
    void addUpAsIfTheyHadBeenOne() {
        Latencies sum = of(5, 70_000).plus(of(900)).plus(Latencies.NONE).plus(of(5));

        assertThat(sum).isEqualTo(of(5, 5, 900, 70_000));
        assertThat(Latencies.sum(List.of(of(5), of(900, 5), of(70_000)))).isEqualTo(sum);
        assertThat(Latencies.sum(List.of())).isEqualTo(Latencies.NONE);
    }

    @Test
    void comeBackAsTheyWereWrittenAndTakeLittleRoom() {
        Latencies day = of(LongStream.range(0, 10_000).map(i -> 150 + i % 900).toArray());

        assertThat(Latencies.decode(day.encode())).isEqualTo(day);
        assertThat(Latencies.decode(new byte[0])).isEqualTo(Latencies.NONE);
        assertThat(day.encode()).hasSizeLessThan(1_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 12, 39, 40, 41})
    void refuseWhatWasCutOff(int length) {
        byte[] cut = Arrays.copyOf(of(5, 900).encode(), length);

        assertThatIllegalArgumentException().isThrownBy(() -> Latencies.decode(cut));
    }

    /** A stranger's bytes must neither come through as anything nor take more memory than a histogram of ours. */
    @Test
    void refuseWhatIsNoneOfTheirs() {
        byte[] good = of(5, 900).encode();
        Random random = new Random(27);
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = good.clone();
            broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(Latencies.decode(broken).count()).isNotNegative();
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageContaining("no latencies");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 100.1, Double.NaN})
    void knowNoOtherPercentiles(double percentile) {
        assertThatIllegalArgumentException().isThrownBy(() -> of(5).percentile(percentile));
    }

    /** With HdrHistogram's concurrent histogram, sends of one organization waited for each other for ever, some of them busily. */
    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void letNobodyWaitForEverWhenManyThreadsRecordAtOnce() throws Exception {
        int threads = 64;
        ExecutorService callers = Executors.newFixedThreadPool(threads, DaemonThreads.numbered("caller-"));
        for (int round = 0; round < 50; round++) {
            Latencies.Recorder recorder = Latencies.recorder();
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Callable<Void>> calls = IntStream.range(0, threads)
                    .<Callable<Void>>mapToObj(caller -> () -> {
                        start.await();
                        for (int i = 0; i < 20; i++) {
                            recorder.recordMillis((long) caller * i * 37);
                        }
                        return null;
                    })
                    .toList();

            for (Future<Void> call : callers.invokeAll(calls)) {
                call.get();
            }

            assertThat(recorder.latencies().count()).isEqualTo(20L * threads);
        }
        callers.shutdown();
    }
}
