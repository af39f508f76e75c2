package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.DeliveryReport;
import io.smartqueue.ultramsg.message.DeliveryState;
import io.smartqueue.ultramsg.message.Reference;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.webhook.EventKey;
import io.smartqueue.ultramsg.webhook.WebhookHandler;
import io.smartqueue.ultramsg.webhook.WebhookKeys;
import io.smartqueue.ultramsg.webhook.WebhookReply;
import io.smartqueue.ultramsg.webhook.WebhookRequest;
import io.smartqueue.ultramsg.webhook.WebhookSettings;
import io.smartqueue.ultramsg.webhook.WebhookStore.Intake;
import io.smartqueue.ultramsg.webhook.Webhooks;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** What UltraMsg posts, from the host's route to the answer, on PostgreSQL, beside an insert or an update by hand. */
final class InboundComparisons {
    private static final int THREADS = 8;
    private static final int CUSTOMERS = 10;
    private static final Duration LEASE = Duration.ofSeconds(15);

    private static final String EMPTY = "truncate ultramsg_webhook_events, ultramsg_conversations, ultramsg_messages,"
            + " bare.events, bare.messages";

    /** As direct sends leave them; queue ids and references are numbers of their organization. */
    private static final String OUR_MESSAGES = """
            insert into ultramsg_messages (organization_id, reference, content_hash, recipient, state, instance_id, queue_id,
                attempts, quota_day, created_at, lease_until, settled_at)
            select id, 'order-' || message, repeat('0', 64), '15550001111@c.us', 'accepted', 'instance' || id, message::text,
                1, current_date, now(), now(), now()
            from generate_series(1, %d) as message, generate_series(1, %d) as id""";

    private static final String BARE_MESSAGES = """
            insert into bare.messages (organization_id, reference)
            select id, 'order-' || message from generate_series(1, %d) as message, generate_series(1, %d) as id""";

    /** An event of UltraMsg's, but for what stands where two dots are in it. */
    private static final String[] EVENT = """
            {"event_type":"..","instanceId":"..",..,
             "hash":"0123456789abcdef0123456789abcdef",
             "data":{"id":"..","from":"..@c.us","to":"15550002222@c.us","author":"","pushname":"Ann",
              "ack":"..","type":"chat","body":"Do you have a table for two tonight?","media":"",
              "fromMe":..,"self":false,"isForwarded":false,"isMentioned":false,
              "quotedMsg":{},"mentionedIds":[],"time":..}}""".split("\\.\\.", -1);

    private InboundComparisons() {}

    static Comparison intake(Servers servers, Opened opened) throws Exception {
        BareInbound bare = bare(servers, opened);
        Route route = route(servers, opened);
        AtomicLong ours = new AtomicLong();
        AtomicLong others = new AtomicLong();

        return Comparison.of(
                        "webhooks().receive",
                        () -> route.take(Organizations.anyKey(), ours.incrementAndGet(), WebhookReply.HANDLED),
                        "INSERT … ON CONFLICT DO NOTHING",
                        () -> require(bare.insert(Organizations.anyKey(), eventId(others.incrementAndGet()))))
                .threads(THREADS);
    }

    /** Each organization's event was handled before: what UltraMsg repeats. */
    static Comparison repeated(Servers servers, Opened opened) throws Exception {
        BareInbound bare = bare(servers, opened);
        Route route = route(servers, opened);
        for (long organization = 1; organization <= Organizations.COUNT; organization++) {
            route.take(organization, 0, WebhookReply.HANDLED);
            require(bare.insert(organization, eventId(0)));
        }

        return Comparison.of(
                        "webhooks().receive of what was handled",
                        () -> route.take(Organizations.anyKey(), 0, WebhookReply.DUPLICATE),
                        "INSERT … ON CONFLICT DO NOTHING",
                        () -> require(!bare.insert(Organizations.anyKey(), eventId(0))))
                .threads(THREADS);
    }

