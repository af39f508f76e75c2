package io.smartqueue.ultramsg.jdbi;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.LaneMemory;
import io.smartqueue.ultramsg.outbox.LaneScheduler.Running;
import io.smartqueue.ultramsg.outbox.LaneTurn;
import io.smartqueue.ultramsg.outbox.NextTurn;
import io.smartqueue.ultramsg.outbox.NextTurn.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Lanes of several nodes on one database; their turns do what a test says. */
@ExtendWith(PostgresExtension.class)
class LanesIT {
    private static final Duration LONG = Duration.ofHours(1);

    private final ExecutorService others = Executors.newCachedThreadPool();
    private final List<PostgresTenantStore> nodes = new ArrayList<>();
    private TestDatabase database;
    private PostgresTenantStore store;

    @BeforeEach
    void open(TestDatabase shared) throws SQLException {
        database = shared;
        database.execute("TRUNCATE ultramsg_lanes, ultramsg_wakes");
        store = node();
    }

    @AfterEach
    void close() {
        nodes.forEach(PostgresTenantStore::close);
        others.shutdownNow();
    }

    private PostgresTenantStore node() throws SQLException {
        return opened(PostgresTenantStore.builder(database.settings(database.servingLogin())));
    }

    private PostgresTenantStore opened(PostgresTenantStore.Builder builder) {
        PostgresTenantStore node = builder.plainTextTokens().build();
        nodes.add(node);
        return node;
    }

    private static OrganizationId organization() {
        return OrganizationId.of(UUID.randomUUID());
    }

    /** Leaves a call as whoever enqueues does. */
    private void call(OrganizationId organization) throws SQLException {
        try (Connection connection = database.as(database.servingLogin())) {
            call(connection, organization);
            connection.commit();
        }
    }

    private static void call(Connection connection, OrganizationId organization) throws SQLException {
        Sql.beginAsTenant(connection, organization);
        Sql.update(
                connection,
                "INSERT INTO ultramsg_wakes (organization_id) VALUES (CAST(? AS uuid))",
                organization.value());
    }

    private List<List<String>> calls() throws SQLException {
        return database.query("SELECT organization_id FROM ultramsg_wakes");
    }

    private List<List<String>> lanes() throws SQLException {
        return database.query("SELECT task_instance, encode(task_data, 'escape'), picked FROM ultramsg_lanes");
    }

    private boolean waits(OrganizationId organization, String data) throws SQLException {
        return lanes().contains(List.of(organization.value(), data, "f"));
    }

    /** Returns once all calls made until now are answered, and all turns that came of them have ended. */
    private void settle() {
        Await.until(() -> calls().isEmpty()
                && database.query("SELECT FROM ultramsg_lanes WHERE picked OR execution_time <= clock_timestamp()")
                        .isEmpty());
    }

    private static Optional<NextTurn> in(Duration pause, Reason reason) {
        return Optional.of(new NextTurn(pause, reason, LaneMemory.NONE));
    }

    private static final class Turns implements LaneTurn {
        private final Queue<OrganizationId> had = new ConcurrentLinkedQueue<>();
        private final LaneTurn then;

        Turns(LaneTurn then) {
            this.then = then;
        }

        /** Whose turn ends for good. */
        Turns() {
            this((organization, memory, isEnding) -> Optional.empty());
        }

        @Override
        public Optional<NextTurn> run(OrganizationId organization, LaneMemory memory, BooleanSupplier isEnding) {
            had.add(organization);
            return then.run(organization, memory, isEnding);
        }

        long of(OrganizationId organization) {
            return had.stream().filter(organization::equals).count();
        }
    }

    @Test
    void givesALaneToWhoeverCallsAndForgetsItWhenItIsDone() throws SQLException {
        Turns turns = new Turns();
        List<OrganizationId> thousand =
                Stream.generate(LanesIT::organization).limit(1_000).toList();
        store.lanes().start(turns, 16);

        try (Connection connection = database.as(database.servingLogin())) {
            for (OrganizationId organization : thousand) {
                call(connection, organization);
                connection.commit();
            }
        }
        Await.until(() -> turns.had.size() >= 1_000 && calls().isEmpty() && lanes().isEmpty());

        assertThat(turns.had).containsExactlyInAnyOrderElementsOf(thousand);
    }

