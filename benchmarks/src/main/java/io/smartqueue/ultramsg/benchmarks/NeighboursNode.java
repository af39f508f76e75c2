package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.benchmarks.Fates.Fate;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.InMemoryTenantStore;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A process that sends for a thousand tenants by one pool of workers. Each line of its input asks for something: a turn, which it tells the
 * outcome of, or what has become of those messages so far that were for a tenant in trouble. It ends with its input.
 */
public final class NeighboursNode {
    /** A turn in which all tenants are well; with the number of messages, and how many a second. */
    static final String CALM = "calm";
    /** A turn in which three of them are in trouble. */
    static final String DISTURBED = "disturbed";
    /** With which of the three. */
    static final String FATES = "fates";

    static final int WORKERS = 32;

    private final WorkerPool pool = new WorkerPool(WORKERS);
    private final Map<Temper, Fates> fates = new EnumMap<>(Temper.class);
    private final Sender sender;

    private NeighboursNode(Sender sender) {
        this.sender = sender;
        Traffic.TROUBLES.forEach(temper -> fates.put(temper, new Fates()));
    }

    /** Sends one message. */
    @FunctionalInterface
    interface Sender {
        /**
         * Sends it.
         *
         * @param tenant whose it is, counted from 0
         * @param temper how his instance is; if it is not quick, he is the one of this temper, and the number says nothing
         */
        Fate send(int tenant, Temper temper) throws Exception;
    }

    /** What can be chosen from. */
    enum Kind {
        LIBRARY("this library"),
        TWILIO("Twilio's SDK, a client for each tenant"),
        JDK("java.net.http, one client, 15 s for each request"),
        APACHE("Apache HttpClient 5, one pool, 30 s for each read");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /**
     * Serves until standard input ends.
     *
     * @param args kind, and where the stub is
     * @throws IOException if what is asked for cannot be read
     */
    public static void main(String[] args) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        NeighboursNode node = new NeighboursNode(sender(Kind.valueOf(args[0]), URI.create(args[1])));
        System.out.println("opened");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(node.answer(line.split(" ")));
        }
        System.exit(0);
    }

    private String answer(String... words) {
        return switch (words[0]) {
            case CALM -> turn(this::sendToTheWell, words).line();
            case DISTURBED -> turn(this::sendAsTheyAre, words).line();
            case FATES -> of(Temper.valueOf(words[1])).told().line();
            default -> throw new IllegalArgumentException("nobody knows " + words[0]);
        };
    }

    private PoolTurn turn(WorkerPool.Sending sending, String... words) {
        return pool.run(sending, Traffic::isForTheRest, Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    }

    private Fates of(Temper temper) {
        return Objects.requireNonNull(fates.get(temper));
    }

    private void sendToTheWell(int message) throws Exception {
        int troubled = Traffic.troubled(message);
        if (troubled < 0) {
            sendToAnyOfTheRest();
        } else {
            sender.send(troubled, Temper.QUICK);
        }
    }

    private void sendAsTheyAre(int message) throws Exception {
        int troubled = Traffic.troubled(message);
        if (troubled < 0) {
            sendToAnyOfTheRest();
        } else {
            sendInTrouble(troubled, Traffic.TROUBLES.get(troubled));
        }
    }

    private void sendToAnyOfTheRest() throws Exception {
        int tenant = ThreadLocalRandom.current().nextInt(Traffic.TROUBLES.size(), Traffic.TENANTS);
        Fate fate = sender.send(tenant, Temper.QUICK);
        if (fate != Fate.TAKEN) {
            throw new IOException("the message came to be " + fate);
        }
    }

    private void sendInTrouble(int tenant, Temper temper) {
        long start = System.nanoTime();
        of(temper).began();
        Fate fate;
        try {
            fate = sender.send(tenant, temper);
        } catch (Exception e) {
            fate = Fate.FAILED;
        }
        of(temper).ended(fate, System.nanoTime() - start);
    }

    private static Sender sender(Kind kind, URI stub) {
        return switch (kind) {
            case LIBRARY -> library(stub);
            case TWILIO -> twilio(stub);
            case JDK -> {
                BareClient client = new BareClient(stub);
                yield (tenant, temper) -> taken(client.postTo(instance(tenant, temper)));
            }
            case APACHE -> {
                ApachePeer client = new ApachePeer(stub);
                yield (tenant, temper) -> taken(client.postTo(instance(tenant, temper)));
            }
        };
    }

    private static String instance(int tenant, Temper temper) {
        return temper == Temper.QUICK ? "instance" + (tenant + 1) : temper.instance();
    }

    private static Sender library(URI stub) {
        InMemoryTenantStore store = SendComparisons.inMemory(stub);
        Traffic.TROUBLES.forEach(temper -> store.add(
                inTrouble(temper),
                SendComparisons.config(inTrouble(temper), stub).toBuilder()
                        .instanceId(temper.instance())
                        .build()));
        UltraMessageInstanceManager manager = SendComparisons.manager(store);
        return (tenant, temper) -> fate(manager.sendMessage(
                temper == Temper.QUICK ? Organizations.all().get(tenant) : inTrouble(temper),
                Texts.RECIPIENT,
                Texts.MESSAGE));
    }

    private static OrganizationId inTrouble(Temper temper) {
        return OrganizationId.of(temper.instance());
    }

    private static Fate fate(SendResult result) {
        if (result instanceof SendResult.Unknown) {
            return Fate.UNKNOWN;
        }
        return result instanceof SendResult.Rejected ? Fate.REJECTED : Fate.TAKEN;
    }

    private static Sender twilio(URI stub) {
        TwilioPeer well = TwilioPeer.apart(stub);
        well.addTenants(Traffic.TENANTS);
        TwilioPeer inTrouble = TwilioPeer.apart(stub);
        Traffic.TROUBLES.forEach(inTrouble::add);
        return (tenant, temper) -> {
            if (temper == Temper.QUICK) {
                well.send(tenant);
            } else {
                inTrouble.send(Traffic.TROUBLES.indexOf(temper));
            }
            return Fate.TAKEN;
        };
    }

    /** What peers return was taken; all else they throw. */
    private static Fate taken(Object reply) {
        Objects.requireNonNull(reply);
        return Fate.TAKEN;
    }
}