    /** De-duplication alone: nothing is read, nobody is told, and the event stays begun. */
    static Comparison claim(Servers servers, Opened opened) throws Exception {
        BareInbound bare = bare(servers, opened);
        PostgresTenantStore store = opened.add(
                servers.database().store(opened.add(servers.database().servingPool())));
        AtomicLong ours = new AtomicLong();
        AtomicLong others = new AtomicLong();

        return Comparison.of(
                        "webhooks().begin of the store",
                        () -> require(
                                store.webhooks().begin(Organizations.any(), eventKey(ours.incrementAndGet()), LEASE)
                                        instanceof Intake.First),
                        "INSERT … ON CONFLICT DO NOTHING",
                        () -> require(bare.insert(Organizations.anyKey(), eventId(others.incrementAndGet()))))
                .threads(THREADS);
    }

    /**
     * Each operation brings a message one step further: all of them to WhatsApp, then all to the server, and so on.
     *
     * @param messages how many each organization has, of which each takes five steps
     */
    static Comparison ack(int messages, Servers servers, Opened opened) throws Exception {
        BareInbound bare = bareWithMessages(messages, servers, opened);
        PostgresTenantStore store = opened.add(
                servers.database().store(opened.add(servers.database().servingPool())));
        Acks ours = new Acks(messages);
        Acks others = new Acks(messages);

        return Comparison.of(
                        "messages().report",
                        () -> {
                            Ack next = ours.next();
                            return require(store.messages()
                                            .report(OrganizationId.of(next.organization()), List.of(next.report()))
                                            .size()
                                    == 1);
                        },
                        "UPDATE",
                        () -> {
                            Ack next = others.next();
                            return require(bare.update(next.organization(), next.reference(), next.word()));
                        })
                .threads(THREADS);
    }

    /** The same, from the host's route on. */
    static Comparison ackIntake(int messages, Servers servers, Opened opened) throws Exception {
        BareInbound bare = bareWithMessages(messages, servers, opened);
        Route route = route(servers, opened);
        opened.add(() -> requireThatAcksCount(servers.database()));
        Acks ours = new Acks(messages);
        Acks others = new Acks(messages);

        return Comparison.of(
                        "webhooks().receive of an ack",
                        () -> route.take(ours.next()),
                        "INSERT … ON CONFLICT DO NOTHING, UPDATE",
                        () -> {
                            Ack next = others.next();
                            return require(bare.take(next.organization(), next.event(), next.reference(), next.word()));
                        })
                .threads(THREADS);
    }

    /** The answer alone does not tell. */
    private static void requireThatAcksCount(TenantDatabase database) throws SQLException {
        if (database.number("select count(*) from ultramsg_messages where delivery is not null") == 0) {
            throw new IllegalStateException("acks were answered, and no message has come further for them");
        }
    }

    private static BareInbound bare(Servers servers, Opened opened) throws Exception {
        TenantDatabase database = servers.database();
        BareInbound bare = new BareInbound(opened.add(database.barePool()));
        database.execute(EMPTY);
        opened.add(() -> database.execute(EMPTY)); // what others find is theirs
        return bare;
    }

    private static BareInbound bareWithMessages(int messages, Servers servers, Opened opened) throws Exception {
        BareInbound bare = bare(servers, opened);
        servers.database()
                .execute(
                        OUR_MESSAGES.formatted(messages, Organizations.COUNT),
                        BARE_MESSAGES.formatted(messages, Organizations.COUNT),
                        "vacuum analyze ultramsg_messages",
                        "vacuum analyze bare.messages");
        return bare;
    }

    private static Route route(Servers servers, Opened opened) throws Exception {
        WebhookKeys keys = WebhookKeys.parse(servers.database().webhookKeys());
        UltraMessageInstanceManager manager = opened.add(SendComparisons.builder(opened.add(
                        servers.database().store(opened.add(servers.database().servingPool()))))
                .webhooks(WebhookSettings.builder(keys, new WebhookHandler() {}).build())
                .build());
        return new Route(manager.webhooks(), keys);
    }

    private static String eventId(long number) {
        return "3EB0" + HexFormat.of().toHexDigits(number);
    }

    private static EventKey eventKey(long number) {
        return new EventKey("0".repeat(48) + HexFormat.of().toHexDigits(number));
    }