    @Test
    void runsOneTurnOfALaneAtATimeInTheWholeCluster() throws Exception {
        int lanes = 50;
        int turnsEach = 20;
        Map<OrganizationId, AtomicInteger> atATime = new ConcurrentHashMap<>();
        Map<OrganizationId, AtomicInteger> left = new ConcurrentHashMap<>();
        Map<Integer, AtomicInteger> byNode = new ConcurrentHashMap<>();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < lanes; i++) {
            left.put(organization(), new AtomicInteger(turnsEach));
        }
        for (int i = 0; i < 4; i++) {
            int number = i;
            PostgresTenantStore node = i == 0 ? store : node();
            node.lanes()
                    .start(
                            (organization, memory, isEnding) -> {
                                AtomicInteger running =
                                        atATime.computeIfAbsent(organization, any -> new AtomicInteger());
                                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                                byNode.computeIfAbsent(number, any -> new AtomicInteger())
                                        .incrementAndGet();
                                LockSupport.parkNanos(1_000_000);
                                running.decrementAndGet();
                                int next = left.get(organization).decrementAndGet();
                                return next <= 0
                                        ? Optional.empty()
                                        : in(Duration.ofMillis(next % 3 * 10L), Reason.PACE);
                            },
                            8);
        }

        for (OrganizationId organization : left.keySet()) {
            call(organization);
        }
        Await.until(() -> left.values().stream().allMatch(turns -> turns.get() <= 0) && lanes().isEmpty());

