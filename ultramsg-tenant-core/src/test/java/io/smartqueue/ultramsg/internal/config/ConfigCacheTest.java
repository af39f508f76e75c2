package io.smartqueue.ultramsg.internal.config;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.error.StorageException;
import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.fixtures.InMemoryOrganizations;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(30)
class ConfigCacheTest {
    private static final OrganizationId ACME = Samples.ACME;
    private static final ConfigDraft DRAFT = Samples.draft(URI.create("https://api.ultramsg.com"));

    private final InMemoryStore all = new InMemoryStore();
    private final InMemoryOrganizations store = all.organizations();
    private final FakeTicker ticker = new FakeTicker();
    private final ConfigCache cache = new ConfigCache(
            store,
            all.standbys(),
            ConfigValidator.of(AllowedHosts.ultraMsg()),
            new CacheLimits(100, Duration.ofMinutes(1)),
            ticker);
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        cache.close();
        callers.shutdownNow();
    }

    private static ConfigDraft withLimit(int limit) {
        return DRAFT.toBuilder().dailyLimit(limit).build();
    }

    private int limit(OrganizationId organization) {
        return ((KnownConfig.Usable) cache.get(organization)).config().dailyLimit();
    }

    @Test
    void loadsOnceAndKeeps() {
        store.put(ACME, withLimit(1));

        assertThat(limit(ACME)).isEqualTo(1);
        assertThat(limit(ACME)).isEqualTo(1);
        assertThat(store.loads()).isOne();
    }

    @Test
    void loadsOnceForCallersAtTheSameMoment() throws Exception {
        store.put(ACME, withLimit(1));
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        store.onLoad(draft -> {
            loading.countDown();
            await(mayGoOn);
            return draft;
        });
        List<Future<Integer>> limits = new ArrayList<>();
        limits.add(callers.submit(() -> limit(ACME)));
        await(loading);
        for (int caller = 0; caller < 7; caller++) {
            limits.add(callers.submit(() -> limit(ACME)));
        }
        mayGoOn.countDown();

        for (Future<Integer> each : limits) {
            assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        }
        assertThat(store.loads()).isOne();
    }

    @Test
    void keepsOneEntryForAllSpellings() {
        store.put(ACME, withLimit(1));

        cache.get(OrganizationId.of("ACME"));
        cache.get(OrganizationId.of("Acme"));
        assertThat(store.loads()).isOne();

        store.put(OrganizationId.of("aCME"), withLimit(2));
        assertThat(limit(OrganizationId.of("ACME"))).isEqualTo(2);
    }

    @Test
    void dropsWhatTheStoreSaysHasChanged() {
        OrganizationId other = OrganizationId.of("other");
        store.put(ACME, withLimit(1));
        store.put(other, withLimit(1));
        cache.get(ACME);
        cache.get(other);

        store.put(ACME, withLimit(2));

        assertThat(limit(ACME)).isEqualTo(2);
        assertThat(limit(other)).isEqualTo(1);
        assertThat(store.loads()).as("the other one stays").isEqualTo(3);
    }

    @Test
    void doesNotKeepALoadDuringWhichAChangeCameIn() {
        store.put(ACME, withLimit(1));
        store.onLoad(draft -> {
            store.onLoad(UnaryOperator.identity());
            store.put(ACME, withLimit(2)); // committed after the row was read
            return draft;
        });

        assertThat(limit(ACME)).as("what was read").isEqualTo(1);
        assertThat(limit(ACME)).as("what is there now").isEqualTo(2);
    }

    @Test
    void doesNotKeepALoadDuringWhichAnythingMayHaveChanged() {
        store.put(ACME, withLimit(1));
        store.onLoad(draft -> {
            store.onLoad(UnaryOperator.identity());
            store.putSilently(ACME, withLimit(2));
            store.tellThatAnythingMayHaveChanged();
            return draft;
        });

        assertThat(limit(ACME)).isEqualTo(1);
        assertThat(limit(ACME)).isEqualTo(2);
    }

    @Test
    void dropsEverythingWhenNoticesMayHaveBeenLost() {
        store.put(ACME, withLimit(1));
        cache.get(ACME);
        store.putSilently(ACME, withLimit(2));
        assertThat(limit(ACME)).isEqualTo(1);

        store.tellThatAnythingMayHaveChanged();

        assertThat(limit(ACME)).isEqualTo(2);
    }

    @Test
    void readsAnewAfterItsTimeToLive() {
        store.put(ACME, withLimit(1));
        cache.get(ACME);
        store.putSilently(ACME, withLimit(2));

        ticker.advance(Duration.ofSeconds(59));
        assertThat(limit(ACME)).isEqualTo(1);
        ticker.advance(Duration.ofSeconds(2));
        assertThat(limit(ACME)).isEqualTo(2);
    }

    @Test
    void keepsAMissingOrganizationForTwoSecondsOnly() {
        assertThat(cache.get(ACME)).isInstanceOf(KnownConfig.Missing.class);
        store.putSilently(ACME, withLimit(1));

        ticker.advance(Duration.ofMillis(1_900));
        assertThat(cache.get(ACME)).isInstanceOf(KnownConfig.Missing.class);
        assertThat(store.loads()).isOne();
        ticker.advance(Duration.ofMillis(200));
        assertThat(limit(ACME)).isEqualTo(1);
    }

    @Test
    void findsAnOrganizationAtOnceWhenTheStoreTellsOfIt() {
        assertThat(cache.get(ACME)).isInstanceOf(KnownConfig.Missing.class);

        store.put(ACME, withLimit(1));

        assertThat(limit(ACME)).isEqualTo(1);
    }

    @Test
    void keepsAnUnusableConfigurationForTwoSecondsOnly() {
        store.putSilently(ACME, ConfigDraft.builder().instanceId("1150").build());

        assertThat(cache.get(ACME))
                .isInstanceOfSatisfying(
                        KnownConfig.Unusable.class,
                        unusable -> assertThat(unusable.problems())
                                .extracting(ConfigProblem::toString)
                                .containsExactly("token: is missing: copy it from the instance's page at UltraMsg"));
        store.putSilently(ACME, withLimit(1));
        ticker.advance(Duration.ofMillis(2_100));
        assertThat(limit(ACME)).isEqualTo(1);
    }

    @Test
    void keepsNoFailedLoad() {
        store.put(ACME, withLimit(1));
        StorageException gone = StorageException.unavailable("the database is gone", null);
        store.onLoad(draft -> {
            throw gone;
        });

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> cache.get(ACME))
                .isSameAs(gone);
        store.onLoad(UnaryOperator.identity());
        assertThat(limit(ACME)).isEqualTo(1);
    }

    @Test
    void doesNotLogAFailureThatItThrows() {
        List<LogRecord> records = new ArrayList<>();
        Logger caffeine = Logger.getLogger("com.github.benmanes.caffeine");
        Handler recorder = new Handler() {
            @Override
            public void publish(LogRecord logged) {
                records.add(logged);
            }

            @Override
            public void flush() {
                // nothing is buffered
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        caffeine.addHandler(recorder);
        store.onLoad(draft -> {
            throw StorageException.unavailable("the database is gone", null);
        });

        try {
            assertThatExceptionOfType(StorageException.class).isThrownBy(() -> cache.get(ACME));
        } finally {
            caffeine.removeHandler(recorder);
        }

        assertThat(records).isEmpty();
    }

    @Test
    void passesErrorsOn() {
        AssertionError error = new AssertionError("a bug in a store");
        store.onLoad(draft -> {
            throw error;
        });

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> cache.get(ACME))
                .isSameAs(error);
    }

    @Test
    void throwsTheSameFailureToEveryCallerThatWaits() throws Exception {
        TokenSealException sealed = new TokenSealException("key k1 is missing", null);
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        store.onLoad(draft -> {
            loading.countDown();
            await(mayGoOn);
            throw sealed;
        });
        Future<KnownConfig> first = callers.submit(() -> cache.get(ACME));
        await(loading);
        Future<KnownConfig> second = callers.submit(() -> cache.get(ACME));
        mayGoOn.countDown();

        for (Future<KnownConfig> each : List.of(first, second)) {
            assertThat(each)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .havingCause()
                    .isSameAs(sealed);
        }
    }

    @Test
    void listensNoLongerOnceItIsClosed() {
        assertThat(store.listeners()).isOne();

        cache.close();

        assertThat(store.listeners()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final class FakeTicker implements Ticker {
        private final AtomicLong nanos = new AtomicLong();

        void advance(Duration duration) {
            nanos.addAndGet(duration.toNanos());
        }

        @Override
        public long read() {
            return nanos.get();
        }
    }
}
