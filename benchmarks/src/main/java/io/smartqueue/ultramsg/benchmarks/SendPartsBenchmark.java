package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.TokenSeal;
import io.smartqueue.ultramsg.quota.QuotaDecision;
import io.smartqueue.ultramsg.testkit.InMemoryTenantStore;
import io.smartqueue.ultramsg.usage.Latencies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.net.URI;
import java.time.Clock;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * Parts of a send that need no network, as far as they can be reached from outside. Encoding the form and reading the reply
 * cannot; the paired comparison of sends has them in it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SendPartsBenchmark {
    private final Clock clock = Clock.systemUTC();
    private final InMemoryTenantStore store = SendComparisons.inMemory(URI.create("http://127.0.0.1:9"));
    private final TokenSeal seal =
            TokenSeal.withKeys("first:" + Base64.getEncoder().encodeToString(new byte[32]));
    private final OrganizationId organization = OrganizationId.of(1);
    private final AccessToken token = AccessToken.of(Texts.TOKEN);
    private final String sealed = seal.seal(organization, token);
    private final UltraMessageInstanceManager manager = SendComparisons.manager(store);
    private final OrganizationId suspended = OrganizationId.of("suspended");
    private final Latencies.Recorder latencies = Latencies.recorder();

    /** An organization whose messages go nowhere. */
    @Setup
    public void suspend() {
        URI nowhere = URI.create("http://127.0.0.1:9");
        store.add(
                suspended,
                SendComparisons.config(OrganizationId.of(Organizations.COUNT + 1), nowhere).toBuilder()
                        .status(InstanceStatus.SUSPENDED)
                        .build());
    }

    /** Gives the manager's threads back. */
    @TearDown
    public void close() {
        manager.close();
    }

    /** Reads a recipient as typed. */
    @Benchmark
    public Recipient recipient() {
        return Recipient.parse(Texts.RECIPIENT);
    }

    /** Reads a recipient and checks the text. */
    @Benchmark
    public TextMessage message() {
        return TextMessage.of(Recipient.parse(Texts.RECIPIENT), Texts.MESSAGE);
    }

    /** Makes a reference. */
    @Benchmark
    public Reference reference() {
        return Reference.next(clock);
    }

    /** Takes a place in a daily limit kept in memory: the part of the in-memory comparison that is the testkit's. */
    @Benchmark
    public QuotaDecision reservationInMemory() {
        return store.quotas().reserve(Organizations.any());
    }

    /** Opens a sealed token, as each read of a configuration does. */
    @Benchmark
    public AccessToken openToken() {
        return seal.open(organization, sealed);
    }

    /** Seals a token, as each write of one does. */
    @Benchmark
    public String sealToken() {
        return seal.seal(organization, token);
    }

    /**
     * A send that ends where its organization may not send: the configuration looked up, a reference, the outcome, and what is counted of
     * it. So the counting of a message costs less than this.
     */
    @Benchmark
    public SendResult rejectedSend() {
        return manager.sendMessage(suspended, Texts.RECIPIENT, Texts.MESSAGE);
    }

    /** Counts how long a send took, the largest part of what usage counts of one. */
    @Benchmark
    public Latencies.Recorder countedLatency() {
        latencies.recordMillis(300);
        return latencies;
    }
}
