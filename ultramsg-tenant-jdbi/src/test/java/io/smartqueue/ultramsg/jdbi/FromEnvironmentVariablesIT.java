package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.EnvironmentMove;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.EnvironmentImport;
import io.smartqueue.ultramsg.admin.EnvironmentReport;
import io.smartqueue.ultramsg.admin.SharingUpdate;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.EnvironmentInstance;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.OutboxSettings;
import io.smartqueue.ultramsg.outbox.Pace;
import io.smartqueue.ultramsg.testkit.ReceivedMessage;
import io.smartqueue.ultramsg.testkit.StubInstance;
import io.smartqueue.ultramsg.testkit.UltraMsgExtension;
import io.smartqueue.ultramsg.testkit.UltraMsgServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** A service that sends for five organizations all the time walks through docs/from-environment-variables.md, on two nodes. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith({PostgresExtension.class, UltraMsgExtension.class})
class FromEnvironmentVariablesIT {
    private static final Guide GUIDE = new Guide("from-environment-variables.md");
    private static final Actor.Operator OPERATOR = Actor.operator("joe@example.com");
    private static final String NUMBER = "+15550001111";

    private final OrganizationId bakery = OrganizationId.of(UUID.randomUUID());
    private final OrganizationId cafe = OrganizationId.of(UUID.randomUUID());
    private final OrganizationId deli = OrganizationId.of(UUID.randomUUID());
    private final OrganizationId florist = OrganizationId.of(UUID.randomUUID());
    private final OrganizationId kiosk = OrganizationId.of(UUID.randomUUID());
    private final Map<OrganizationId, String> names =
            Map.of(bakery, "bakery", cafe, "cafe", deli, "deli", florist, "florist", kiosk, "kiosk");

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<OrganizationId, Sender> senders = new HashMap<>();
    private final List<String> queued = new ArrayList<>();
    private TestDatabase database;
    private UltraMsgServer ultraMsg;
    private StubInstance common;
    private Map<String, String> variables;

    /** Sends one text on behalf of an organization, and says whether it was taken. */
    @FunctionalInterface
    private interface Service {
        boolean send(OrganizationId organization, String text) throws Exception;
    }

    /** One organization's traffic: never stops, and remembers what it gave to whatever service there is. */
    private final class Sender extends Thread {
        private final OrganizationId organization;
        private final List<String> taken = Collections.synchronizedList(new ArrayList<>());
        private final List<String> failed = Collections.synchronizedList(new ArrayList<>());
        private volatile Service service;
        private volatile boolean isEnding;

        Sender(OrganizationId organization, Service service) {
            super("sender of the " + names.get(organization));
            this.organization = organization;
            this.service = service;
        }

        @Override
        public void run() {
            for (int i = 1; !isEnding; i++) {
                String text = names.get(organization) + " " + i;
                try {
                    (service.send(organization, text) ? taken : failed).add(text);
                } catch (Exception e) {
                    failed.add(text + ": " + e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5)); // others need the cores, too
            }
        }

        void goesOn() {
            int before = taken.size();
            Await.until(() -> taken.size() >= before + 5 || !failed.isEmpty());
            assertThat(failed).isEmpty();
        }

        void end() throws InterruptedException {
            isEnding = true;
            join();
        }
    }

    @BeforeEach
    void startTheOldService(@TestDatabase.Empty TestDatabase database, UltraMsgServer ultraMsg) throws SQLException {
        this.database = database;
        this.ultraMsg = ultraMsg;
        common = ultraMsg.addInstance("1150", "fake-t0ken-of-all");
        variables = Map.of(
                "ULTRAMSG_INSTANCE_ID", "instance1150",
                "ULTRAMSG_TOKEN", "fake-t0ken-of-all",
                "ULTRAMSG_BASE_URL", ultraMsg.baseUrl().toString());
        database.execute("CREATE TABLE organizations (id uuid PRIMARY KEY, name text NOT NULL)");
        for (Map.Entry<OrganizationId, String> organization : names.entrySet()) {
            database.execute("INSERT INTO organizations VALUES ('" + organization.getKey() + "', '"
                    + organization.getValue() + "')");
        }
        HttpClient http = HttpClient.newHttpClient();
        for (OrganizationId organization : names.keySet()) {
            Sender sender = new Sender(organization, (any, text) -> post(http, text));
            senders.put(organization, sender);
            sender.start();
        }
    }