        assertThat(most).hasValue(1);
        assertThat(left.values()).allMatch(turns -> turns.get() == 0);
        assertThat(byNode)
                .hasSize(4)
                .allSatisfy((node, turns) -> assertThat(turns).hasPositiveValue());
    }

    /** PostgreSQL plans otherwise for a table that it knows to be empty. */
    @Test
    void picksNoMoreLanesThanMayHaveTheirTurnAtATime() throws SQLException {
        database.execute("VACUUM ANALYZE ultramsg_lanes");
        CountDownLatch end = new CountDownLatch(1);
        Turns turns = new Turns((organization, memory, isEnding) -> {
            await(end);
            return Optional.empty();
        });
        store.lanes().start(turns, 3);
        for (int i = 0; i < 20; i++) { // so often that the statements are prepared on the server
            store.lanes().somethingChanged(organization());
            Await.until(() -> calls().isEmpty());
        }

        database.execute("INSERT INTO ultramsg_lanes (task_name, task_instance, execution_time, picked, version)"
                + " SELECT 'ultramsg-lane', gen_random_uuid(), now(), false, 1 FROM generate_series(1, 100)");
        Await.until(() -> turns.had.size() >= 3);

        assertThat(database.query("SELECT count(*) FROM ultramsg_lanes WHERE picked"))
                .containsExactly(List.of("3"));
        end.countDown();
        Await.until(() -> lanes().isEmpty());
        assertThat(turns.had).hasSize(100);
    }

    @Test
    void shortensAWaitOnlyByWhatItIsFor() throws SQLException {
        OrganizationId paced = organization();
        OrganizationId working = organization();
        OrganizationId changing = organization();
        Turns turns = new Turns((organization, memory, isEnding) -> in(
                LONG,
                organization.equals(paced) ? Reason.PACE : organization.equals(working) ? Reason.WORK : Reason.CHANGE));
        PostgresTenantStore idle = node();
        store.lanes().start(turns, 4);
        for (OrganizationId organization : List.of(paced, working, changing)) {
            call(organization);
        }
        Await.until(() -> turns.had.size() == 3);
        settle();

        for (OrganizationId organization : List.of(paced, working, changing)) {
            call(organization);
        }
        Await.until(() -> turns.of(working) == 2);
        settle();
        assertThat(turns.had).hasSize(4);

        for (OrganizationId organization : List.of(paced, working, changing, organization())) {
            idle.lanes().somethingChanged(organization);
        }
        Await.until(() -> turns.of(changing) == 2);
        settle();
        assertThat(turns.had).as("whoever has no work has no turn").hasSize(5);
    }

    @Test
    void losesNothingThatHappensDuringATurn() throws SQLException {
        OrganizationId working = organization();
        OrganizationId changing = organization();
        CountDownLatch told = new CountDownLatch(1);
        Turns turns = new Turns((organization, memory, isEnding) -> {
            await(told);
            return organization.equals(working) ? Optional.empty() : in(LONG, Reason.CHANGE);
        });
        store.lanes().start(turns, 4);
        call(working);
        call(changing);
        Await.until(() -> turns.had.size() == 2);

        call(working);
        store.lanes().somethingChanged(changing);
        OrganizationId later = organization();
        call(later);
        Await.until(() -> turns.of(later) == 1);
        assertThat(calls()).as("kept for the end of the turn").hasSize(2);
        told.countDown();

        Await.until(() -> turns.of(working) == 2 && turns.of(changing) == 2);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Messages in a table, put in together with a call; turns take a few, look away, and end for good when they saw no more. Whatever
     * is not seen then is lost, unless its call brings another turn.
     */
    @Test
    void losesNoMessageHoweverTurnsAndCallsMeet() throws Exception {
        int writers = 3;
        int messagesEach = 2_000;
        List<OrganizationId> organizations =
                Stream.generate(LanesIT::organization).limit(12).toList();
        database.execute("CREATE TABLE IF NOT EXISTS inbox (organization_id uuid, number int)");
        database.execute("CREATE INDEX IF NOT EXISTS inbox_lane ON inbox (organization_id)");
        database.execute("GRANT INSERT ON inbox TO ultramsg_tenant");
        AtomicInteger sent = new AtomicInteger();
        try (HikariDataSource pool = pool(database.dataSource(), 12)) {
            LaneTurn turn = (organization, memory, isEnding) -> take(pool, organization, sent);
            for (int i = 0; i < 3; i++) {
                (i == 0 ? store : node()).lanes().start(turn, 4);
            }
            List<Future<Void>> writing = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                Random random = new Random(i);
                writing.add(others.submit(() -> {
                    try (Connection connection = database.as(database.servingLogin())) {
                        for (int n = 0; n < messagesEach; n++) {
                            OrganizationId organization = organizations.get(random.nextInt(organizations.size()));
                            call(connection, organization);
                            Sql.update(
                                    connection,
                                    "INSERT INTO inbox VALUES (CAST(? AS uuid), ?)",
                                    organization.value(),
                                    n);
                            LockSupport.parkNanos(random.nextInt(1_000_000));
                            connection.commit();
                            ((ClusterLanes) nodes.get(n % 3).lanes()).hint();
                        }
                    }
                    return null;
                }));
            }
            for (Future<Void> each : writing) {
                each.get();
            }
            Await.until(() -> sent.get() >= writers * messagesEach && calls().isEmpty());

            assertThat(sent).hasValue(writers * messagesEach);
            assertThat(nodes).allMatch(node -> ((ClusterLanes) node.lanes()).mended() == 0);
        }
    }

    private static Optional<NextTurn> take(DataSource pool, OrganizationId organization, AtomicInteger sent) {
        int most = 3;
        Random random = new Random();
        int taken;
        try (Connection connection = pool.getConnection()) {
            taken = Sql.update(
                    connection,
                    "DELETE FROM inbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM inbox"
                            + " WHERE organization_id = CAST(? AS uuid) LIMIT 3))",
                    organization.value());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        sent.addAndGet(taken);
        LockSupport.parkNanos(random.nextInt(3_000_000)); // while somebody may enqueue
        if (taken == most) {
            return in(Duration.ZERO, Reason.PACE);
        }
        return random.nextBoolean() ? Optional.empty() : in(LONG, Reason.WORK);
    }

    private static HikariDataSource pool(DataSource database, int size) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(size);
        return new HikariDataSource(config);
    }

    @Test
    void waitsForNobodyWhoHasNotCommitted() throws SQLException {
        OrganizationId slow = organization();
        OrganizationId other = organization();
        Turns turns = new Turns();
        store.lanes().start(turns, 4);
        try (Connection open = database.as(database.servingLogin())) {
            call(open, slow);

            call(other);
            Await.until(() -> turns.of(other) == 1);
            assertThat(turns.of(slow)).isZero();

            open.commit();
            Await.until(() -> turns.of(slow) == 1);
        }
    }

    @Test
    void givesTheNextTurnWhatTheLastOneLeft() throws SQLException {
        Queue<LaneMemory> memories = new ConcurrentLinkedQueue<>();
        store.lanes()
                .start(
                        (organization, memory, isEnding) -> {
                            memories.add(memory);
                            return memories.size() == 3
                                    ? Optional.empty()
                                    : Optional.of(new NextTurn(
                                            Duration.ZERO, Reason.WORK, new LaneMemory(memories.size(), 10)));
                        },
                        1);

        call(organization());
        Await.until(() -> memories.size() == 3);

        assertThat(memories).containsExactly(LaneMemory.NONE, new LaneMemory(1, 10), new LaneMemory(2, 10));
    }

    @Test
    void pausesALaneWhoseTurnFailsAndSaysSoWithoutWhatTheFailureSays() throws SQLException {
        OrganizationId organization = organization();
        Turns turns = new Turns((lane, memory, isEnding) -> {
            if (memory.failures() == 7) {
                throw new IllegalStateException("to +4930901820");
            }
            return Optional.of(new NextTurn(Duration.ZERO, Reason.WORK, new LaneMemory(0, 7)));
        });
        store.lanes().start(turns, 1);

        String log = logged(() -> {
            call(organization);
            Await.until(() -> waits(organization, "pace 0 7"));
            call(organization);
            Await.until(() -> calls().isEmpty());
        });

        assertThat(turns.had).as("new work does not let it fail again at once").hasSize(2);
        assertThat(log)
                .contains("the lane of organization " + organization, "in 10 s", "IllegalStateException at ")
                .doesNotContain("4930901820", "ERROR");
        assertThat(database.query("SELECT consecutive_failures, execution_time > clock_timestamp() + interval '5 s',"
                        + " execution_time < clock_timestamp() + interval '10 s' FROM ultramsg_lanes"))
                .containsExactly(List.of("1", "t", "t"));
    }

    private interface Step {
        void take() throws Exception;
    }

    private static String logged(Step step) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream stderr = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            step.take();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            System.setErr(stderr);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    @Test
    void handsItsLanesOverWhenItIsClosed() throws SQLException {
        OrganizationId organization = organization();
        AtomicBoolean begun = new AtomicBoolean();
        Running first = store.lanes()
                .start(
                        (lane, memory, isEnding) -> {
                            begun.set(true);
                            while (!isEnding.getAsBoolean()) {
                                LockSupport.parkNanos(1_000_000);
                            }
                            return in(Duration.ZERO, Reason.PACE);
                        },
                        4);
        call(organization);
        Await.until(begun::get);
        Turns turns = new Turns();
        node().lanes().start(turns, 4);

        first.close();

        assertThat(database.query("SELECT FROM ultramsg_lanes WHERE picked AND picked_by IS NULL"))
                .isEmpty();
        long closed = System.nanoTime();
        Await.until(() -> turns.of(organization) == 1);
        assertThat(System.nanoTime() - closed)
                .isLessThan(TimeUnit.SECONDS.toNanos(15)); // those of a node that has died stay its own for 20
        first.close();
        store.lanes().start(turns, 4).close();
    }

    @Test
    void handsOverWhatItHadPickedAndNotBegun() throws SQLException {
        OrganizationId organization = organization();
        database.execute("INSERT INTO ultramsg_lanes (task_name, task_instance, execution_time, picked, picked_by,"
                + " last_heartbeat, version) SELECT 'ultramsg-lane', '" + organization
                + "', now() - interval '1 h', true, node, now(), 3 FROM unnest(ARRAY['this', 'other']) AS node"
                + " WHERE node = 'this'");
        try (Connection connection = database.superuser()) {
            TableLayout layout = TableLayout.find(connection, HostTable.organizations());
            LaneTable table = new LaneTable(new TenantScope(database.dataSource(database.servingLogin())), layout);

            assertThat(table.handOver("other", Instant.now())).isZero();
            assertThat(table.handOver("this", Instant.now())).isEqualTo(1);
        }
        assertThat(database.query("SELECT picked, picked_by, last_heartbeat, version FROM ultramsg_lanes"))
                .containsExactly(Arrays.asList("f", null, null, "4"));
    }

    @Test
    void runsTurnsOnceForAStoreAtATime() {
        Turns turns = new Turns();
        assertThatThrownBy(() -> store.lanes().start(turns, 0)).isInstanceOf(IllegalArgumentException.class);
        store.lanes().start(turns, 1);
        assertThatThrownBy(() -> store.lanes().start(turns, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void goesOnInPlaceOfNodesThatAreKilledOrHang() throws Exception {
        OrganizationId ofTheKilled = organization();
        OrganizationId ofTheHanging = organization();
        Path log = Files.createTempFile("lane-node", ".log");
        Process killed = process(log);
        call(ofTheKilled);
        assertThat(firstTurn(killed)).isEqualTo(ofTheKilled.value());
        killed.destroyForcibly();
        Process hanging = process(log);
        call(ofTheHanging);
        assertThat(firstTurn(hanging)).isEqualTo(ofTheHanging.value());
        signal("STOP", hanging);
        long lost = System.nanoTime();
        Turns turns = new Turns((organization, memory, isEnding) -> in(LONG, Reason.PACE));
        store.lanes().start(turns, 4);

        call(ofTheKilled);
        Await.until(() -> turns.of(ofTheKilled) > 0 && turns.of(ofTheHanging) > 0);
        assertThat(Duration.ofNanos(System.nanoTime() - lost)).isLessThan(Duration.ofSeconds(30));
        settle();
        signal("CONT", hanging);
        hanging.getOutputStream().close();
        assertThat(hanging.waitFor()).isZero();

        assertThat(waits(ofTheHanging, "pace 0 0"))
                .as("what the other node said")
                .isTrue();
        assertThat(Files.readString(log)).doesNotContain("ERROR", "Exception");
        Files.delete(log);
    }

    private Process process(Path log) throws IOException, SQLException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LaneNode.class.getName(),
                        database.jdbcUrl(),
                        database.servingLogin())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static String firstTurn(Process node) throws IOException {
        return new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private static void signal(String name, Process node) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(node.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void goesOnWhenTheDatabaseIsBack() throws Exception {
        OrganizationId before = organization();
        OrganizationId after = organization();
        Turns turns = new Turns();
        try (Cable cable = Cable.to(database.port())) {
            opened(PostgresTenantStore.builder(database.settings(database.servingLogin(), cable)))
                    .lanes()
                    .start(turns, 4);
            call(before);
            Await.until(() -> turns.of(before) == 1);

            String log = logged(() -> {
                cable.pullOut();
                call(after);
                Await.until(() -> nodes.get(1).lanes() instanceof ClusterLanes lanes && lanes.isInTrouble());
                cable.putBackIn();
                Await.until(() -> turns.of(after) == 1);
            });

            assertThat(log.split("Lanes are not woken for the moment", -1)).hasSize(2);
        }
    }

    @Test
    void closesWithoutTheDatabase() throws Exception {
        OrganizationId organization = organization();
        CountDownLatch cut = new CountDownLatch(1);
        Turns turns = new Turns((lane, memory, isEnding) -> {
            await(cut);
            return in(LONG, Reason.WORK);
        });
        try (Cable cable = Cable.to(database.port())) {
            Running running = opened(PostgresTenantStore.builder(database.settings(database.servingLogin(), cable)))
                    .lanes()
                    .start(turns, 4);
            call(organization);
            Await.until(() -> turns.of(organization) == 1);

            cable.pullOut();
            cut.countDown();
            running.close();
        }
    }

    @Test
    void givesConnectionsBackAsTheyCame() throws Exception {
        OrganizationId organization = organization();
        Turns turns = new Turns((lane, memory, isEnding) -> in(Duration.ZERO, Reason.PACE));
        try (HikariDataSource pool = pool(database.dataSource(database.servingLogin()), 3)) {
            Running running = opened(PostgresTenantStore.builder(pool)).lanes().start(turns, 2);
            call(organization);
            Await.until(() -> turns.had.size() > 20);
            database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"
                    + database.servingLogin() + "'");
            int then = turns.had.size();
            Await.until(() -> turns.had.size() > then + 20); // by itself, or after it was taken for dead
            running.close();

            List<Connection> connections = new ArrayList<>(); // one is the store's, to listen
            for (int i = 0; i < 2; i++) {
                connections.add(pool.getConnection());
            }
            for (Connection connection : connections) {
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(Sql.value(connection, "SELECT current_user")).isEqualTo(database.servingLogin());
                assertThat(Sql.value(connection, "SELECT current_setting('ultramsg.organization_id', true)"))
                        .isNullOrEmpty();
                connection.close();
            }
            nodes.get(1).close();
        }
    }

    @Test
    void startsNoTurnLongAfterItPickedTheLane() throws SQLException {
        OrganizationId organization = organization();
        AtomicReference<Duration> stopped = new AtomicReference<>(Duration.ofSeconds(11));
        Clock clock = new Clock() { // the node is stopped between picking and running
                    @Override
                    public Instant instant() {
                        boolean picks = Thread.currentThread().getName().equals("ultramsg-lane-poll");
                        return Instant.now().plus(picks ? Duration.ZERO : stopped.get());
                    }

                    @Override
                    public ZoneId getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(ZoneId zone) {
                        return this;
                    }
                };
        Turns turns = new Turns();
        database.execute("INSERT INTO ultramsg_lanes (task_name, task_instance, execution_time, picked, version)"
                + " VALUES ('ultramsg-lane', '" + organization + "', now(), false, 1)");
        opened(PostgresTenantStore.builder(database.settings(database.servingLogin()))
                        .clock(clock))
                .lanes()
                .start(turns, 1);

        Await.until(() -> database.query("SELECT FROM ultramsg_lanes WHERE version = 3 AND NOT picked")
                        .size()
                == 1);
        assertThat(turns.had).isEmpty();
        stopped.set(Duration.ZERO);
        database.execute("UPDATE ultramsg_lanes SET execution_time = now()");
        Await.until(() -> turns.of(organization) == 1);
    }

    @Test
    void goesByTheTimeOfTheDatabase() throws SQLException {
        StoreTime time = new StoreTime(new TenantScope(database.dataSource(database.servingLogin())), null);
        assertThatThrownBy(time::now).isInstanceOf(IllegalStateException.class);
        time.measure();

        Instant before = Instant.parse(timeOfTheDatabase());
        Instant now = time.now();
        Instant after = Instant.parse(timeOfTheDatabase());

        assertThat(now).isBetween(before.minusMillis(250), after.plusMillis(250));
    }

    private String timeOfTheDatabase() throws SQLException {
        return database.query(
                        "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
                .get(0)
                .get(0);
    }

    @Test
    void leavesTasksThatAnotherVersionKnowsToIt() throws SQLException {
        OrganizationId organization = organization();
        database.execute("INSERT INTO ultramsg_lanes (task_name, task_instance, execution_time, picked, version)"
                + " VALUES ('of another version', 'x', now() - interval '1 h', false, 1)");
        Turns turns = new Turns();
        logged(() -> {
            store.lanes().start(turns, 1);
            call(organization);
            Await.until(() -> turns.of(organization) == 1);
        });

        assertThat(database.query("SELECT task_name, picked FROM ultramsg_lanes WHERE task_instance = 'x'"))
                .containsExactly(List.of("of another version", "f"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "text | O'Brien \\ \"x\" %s {?} ${a} 组织 😀",
                "text | UPPER lower",
                "varchar(50) | 0",
                "text COLLATE \"C\" | Ünïted",
                "bigint | -9223372036854775808",
                "integer | 7"
            })
    void takesEveryKey(String type, String key) throws SQLException {
        try (TestDatabase own = TestServer.shared().migratedDatabase(type);
                PostgresTenantStore node = PostgresTenantStore.builder(own.settings(own.servingLogin()))
                        .plainTextTokens()
                        .build();
                Connection connection = own.as(own.servingLogin())) {
            OrganizationId organization = OrganizationId.of(key);
            Turns turns = new Turns((lane, memory, isEnding) -> in(LONG, Reason.CHANGE));
            node.lanes().start(turns, 1);

            Sql.beginAsTenant(connection, key);
            Sql.update(
                    connection,
                    "INSERT INTO ultramsg_wakes (organization_id) VALUES (CAST(? AS "
                            + type.replaceAll("\\(.*| COLLATE.*", "") + "))",
                    key);
            connection.commit();
            Await.until(() -> turns.had.size() == 1);
            node.lanes().somethingChanged(organization);
            Await.until(() -> turns.had.size() == 2);

            assertThat(turns.of(organization)).isEqualTo(2);
        }
    }

    @Test
    void findsItsTablesInAnotherSchema(@TestDatabase.Empty TestDatabase own) throws SQLException {
        own.execute("CREATE SCHEMA \"The App\"", "CREATE TABLE \"The App\".tenants (no bigint PRIMARY KEY)");
        HostTable tenants = HostTable.named("tenants").inSchema("The App").withKey("no");
        PostgresTenantStore.migrate(own.dataSource(), tenants);
        own.execute("GRANT USAGE ON SCHEMA \"The App\" TO " + own.servingLogin());
        own.execute("ALTER ROLE " + own.servingLogin() + " SET search_path = pg_temp");
        Turns turns = new Turns();
        try (PostgresTenantStore node = PostgresTenantStore.builder(own.settings(own.servingLogin()))
                        .hostTable(tenants)
                        .plainTextTokens()
                        .build();
                Connection connection = own.as(own.servingLogin())) {
            node.lanes().start(turns, 1);
            Sql.beginAsTenant(connection, 7);
            Sql.update(connection, "INSERT INTO \"The App\".ultramsg_wakes (organization_id) VALUES (7)");
            connection.commit();
            Await.until(() -> turns.of(OrganizationId.of(7)) == 1);
        }
    }

    @Test
    void keepsLanesFromTenantsAndTheCallsOfOthers() throws SQLException {
        OrganizationId mine = organization();
        call(organization());
        try (Connection connection = database.as(database.servingLogin())) {
            for (String refused : List.of(
                    "SELECT FROM ultramsg_lanes",
                    "DELETE FROM ultramsg_lanes",
                    "SELECT FROM ultramsg_wakes",
                    "DELETE FROM ultramsg_wakes",
                    "INSERT INTO ultramsg_wakes (organization_id) VALUES ('" + UUID.randomUUID() + "')")) {
                Sql.beginAsTenant(connection, mine);
                assertThatThrownBy(() -> Sql.execute(connection, refused))
                        .as(refused)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("42501"));
                Sql.end(connection);
            }
        }
    }

    @Test
    void givesBackTheLaneThatSomebodyDeleted(@TestDatabase.Fresh TestDatabase own) throws SQLException {
        OrganizationId ready = OrganizationId.of(own.organization(""));
        OrganizationId waiting = OrganizationId.of(own.organization(""));
        OrganizationId held = OrganizationId.of(own.organization(""));
        OrganizationId called = OrganizationId.of(own.organization(""));
        OrganizationId laned = OrganizationId.of(own.organization(""));
        for (OrganizationId organization : List.of(ready, called, laned)) {
            message(own, organization, "1", "NULL");
            message(own, organization, "NULL", "'2100-01-01 00:00Z'");
        }
        message(own, waiting, "NULL", "'2100-01-01 00:00Z'");
        message(own, waiting, "NULL", "'infinity'");
        message(own, held, "NULL", "'infinity'");
        own.execute(
                "INSERT INTO ultramsg_wakes (organization_id) VALUES ('" + called + "')",
                "INSERT INTO ultramsg_lanes (task_name, task_instance, execution_time, picked, version)"
                        + " VALUES ('ultramsg-lane', '" + laned + "', 'infinity', false, 1)");

        try (Connection connection = own.superuser()) {
            LaneTable table = new LaneTable(
                    new TenantScope(own.dataSource(own.servingLogin())),
                    TableLayout.find(connection, HostTable.organizations()));
            assertThat(table.mend(Instant.parse("2026-11-26T12:00:00Z"))).isEqualTo(2);
            assertThat(table.mend(Instant.parse("2026-11-26T12:00:00Z"))).isZero();
        }

        assertThat(own.query("SELECT task_instance, execution_time AT TIME ZONE 'UTC', encode(task_data, 'escape')"
                        + " FROM ultramsg_lanes WHERE execution_time < 'infinity'"))
                .containsExactlyInAnyOrder(
                        List.of(ready.value(), "2026-11-26 12:00:00", "work 0 0"),
                        List.of(waiting.value(), "2100-01-01 00:00:00", "work 0 0"));
    }

    private static void message(TestDatabase own, OrganizationId organization, String ready, String dueAt)
            throws SQLException {
        own.execute("INSERT INTO ultramsg_messages (organization_id, reference, content_hash, state, number, urgency,"
                + " created_at, ready, due_at) VALUES ('" + organization + "', '" + UUID.randomUUID()
                + "', repeat('0a', 32), 'queued', nextval('ultramsg_outbox_numbers'), 1, now(), " + ready + ", "
                + dueAt + ")");
    }

    @ParameterizedTest
    @ValueSource(strings = {"uuid", "text", "bigint"})
    void looksAtAMessageOfEachOrganizationOnlyToFindThoseWithoutALane(String type) throws SQLException {
        try (TestDatabase own = TestServer.shared().migratedDatabase(type);
                Connection connection = own.as(own.servingLogin())) {
            own.execute(
                    "INSERT INTO organizations (id, name) SELECT CAST("
                            + (type.equals("uuid") ? "lpad(n::text, 32, '0')" : "n") + " AS " + type
                            + "), 'any' FROM generate_series(0, 9) AS n",
                    "INSERT INTO ultramsg_messages (organization_id, reference, content_hash, state, number, urgency,"
                            + " created_at, ready, due_at)"
                            + " SELECT CAST(" + (type.equals("uuid") ? "lpad((n % 10)::text, 32, '0')" : "n % 10")
                            + " AS " + type + "), n, repeat('0a', 32), 'queued', n, 1, now(),"
                            + " CASE WHEN n % 3 > 0 THEN 1 END, CASE WHEN n % 3 = 0 THEN now() END"
                            + " FROM generate_series(1, 30000) AS n",
                    "VACUUM ANALYZE ultramsg_messages");
            TableLayout layout = TableLayout.find(connection, HostTable.organizations());

            Sql.beginAsService(connection);
            String plan = Sql.query(
                            connection,
                            "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + LaneTable.mend(layout),
                            "mend",
                            "2026-11-26T12:00:00Z")
                    .stream()
                    .map(row -> row.get(0))
                    .collect(Collectors.joining("\n"));

            assertThat(plan).doesNotContain("Seq Scan on ultramsg_messages", "Sort Key: m.");
            assertThat(plan.lines().filter(line -> line.contains("Rows Removed by Filter")))
                    .as("the end of the list of organizations")
                    .allMatch(line -> line.matches(".*: [01](\\.0+)?"));
            assertThat(Sql.value(connection, "SELECT count(*) FROM ultramsg_lanes"))
                    .isEqualTo("10");
            Sql.end(connection);
        }
    }
}
