package io.smartqueue.ultramsg.benchmarks;

import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.api.HttpSettings;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.InMemoryTenantStore;

import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A message, from the call to the answer, beside a POST by hand. */
final class SendComparisons {
    private static final Aim[] AIMS = {Aim.throughputAtLeast(0.95), Aim.allocationAtMost(1.15)};

    /** What row-level security leaves, see ADR 28. */
    private static final Aim[] AIMS_ON_POSTGRES = {Aim.throughputAtLeast(0.75), Aim.allocationAtMost(1.2)};

    private static final AtomicLong KEY = new AtomicLong();

    private SendComparisons() {}

    /** What the harness makes of no difference at all. */
    static Comparison control(Servers servers, Opened opened, int threads) throws Exception {
        BareClient one = opened.add(new BareClient(servers.stub().address()));
        BareClient another = opened.add(new BareClient(servers.stub().address()));

        return Comparison.of("HttpClient.send", one::post, "HttpClient.send", another::post)
                .threads(threads);
    }

    static Comparison inMemory(Servers servers, Opened opened, int threads) throws Exception {
        URI stub = servers.stub().address();
        UltraMessageInstanceManager manager = opened.add(manager(inMemory(stub)));
        BareClient client = opened.add(new BareClient(stub));

        return Comparison.of("sendMessage", () -> send(manager), "HttpClient.send", client::post)
                .threads(threads)
                .aimingAt(AIMS);
    }

    /** The recipient was read beforehand, as the other side's was. */
    static Comparison toRecipient(Servers servers, Opened opened, int threads) throws Exception {
        URI stub = servers.stub().address();
        UltraMessageInstanceManager manager = opened.add(manager(inMemory(stub)));
        BareClient client = opened.add(new BareClient(stub));
        TextMessage message = TextMessage.of(Recipient.parse(Texts.RECIPIENT), Texts.MESSAGE);

        return Comparison.of(
                        "send",
                        () -> taken(manager.send(Organizations.any(), message, SendOptions.defaults())),
                        "HttpClient.send",
                        client::post)
                .threads(threads)
                .aimingAt(AIMS);
    }

    static Comparison onPostgres(Servers servers, Opened opened, int threads) throws Exception {
        URI stub = servers.stub().address();
        TenantDatabase database = servers.database();
        database.sendTo(stub);
        UltraMessageInstanceManager manager =
                opened.add(manager(opened.add(database.store(opened.add(database.servingPool())))));
        BareClient client = opened.add(new BareClient(stub));
        BareTable table = new BareTable(opened.add(database.barePool()));

        return Comparison.of("sendMessage", () -> send(manager), "UPDATE … RETURNING, HttpClient.send", () -> {
                    table.reserve(Organizations.anyKey());
                    return client.post();
                })
                .threads(threads)
                .aimingAt(AIMS_ON_POSTGRES);
    }

    /** A key that sends it once, all messages and their texts logged, health asked for: what a host can have without a queue. */
    static Comparison everythingOn(Servers servers, Opened opened, int threads) throws Exception {
        URI stub = servers.stub().address();
        TenantDatabase database = servers.database();
        database.sendTo(stub);
        UltraMessageInstanceManager manager = opened.add(
                UltraMessageInstanceManager.builder(opened.add(database.store(opened.add(database.servingPool()))))
                        .allowedHosts(AllowedHosts.anyIncludingLocal())
                        .logAllMessages()
                        .logTexts()
                        .build());
        BareClient client = opened.add(new BareClient(stub));
        BareTable table = new BareTable(opened.add(database.barePool()));
        TextMessage message = TextMessage.of(Recipient.parse(Texts.RECIPIENT), Texts.MESSAGE);

        return Comparison.of(
                        "send, everything on",
                        () -> taken(manager.send(Organizations.any(), message, keyed())),
                        "UPDATE … RETURNING, HttpClient.send",
                        () -> {
                            table.reserve(Organizations.anyKey());
                            return client.post();
                        })
                .threads(threads);
    }