    private static boolean require(boolean done) {
        if (!done) {
            throw new IllegalStateException("it was not done");
        }
        return true;
    }

    /** The host's route: what its framework would hand over, and UltraMsg would be answered. */
    private static final class Route {
        private final Webhooks webhooks;
        private final Map<Long, String> secrets;

        Route(Webhooks webhooks, WebhookKeys keys) {
            this.webhooks = webhooks;
            this.secrets = Organizations.all().stream()
                    .collect(Collectors.toMap(
                            organization -> Long.valueOf(organization.value()),
                            organization -> keys.issue(organization, Instant.now())));
        }

        WebhookReply take(long organization, long number, WebhookReply expected) {
            int customer = number == 0 ? 0 : ThreadLocalRandom.current().nextInt(CUSTOMERS);
            String from = "1555000100" + customer;
            String body = filled(
                    "message_received",
                    organization,
                    "\"id\":\"\",\"referenceId\":\"\"",
                    "false_" + from + "@c.us_" + eventId(number),
                    from,
                    "",
                    "false");
            return take(organization, body, expected);
        }

        WebhookReply take(Ack ack) {
            String body = filled(
                    "message_ack",
                    ack.organization(),
                    "\"id\":\"" + ack.message() + "\",\"referenceId\":\"" + ack.reference() + "\"",
                    "true_15550001111@c.us_" + eventId(ack.message()),
                    "15550001111",
                    ack.word(),
                    "true");
            return take(ack.organization(), body, WebhookReply.HANDLED);
        }

        /** Strings put together, since this is part of what is measured. */
        private static String filled(
                String event, long organization, String ids, String message, String from, String ack, String fromMe) {
            return EVENT[0]
                    + event
                    + EVENT[1]
                    + organization
                    + EVENT[2]
                    + ids
                    + EVENT[3]
                    + message
                    + EVENT[4]
                    + from
                    + EVENT[5]
                    + ack
                    + EVENT[6]
                    + fromMe
                    + EVENT[7]
                    + System.currentTimeMillis() / 1000
                    + EVENT[8];
        }

        private WebhookReply take(long organization, String body, WebhookReply expected) {
            WebhookReply reply = webhooks.receive(WebhookRequest.post(
                    Objects.requireNonNull(secrets.get(organization)), body.getBytes(StandardCharsets.UTF_8)));
            require(reply == expected);
            return reply;
        }
    }

    /** Every step of every message, one after the other. */
    private static final class Acks {
        private static final List<Step> STEPS = List.of(
                new Step(DeliveryState.SENT, "pending"),
                new Step(DeliveryState.ON_SERVER, "server"),
                new Step(DeliveryState.DELIVERED, "device"),
                new Step(DeliveryState.READ, "read"),
                new Step(DeliveryState.PLAYED, "played"));

        private final long messages;
        private final AtomicLong given = new AtomicLong();

        Acks(int messagesOfEach) {
            this.messages = (long) messagesOfEach * Organizations.COUNT;
        }

        /** Neighbours are of different organizations, as they are where many write. */
        Ack next() {
            long number = given.getAndIncrement();
            long step = number / messages;
            if (step >= STEPS.size()) {
                throw new IllegalStateException(
                        "all messages are played: this run is too long for " + messages + " of them");
            }
            long message = number % messages;
            return new Ack(1 + message % Organizations.COUNT, 1 + message / Organizations.COUNT, STEPS.get((int) step));
        }
    }

    private record Step(DeliveryState state, String word) {}

    /**
     * What is told of a message.
     *
     * @param message its number among those of its organization
     */
    private record Ack(long organization, long message, Step step) {
        String reference() {
            return "order-" + message;
        }

        String word() {
            return step.word();
        }

        String event() {
            return eventId(message) + "/" + word();
        }

        DeliveryReport report() {
            return new DeliveryReport(
                    Reference.of(reference()),
                    null,
                    InstanceId.parse(Long.toString(organization)),
                    step.state(),
                    Instant.now());
        }
    }
}
