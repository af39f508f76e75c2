package io.smartqueue.ultramsg.outbox;

import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.OutboxStore.BatchSnapshot;
import io.smartqueue.ultramsg.quota.QuotaDecision;
import io.smartqueue.ultramsg.quota.QuotaStore;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import io.smartqueue.ultramsg.quota.Reservation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class ForecastTest {
    private static final OrganizationId ACME = OrganizationId.of("acme");
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-11-27T00:00:00Z");

    private static BatchProgress forecast(long queued, int used, int limit, BatchState state) {
        return forecast(queued, state, Optional.of(new QuotaUsage(used, limit, MIDNIGHT)));
    }

    private static BatchProgress forecast(long queued, BatchState state, Optional<QuotaUsage> day) {
        return forecast(queued, state, day, ACME);
    }

    private static BatchProgress forecast(
            long queued, BatchState state, Optional<QuotaUsage> day, OrganizationId organization) {
        QuotaStore store = new QuotaStore() {
            @Override
            public QuotaDecision reserve(OrganizationId organization) {
                throw new AssertionError("a forecast reserves nothing");
            }

            @Override
            public void refund(Reservation reservation) {
                throw new AssertionError("a forecast gives nothing back");
            }

            @Override
            public Optional<QuotaUsage> usage(OrganizationId organization) {
                return day;
            }
        };
        Pace usual = new Pace(2, Duration.ofSeconds(10));
        return new Forecast(
                        store,
                        of -> of.equals(ACME) ? usual : Pace.oneEvery(Duration.ofMinutes(1)),
                        new MovableClock(NOW))
                .of(organization, new BatchSnapshot(new BatchCounts(queued, 5, 1, 0, 0, 0), state));
    }

    @ParameterizedTest
    @CsvSource({
        // queued, used, limit, the end
        "1, 0, 1000, 2026-11-26T12:00:00Z",
        "2, 0, 1000, 2026-11-26T12:00:00Z",
        "3, 0, 1000, 2026-11-26T12:00:10Z",
        "100, 900, 1000, 2026-11-26T12:08:10Z", // just fits into the day
        "101, 900, 1000, 2026-11-27T00:00:00Z",
        "104, 900, 1000, 2026-11-27T00:00:10Z",
        "1100, 900, 1000, 2026-11-27T01:23:10Z", // all of the next day
        "1101, 900, 1000, 2026-11-28T00:00:00Z",
        "1000000, 1000, 1000, 2029-08-22T01:23:10Z",
        "5, 20, 10, 2026-11-27T00:00:20Z" // the limit was lowered
    })
    void goesByPaceAndDailyLimit(long queued, int used, int limit, Instant end) {
        assertThat(forecast(queued, used, limit, BatchState.OPEN).estimatedEnd())
                .isEqualTo(end);
    }

    @Test
    void goesByTheOrganizationsOwnPace() {
        QuotaUsage day = new QuotaUsage(0, 1000, MIDNIGHT);

        assertThat(forecast(3, BatchState.OPEN, Optional.of(day), OrganizationId.of("slow"))
                        .estimatedEnd())
                .isEqualTo(NOW.plus(Duration.ofMinutes(2)));
    }

    @Test
    void expectsNoEndOfWhatDoesNotGoOn() {
        assertThat(forecast(10, 0, 0, BatchState.OPEN).estimatedEnd()).isNull();
        assertThat(forecast(10, 0, 1000, BatchState.PAUSED).estimatedEnd()).isNull();
        assertThat(forecast(0, 0, 1000, BatchState.OPEN).estimatedEnd()).isNull();
    }

    @Test
    void expectsNoEndForAnOrganizationThatIsNoMore() {
        assertThat(forecast(9, BatchState.OPEN, Optional.empty()).estimatedEnd())
                .isNull();
    }
}
