package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.benchmarks.NeighboursNode.Kind;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * What a thousand tenants, all served by one pool of workers, notice of three among them that are in trouble: one whose instance is dead,
 * one whose instance sends a byte at a time, and one whose instance answers 429 to everything.
 *
 * <p>A process for each condition, and both are there all the while. Whoever waits for a dead instance waits 15 to 30 seconds, longer than a turn:
 * in one process his worker would be missing in the undisturbed turn as well, and the pair would show no difference. So what is stuck is stuck in the
 * process that is disturbed, from one of its turns to the next, as it would be at a host's, and the other has never met trouble. Between its turns a
 * process has nothing to do, so that stuck workers come free in half as many turns; that is to the favour of all sides alike. What two processes differ by
 * that do the same is measured, too: the library has one more that is undisturbed.
 *
 * <p>All share one stub. What it writes to those it keeps waiting costs it the same time in either turn.
 */
final class NeighboursMeasurement {
    /** Far below what the machine could do, so that messages wait for workers that are stuck, not for each other. */
    private static final int MESSAGES_PER_SECOND = 600;

    private static final int WARM_UP_MESSAGES = 4;
    private static final int WARM_UP_PER_SECOND = 4_000;
    private static final int ONSET_PARTS = 4;
    private static final String HEAP = "512m";
    private static final Aim THROUGHPUT = Aim.throughputAtLeast(0.95);
    private static final Aim P99 = Aim.p99AtMost(1.05);

    private final SystemPlan plan;
    private final URI stub;
    private final Random random;
    private final Table rest;
    private final Table onset;
    private final Table troubled;

    private NeighboursMeasurement(SystemPlan plan, URI stub) {
        this.plan = plan;
        this.stub = stub;
        this.random = new Random(plan.seed());
        this.rest = Table.of(
                "The rest of " + Traffic.TENANTS + " tenants while three are in trouble, " + NeighboursNode.WORKERS
                        + " workers, " + MESSAGES_PER_SECOND + " messages a second",
                "by way of",
                "messages/s, undisturbed",
                "messages/s, disturbed",
                "throughput, disturbed : undisturbed",
                THROUGHPUT.toString(),
                "median ms, undisturbed",
                "median ms, disturbed",
                "p99 ms, undisturbed",
                "p99 ms, disturbed",
                "p99, disturbed : undisturbed",
                P99.toString(),
                "failed, undisturbed",
                "failed, disturbed");
        List<String> parts = new ArrayList<>(List.of("by way of"));
        for (int part = 0; part < ONSET_PARTS; part++) {
            parts.add(String.format(
                    Locale.ROOT, "messages/s, %.1f to %.1f s", partSeconds() * part, partSeconds() * (part + 1)));
        }
        parts.add("of what was due");
        this.onset =
                Table.of("The rest, from the moment at which the three get into trouble", parts.toArray(String[]::new));
        this.troubled = Table.of(
                "What callers of the three got",
                "by way of",
                "instance",
                "messages",
                "end within " + Fates.AT_ONCE_MILLIS + " ms",
                "rejected",
                "unknown",
                "failed",
                "without an end",
                "s that one held a worker, mean",
                "s, longest");
    }

    /** Which process it is. */
    private enum Role {
        CALM,
        /** Undisturbed as well, for what the machine cannot tell. */
        CALM_AGAIN,
        DISTURBED;

        String condition() {
            return this == DISTURBED ? NeighboursNode.DISTURBED : NeighboursNode.CALM;
        }
    }

    static List<Table> run(SystemPlan plan, Servers servers) throws Exception {
        NeighboursMeasurement measurement =
                new NeighboursMeasurement(plan, servers.stub().address());
        for (Kind kind : Kind.values()) {
            measurement.measure(kind);
        }
        return measurement.tables();
    }

    private void measure(Kind kind) throws Exception {
        try (Opened opened = new Opened()) {
            Map<Role, JvmProcess> processes = new EnumMap<>(Role.class);
            for (Role role : Role.values()) {
                if (role != Role.CALM_AGAIN || kind == Kind.LIBRARY) {
                    processes.put(
                            role,
                            opened.add(JvmProcess.start(
                                    NeighboursNode.class.getName(), HEAP, Map.of(), kind.name(), stub.toString())));
                }
            }
            for (JvmProcess process : processes.values()) {
                process.answer();
            }
            warmUp(processes.values());
            JvmProcess disturbed = Objects.requireNonNull(processes.get(Role.DISTURBED));
            begin(kind, disturbed);
            Map<Role, List<PoolTurn>> turns = rounds(kind, processes);
            turns.keySet().stream().filter(role -> role != Role.CALM).forEach(role -> compare(kind, role, turns));
            for (Temper temper : Traffic.TROUBLES) {
                tellOf(kind, temper, Fates.Told.parse(disturbed.ask(NeighboursNode.FATES + " " + temper)));
            }
        }
    }

    /** Faster than in the turns that count, with all well. */
    private void warmUp(Iterable<JvmProcess> processes) throws IOException {
        for (int round = 0; round <= plan.warmUpRounds(); round++) {
            for (JvmProcess process : processes) {
                turn(process, Role.CALM, WARM_UP_MESSAGES * plan.messages(), WARM_UP_PER_SECOND);
            }
        }
    }