    /** As services do that know one instance. */
    private boolean post(HttpClient http, String text) throws IOException, InterruptedException {
        URI address = URI.create(
                variables.get("ULTRAMSG_BASE_URL") + "/" + variables.get("ULTRAMSG_INSTANCE_ID") + "/messages/chat");
        String form = Map.of("token", variables.get("ULTRAMSG_TOKEN"), "to", NUMBER, "body", text).entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body().contains("\"sent\"");
    }

    @AfterEach
    void stop() throws Exception {
        for (Sender sender : senders.values()) {
            sender.end();
        }
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private UltraMessageInstanceManager node() throws SQLException {
        PostgresTenantStore store = PostgresTenantStore.builder(database.settings(database.servingLogin()))
                .tokenKeys(Keys.ONE)
                .build();
        open.add(store);
        UltraMessageInstanceManager node = UltraMessageInstanceManager.builder(store)
                .environment(EnvironmentInstance.of(variables))
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .configTimeToLive(Duration.ofHours(1)) // only notices bring news
                .outbox(OutboxSettings.builder()
                        .pace(new Pace(5, Duration.ofMillis(50)))
                        .mostAtUltraMsg(1_000_000) // the stub's queue stands still
                        .build())
                .build();
        open.add(node);
        node.outbox().start();
        return node;
    }

    private static Service through(UltraMessageInstanceManager node) {
        return (organization, text) ->
                node.sendMessage(organization, NUMBER, text).isAccepted();
    }

    /** On one node, whose lane may have its turn on the other. */
    private void queue(UltraMessageInstanceManager node) {
        names.forEach((organization, name) -> {
            if (!names.get(organization).equals("kiosk")) {
                String text = name + " queued " + queued.size();
                node.outbox()
                        .enqueue(
                                organization, TextMessage.of(Recipient.parse(NUMBER), text), EnqueueOptions.defaults());
                queued.add(text);
            }
        });
    }

    private void allGoOn() {
        senders.values().forEach(Sender::goesOn);
    }

    @Test
    void losesNoMessageAndSendsNoneTwiceOnTheWay() throws Exception {
        StubInstance ofDeli = ultraMsg.addInstance("2260", "fake-t0ken-of-deli");
        StubInstance ofFlorist = ultraMsg.addInstance("3370", "fake-t0ken-of-florist");
        Consumer<String> log = line -> {};
        List<String> sql = GUIDE.blocks("sql");
        assertThat(sql).hasSize(2);
        allGoOn();

        PostgresTenantStore.migrate(database.dataSource());
        database.execute(sql.get(0));
        allGoOn();

        UltraMessageInstanceManager whatsApp = node();
        UltraMessageInstanceManager otherNode = node();
        for (Sender sender : senders.values()) { // deployed to one after the other, the old code beside the new
            sender.service = through(whatsApp);
            sender.goesOn();
        }
        senders.get(cafe).service = through(otherNode);
        senders.get(deli).service = through(otherNode);
        queue(whatsApp);
        allGoOn();

        // docs: begin
        Actor.Operator ann = Actor.operator("ann@example.com"); // as it is to be recorded
        EnvironmentMove move = whatsApp.environment(ann);

        EnvironmentReport report = move.report();
        log.accept(report.summary()); // 5 organizations without an instance of their own send through instance1150, …
        report.served().forEach(organization -> log.accept(organization.value()));
        // docs: end
        assertThat(report.served()).containsExactlyInAnyOrderElementsOf(names.keySet());
        assertThat(database.query(sql.get(1))).hasSize(5);

        // docs: begin
        EnvironmentImport imported = move.importEnvironment(bakery);
        if (!imported.isImported()) { // nothing has changed
            log.accept(imported.toString()); // HeldByAnother, HasInstance, NothingToImport or NotSaved
        }
        // docs: end
        assertThat(imported.isImported()).isTrue();
        assertThat(otherNode.environment(OPERATOR).importEnvironment(cafe))
                .isEqualTo(new EnvironmentImport.HeldByAnother(List.of(bakery)));
        queue(otherNode);
        allGoOn();

        giveAnInstance(whatsApp, deli, "2260", "fake-t0ken-of-deli");
        senders.get(deli).goesOn();
        queue(whatsApp);
        giveAnInstance(otherNode, florist, "3370", "fake-t0ken-of-florist");
        queue(otherNode);
        allGoOn();
        assertThat(move.report().served()).containsExactlyInAnyOrder(cafe, kiosk);

        // docs: begin
        SharingUpdate shared = move.shareInstance(cafe, bakery);
        // docs: end
        assertThat(shared).isEqualTo(SharingUpdate.SAVED);
        queue(whatsApp);
        allGoOn();

        senders.remove(kiosk).end();
        // docs: begin
        whatsApp.administration(ann).suspend(kiosk);
        // docs: end
        // docs: begin
        boolean done = move.report().canBeRemoved();
        // docs: end
        assertThat(done).isTrue();
        assertThat(database.query(sql.get(1))).isEmpty();

        variables = Map.of();
        UltraMessageInstanceManager laterNode = node();
        senders.values().forEach(sender -> sender.service = through(laterNode));
        allGoOn();
        assertThat(through(laterNode).send(kiosk, "late")).isFalse();
        rotateTheOwnersToken(whatsApp);

        List<String> sent = new ArrayList<>();
        for (Sender sender : senders.values()) {
            sender.end();
            assertThat(sender.failed).as(sender.getName()).isEmpty();
        }
        Await.until(() -> received(common, ofDeli, ofFlorist).containsAll(queued));
        senders.values().forEach(sender -> sent.addAll(sender.taken));
        sent.addAll(queued);
        assertThat(received(common, ofDeli, ofFlorist).stream().filter(text -> !text.startsWith("kiosk")))
                .as("each once")
                .containsExactlyInAnyOrderElementsOf(sent);
        assertThat(received(ofDeli)).isNotEmpty().allMatch(text -> text.startsWith("deli "));
        assertThat(received(ofFlorist)).isNotEmpty().allMatch(text -> text.startsWith("florist "));
    }

    @Test
    void importsForOneOfTwoOrganizationsThatAskAtTheSameMoment() throws Exception {
        PostgresTenantStore.migrate(database.dataSource());
        Map<OrganizationId, EnvironmentMove> asking = Map.of(
                cafe, node().environment(OPERATOR),
                deli, node().environment(OPERATOR));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 10; round++) {
                CyclicBarrier start = new CyclicBarrier(2);
                Map<OrganizationId, Future<EnvironmentImport>> imports = new HashMap<>();
                asking.forEach((organization, move) -> imports.put(organization, threads.submit(() -> {
                    start.await();
                    return move.importEnvironment(organization);
                })));

                boolean isCafes = imports.get(cafe).get().isImported();
                assertThat(imports.get(isCafes ? deli : cafe).get())
                        .isEqualTo(new EnvironmentImport.HeldByAnother(List.of(isCafes ? cafe : deli)));
                database.execute("UPDATE organizations SET ultramsg_instance_id = NULL, ultramsg_token = NULL");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void letsNobodyHelpHimselfToAnothersInstance() throws Exception {
        PostgresTenantStore.migrate(database.dataSource());
        variables = Map.of();
        UltraMessageInstanceManager node = node();
        ultraMsg.addInstance("2260", "fake-t0ken-of-deli");
        giveAnInstance(node, deli, "2260", "fake-t0ken-of-deli");

        database.execute("UPDATE organizations SET instance_settings = '{\"instance_of\": \"" + deli
                + "\"}' WHERE id = '" + kiosk + "'");

        assertThat(through(node).send(kiosk, "not by him alone")).isFalse();
        assertThat(node.environment(OPERATOR).report().lost()).isEqualTo(Map.of(kiosk, deli));
        assertThat(node.environment(OPERATOR).shareInstance(kiosk, deli)).isEqualTo(SharingUpdate.SAVED);
        assertThat(through(node).send(kiosk, "by both")).isTrue();
    }

    private void giveAnInstance(
            UltraMessageInstanceManager node, OrganizationId organization, String instance, String token) {
        assertThat(node.administration(OPERATOR)
                        .update(
                                organization,
                                ConfigDraft.builder()
                                        .instanceId(instance)
                                        .token(token)
                                        .baseUrl(ultraMsg.baseUrl().toString())
                                        .build())
                        .isSaved())
                .isTrue();
    }

    /** Those who share have the new one on every node as soon as the owner has it there. */
    private void rotateTheOwnersToken(UltraMessageInstanceManager node) throws SQLException {
        String before = storedToken();
        assertThat(node.administration(OPERATOR)
                        .update(
                                bakery,
                                ConfigDraft.builder().token("fake-t0ken-of-all").build())
                        .isSaved())
                .isTrue();
        assertThat(storedToken()).startsWith("ultramsg-sealed:").isNotEqualTo(before);
        senders.get(cafe).goesOn();
    }

    private String storedToken() throws SQLException {
        return database.query("SELECT ultramsg_token FROM organizations WHERE id = ?", UUID.fromString(bakery.value()))
                .get(0)
                .get(0);
    }

    private static List<String> received(StubInstance... instances) {
        return Stream.of(instances)
                .flatMap(instance -> instance.receivedMessages().stream())
                .map(ReceivedMessage::body)
                .toList();
    }
}