    /** What it costs that a message is sent once: both sides are the library's. */
    static Comparison keyed(Servers servers, Opened opened, int threads) throws Exception {
        TenantDatabase database = servers.database();
        database.sendTo(servers.stub().address());
        UltraMessageInstanceManager manager =
                opened.add(manager(opened.add(database.store(opened.add(database.servingPool())))));
        TextMessage message = TextMessage.of(Recipient.parse(Texts.RECIPIENT), Texts.MESSAGE);

        return Comparison.of(
                        "send with an idempotency key",
                        () -> taken(manager.send(Organizations.any(), message, keyed())),
                        "send without one",
                        () -> taken(manager.send(Organizations.any(), message, SendOptions.defaults())))
                .threads(threads);
    }

    /** What it costs that every message is in the log: both sides are the library's. */
    static Comparison logged(Servers servers, Opened opened, int threads) throws Exception {
        TenantDatabase database = servers.database();
        database.sendTo(servers.stub().address());
        TenantStore store = opened.add(database.store(opened.add(database.servingPool())));
        UltraMessageInstanceManager logging =
                opened.add(builder(store).logAllMessages().build());
        UltraMessageInstanceManager plain = opened.add(manager(store));

        return Comparison.of("send, all messages logged", () -> send(logging), "send", () -> send(plain))
                .threads(threads);
    }

    /** What configuration, route, limit, bulkhead and circuit add to a message that goes straight to its instance. */
    static Comparison managed(Servers servers, Opened opened, int threads) throws Exception {
        URI stub = servers.stub().address();
        UltraMessageInstanceManager manager = opened.add(manager(inMemory(stub)));
        UltraMsgHttp http = opened.add(UltraMsgHttp.open(HttpSettings.defaults(), AllowedHosts.anyIncludingLocal()));
        Map<OrganizationId, UltraMsgClient> clients = Organizations.all().stream()
                .collect(Collectors.toMap(
                        Function.identity(),
                        organization -> http.client(new InstanceCredentials(
                                InstanceId.parse("instance" + organization), AccessToken.of(Texts.TOKEN), stub))));
        TextMessage message = TextMessage.of(Recipient.parse(Texts.RECIPIENT), Texts.MESSAGE);

        return Comparison.of(
                        "send",
                        () -> taken(manager.send(Organizations.any(), message, SendOptions.defaults())),
                        "UltraMsgClient's send",
                        () -> taken(Objects.requireNonNull(clients.get(Organizations.any()))
                                .messages()
                                .send(message, SendOptions.defaults())))
                .threads(threads)
                .aimingAt(Aim.throughputAtLeast(0.97));
    }

    private static SendOptions keyed() {
        return SendOptions.builder()
                .idempotencyKey(IdempotencyKey.of("key/" + KEY.incrementAndGet()))
                .build();
    }

    static UltraMessageInstanceManager manager(TenantStore store) {
        return builder(store).build();
    }

    /** Nobody asks instances how they are while something else is measured. */
    static UltraMessageInstanceManager.Builder builder(TenantStore store) {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .withoutHealthChecks();
    }

    static InMemoryTenantStore inMemory(URI stub) {
        InMemoryTenantStore store = InMemoryTenantStore.create();
        Organizations.all().forEach(organization -> store.add(organization, config(organization, stub)));
        return store;
    }

    /** Each has an instance of its own, and so room of its own before it. */
    static ConfigDraft config(OrganizationId organization, URI stub) {
        return ConfigDraft.builder()
                .instanceId("instance" + organization)
                .token(Texts.TOKEN)
                .baseUrl(stub.toString())
                .status(InstanceStatus.ACTIVE)
                .dailyLimit(Organizations.DAILY_LIMIT)
                .timeZone("Europe/Berlin")
                .build();
    }

    static SendResult send(UltraMessageInstanceManager manager) throws LostReply {
        return taken(manager.sendMessage(Organizations.any(), Texts.RECIPIENT, Texts.MESSAGE));
    }

    static SendResult taken(SendResult result) throws LostReply {
        if (result instanceof SendResult.Unknown unknown && unknown.cause().contains("(IOException)")) {
            throw new LostReply(unknown.cause());
        }
        return result.orThrow();
    }
}
