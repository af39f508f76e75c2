package io.smartqueue.ultramsg.internal.health;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.event.HealthChanged;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.fixtures.CapturedLog;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.health.InstanceHealth;
import io.smartqueue.ultramsg.internal.config.CacheLimits;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.event.Listeners;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** Rounds are made by the test, on a clock that it moves. */
@Timeout(60)
class HealthWatchTest {
    private static final InstanceId OWN = InstanceId.parse("1150");
    private static final InstanceId STANDBY = InstanceId.parse("2260");
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final String LOGGED_OUT =
            "{\"status\":{\"accountStatus\":{\"status\":\"qr\",\"substatus\":\"normal\"}}}";

    private final ScriptedServer server = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final MovableClock clock = new MovableClock(Instant.parse("2026-11-26T09:00:00Z"));
    private final UltraMsgHttp http = UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal());
    private final ConfigCache configs = new ConfigCache(
            store.organizations(),
            store.standbys(),
            ConfigValidator.of(AllowedHosts.anyIncludingLocal()),
            new CacheLimits(100, Duration.ofMinutes(1)),
            Ticker.systemTicker());
    private final BlockingQueue<HealthChanged> told = new LinkedBlockingQueue<>();
    private final Listeners listeners = new Listeners(List.of(new UltraMessageListener() {
        @Override
        public void healthChanged(HealthChanged event) {
            told.add(event);
        }
    }));
    private final List<InstanceId> askedFurther = new CopyOnWriteArrayList<>();
    private final HealthWatch watch = new HealthWatch(
            store.health(),
            configs,
            http,
            (organization, config, instance) -> askedFurther.add(instance.id()),
            listeners,
            clock,
            INTERVAL);

    @BeforeEach
    void configure() {
        store.health().useClock(clock);
        store.organizations().put(ACME, Samples.draft(server.url()));
        store.health().enroll(Duration.ZERO);
    }

    @AfterEach
    void close() {
        watch.close();
        listeners.close();
        configs.close();
        http.close();
        server.close();
    }

    private void answers(String status) {
        server.on("instance/status", Replies.json(200, status));
    }

    private void checkAfter(Duration time) throws InterruptedException {
        clock.advance(time);
        watch.checkAllDue();
    }

    private InstanceHealth health() {
        return store.health().find(ACME).get(0);
    }

    private String status() {
        return store.organizations().stored(ACME).status().orElseThrow();
    }

    private HealthChanged heard() throws InterruptedException {
        HealthChanged event = told.poll(10, TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return event;
    }

    @Test
    void asksOneQuestionAndTellsNothingOfWhatWorks() throws InterruptedException {
        answers(Samples.CONNECTED);

        checkAfter(Duration.ZERO);
        checkAfter(INTERVAL.dividedBy(2));

        assertThat(server.requests())
                .extracting(RecordedRequest::method, RecordedRequest::path)
                .containsExactly(tuple("GET", "/instance1150/instance/status"));
        assertThat(health().finding()).isEqualTo(ConnectionFinding.CONNECTED);
        listeners.close();
        assertThat(told).isEmpty();
    }

    @Test
    void tellsOfAnInstanceThatIsLoggedOutAndTakesItOutWhenThatIsCertain() throws InterruptedException {
        answers(LOGGED_OUT);

        checkAfter(Duration.ZERO);
        assertThat(status()).isEqualTo("active");
        HealthChanged first = heard();
        assertThat(first.before()).isNull();
        assertThat(first.now().finding()).isEqualTo(ConnectionFinding.WAITING_FOR_QR_SCAN);
        assertThat(first.movedTo()).isNull();

        checkAfter(INTERVAL);
        assertThat(status()).isEqualTo("error");
        HealthChanged second = heard();
        assertThat(second.before()).isEqualTo(first.now());
        assertThat(second.movedTo()).isEqualTo(InstanceStatus.ERROR);

        checkAfter(INTERVAL);
        answers(Samples.CONNECTED);
        checkAfter(INTERVAL);
        assertThat(status()).isEqualTo("active");
        HealthChanged back = heard();
        assertThat(back.now().finding()).isEqualTo(ConnectionFinding.CONNECTED);
        assertThat(back.movedTo()).isEqualTo(InstanceStatus.ACTIVE);
        listeners.close();
        assertThat(told).isEmpty();
    }

    @Test
    void logsWhatToDoAndNoSecret() throws InterruptedException {
        answers(Samples.STOPPED);

        try (CapturedLog log = new CapturedLog()) {
            checkAfter(Duration.ZERO);

            assertThat(log.text())
                    .contains("WARN", "instance1150 of organization acme", "Extend the instance's subscription")
                    .doesNotContain(Samples.TOKEN);
        }
    }

    @Test
    void doesNotUndoWhatAPersonHasDecidedMeanwhile() throws InterruptedException {
        answers(LOGGED_OUT);
        checkAfter(Duration.ZERO);
        server.on("instance/status", connection -> {
            store.organizations()
                    .put(
                            ACME,
                            Samples.draft(server.url()).toBuilder()
                                    .status(InstanceStatus.SUSPENDED)
                                    .build());
            Replies.json(200, LOGGED_OUT).play(connection);
        });

        checkAfter(INTERVAL);

        assertThat(status()).isEqualTo("suspended");
    }

    @Test
    void asksStandbysToo() throws InterruptedException {
        try (ScriptedServer standby = new ScriptedServer()) {
            answers(Samples.CONNECTED);
            standby.on("instance/status", Replies.json(200, LOGGED_OUT));
            store.standbys()
                    .replace(ACME, List.of(Samples.standby(standby.url())), AuditNote.by(Actor.operator("a test")));
            store.health().enroll(Duration.ZERO);

            checkAfter(Duration.ZERO);
            checkAfter(INTERVAL);

            assertThat(store.standbys().find(ACME).get(0).status()).isEqualTo(InstanceStatus.ERROR);
            assertThat(status()).isEqualTo("active");
            assertThat(heard().now().instance()).isEqualTo(STANDBY);
        }
    }

    @Test
    void asksFurtherOnlyOfWhatWorks() throws InterruptedException {
        try (ScriptedServer standby = new ScriptedServer()) {
            answers(Samples.CONNECTED);
            standby.on("instance/status", Replies.json(200, LOGGED_OUT));
            store.standbys()
                    .replace(ACME, List.of(Samples.standby(standby.url())), AuditNote.by(Actor.operator("a test")));
            store.health().enroll(Duration.ZERO);

            checkAfter(Duration.ZERO);

            assertThat(askedFurther).containsExactly(OWN);
        }
    }

    @Test
    void checksAllThatAreDueHoweverMany() throws InterruptedException {
        answers(Samples.CONNECTED);
        IntStream.range(0, 100)
                .forEach(number -> store.organizations()
                        .put(
                                OrganizationId.of("org-" + number),
                                Samples.draft(server.url()).toBuilder()
                                        .instanceId(String.valueOf(5000 + number))
                                        .build()));
        store.health().enroll(Duration.ZERO);

        watch.checkAllDue();

        assertThat(server.requests()).hasSize(101);
        assertThat(server.requests()).extracting(RecordedRequest::path).doesNotHaveDuplicates();
    }

    @Test
    void goesOnWithTheOthersWhenOneCannotBeReadOrWritten() throws InterruptedException {
        OrganizationId broken = OrganizationId.of("broken");
        answers(Samples.CONNECTED);
        store.organizations()
                .put(
                        broken,
                        Samples.draft(server.url()).toBuilder()
                                .instanceId("3370")
                                .build());
        store.health().enroll(Duration.ZERO);
        store.organizations().onLoad(draft -> {
            if (draft.flatMap(d -> d.instanceId()).filter("3370"::equals).isPresent()) {
                throw new IllegalStateException("this one's token does not open");
            }
            return draft;
        });

        watch.checkAllDue();

        assertThat(health().instance()).isEqualTo(OWN);
        assertThat(store.health().find(broken)).isEmpty();
    }

    @Test
    void blamesNobodyForWhatClosingCutsOff() throws InterruptedException {
        server.on("instance/status", Replies.silence());
        Thread round = new Thread(() -> {
            try {
                watch.checkAllDue();
            } catch (InterruptedException | RejectedExecutionException closed) {
                // as a round that is cut off ends
            }
        });
        round.start();
        server.awaitRequest();

        watch.close();

        round.interrupt();
        round.join();
        assertThat(store.health().find(ACME)).isEmpty();
        listeners.close();
        assertThat(told).isEmpty();
    }

    @Test
    void blamesNobodyWhenNothingAnswers() throws InterruptedException {
        server.on("instance/status", Replies.html(503, "<h1>Sorry</h1>"));

        checkAfter(Duration.ZERO);
        checkAfter(INTERVAL);
        checkAfter(INTERVAL);

        assertThat(status()).isEqualTo("active");
        assertThat(heard().movedTo()).isNull();
    }
}