    /** Without a pause, until as many workers are stuck as will be. */
    private void begin(Kind kind, JvmProcess disturbed) throws IOException {
        List<Object> cells = new ArrayList<>(List.of(kind.title()));
        int messages = (int) (partSeconds() * MESSAGES_PER_SECOND);
        double taken = 0;
        for (int part = 0; part < ONSET_PARTS; part++) {
            PoolTurn turn = turn(disturbed, Role.DISTURBED, messages, MESSAGES_PER_SECOND);
            cells.add(turn.perSecond());
            taken += turn.taken();
        }
        cells.add(taken / (plan.seconds() * restPerSecond()));
        onset.row(cells.toArray());
    }

    /** How many come due that are for none of the three. */
    private static double restPerSecond() {
        return MESSAGES_PER_SECOND * (1 - Traffic.TROUBLES.size() / 100.0);
    }

    private double partSeconds() {
        return (double) plan.seconds() / ONSET_PARTS;
    }

    private Map<Role, List<PoolTurn>> rounds(Kind kind, Map<Role, JvmProcess> processes) throws IOException {
        Map<Role, List<PoolTurn>> turns = new EnumMap<>(Role.class);
        processes.keySet().forEach(role -> turns.put(role, new ArrayList<>()));
        List<Role> order = new ArrayList<>(processes.keySet());
        for (int round = 0; round < plan.rounds(); round++) {
            Collections.shuffle(order, random);
            for (Role role : order) {
                PoolTurn turn =
                        turn(Objects.requireNonNull(processes.get(role)), role, plan.messages(), MESSAGES_PER_SECOND);
                System.err.printf(
                        "%s, %s: %.0f messages/s, p99 %.2f ms%n",
                        kind.title(), role.condition(), turn.perSecond(), p99Millis(turn));
                Objects.requireNonNull(turns.get(role)).add(turn);
            }
        }
        return turns;
    }

    private static PoolTurn turn(JvmProcess process, Role role, int messages, int perSecond) throws IOException {
        return PoolTurn.parse(process.ask(role.condition() + " " + messages + " " + perSecond));
    }

    private void compare(Kind kind, Role role, Map<Role, List<PoolTurn>> turns) {
        List<PoolTurn> calm = Objects.requireNonNull(turns.get(Role.CALM));
        List<PoolTurn> other = Objects.requireNonNull(turns.get(role));
        Interval throughput = ratios(other, calm, PoolTurn::perSecond);
        Interval p99 = ratios(other, calm, NeighboursMeasurement::p99Millis);
        boolean isControl = role == Role.CALM_AGAIN;
        rest.row(
                isControl ? kind.title() + ", undisturbed twice" : kind.title(),
                median(calm, PoolTurn::perSecond),
                median(other, PoolTurn::perSecond),
                throughput,
                isControl ? "" : verdict(THROUGHPUT, throughput),
                median(calm, NeighboursMeasurement::medianMillis),
                median(other, NeighboursMeasurement::medianMillis),
                median(calm, NeighboursMeasurement::p99Millis),
                median(other, NeighboursMeasurement::p99Millis),
                p99,
                isControl ? "" : verdict(P99, p99),
                calm.stream().mapToInt(PoolTurn::failed).sum(),
                other.stream().mapToInt(PoolTurn::failed).sum());
    }

    private static String verdict(Aim aim, Interval interval) {
        return aim.judge(interval).name().toLowerCase(Locale.ROOT);
    }

    private static double medianMillis(PoolTurn turn) {
        return turn.latency().medianNanos() / 1e6;
    }

    private static double p99Millis(PoolTurn turn) {
        return turn.latency().p99Nanos() / 1e6;
    }

    private static double median(List<PoolTurn> turns, ToDoubleFunction<PoolTurn> value) {
        return DrainMeasurement.median(turns.stream().mapToDouble(value).toArray());
    }

    private static Interval ratios(List<PoolTurn> turns, List<PoolTurn> others, ToDoubleFunction<PoolTurn> value) {
        double[] ratios = new double[turns.size()];
        Arrays.setAll(ratios, pair -> value.applyAsDouble(turns.get(pair)) / value.applyAsDouble(others.get(pair)));
        return Interval.ofMedian(ratios);
    }

    private void tellOf(Kind kind, Temper temper, Fates.Told told) {
        troubled.row(
                kind.title(),
                temper.name().toLowerCase(Locale.ROOT),
                told.messages(),
                told.atOnce(),
                told.rejected(),
                told.unknown(),
                told.failed(),
                told.messages() - told.ended(),
                told.meanSeconds(),
                told.longestSeconds());
    }

    private List<Table> tables() {
        return List.of(
                rest.remark(String.format(
                                Locale.ROOT,
                                "Medians of %d turns of %.1f s; latency from the moment at which a message was due. Of 100"
                                        + " messages %d are for the three, in the undisturbed turns as well, where nothing"
                                        + " ails them; of the rest %.0f a second are due.",
                                plan.rounds(),
                                (double) plan.messages() / MESSAGES_PER_SECOND,
                                Traffic.TROUBLES.size(),
                                restPerSecond()))
                        .remark(
                                "A message that was due in a turn and had no end in it counts with what it had waited, and is"
                                        + " given up: no latency is longer than a turn.")
                        .remark("An aim is missed if the whole interval lies outside."),
                onset.remark(
                        "Before the turns above, without a pause; what is due in a part and has no end in it is given up."),
                troubled.remark("In all disturbed turns, and between them. Without an end: a worker still waits."));
    }
}
