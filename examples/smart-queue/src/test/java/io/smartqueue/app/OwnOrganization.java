package io.smartqueue.app;

import io.smartqueue.app.notification.InboundWebhook;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.jdbi.v3.core.Jdbi;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * An organization that a test has to itself, with the department Reception, whose tickets begin with an A. Anna is its admin, Ben its
 * manager, Cleo its employee; Dora has nothing to do with it.
 */
final class OwnOrganization {
    private static final AtomicInteger COUNT = new AtomicInteger(700_000);

    /** Signing in takes its time on purpose, and may be tried ten times in five minutes. */
    private static final Map<String, Browserless> SIGNED_IN = new ConcurrentHashMap<>();

    private final Demo demo;
    private final OrganizationId id;

    private OwnOrganization(Demo demo, OrganizationId id) {
        this.demo = demo;
        this.id = id;
    }

    static OwnOrganization in(Demo demo, String name) {
        UUID id = UUID.randomUUID();
        Jdbi.create(demo.settings().databaseUrl()).useTransaction(handle -> {
            handle.execute("INSERT INTO organizations (id, name) VALUES (?, ?)", id, name);
            handle.execute("INSERT INTO departments (organization_id, name, prefix) VALUES (?, 'Reception', 'A')", id);
            for (List<String> member :
                    List.of(List.of("anna", "admin"), List.of("ben", "manager"), List.of("cleo", "employee"))) {
                handle.execute(
                        "INSERT INTO organization_members (organization_id, member_id, role) VALUES (?, ?, ?)",
                        id,
                        member.get(0),
                        member.get(1));
            }
        });
        return new OwnOrganization(demo, OrganizationId.of(id));
    }

    /** Sets it up with an instance of its own, which tells how far messages come. */
    StubInstance connect() {
        String instanceId = String.valueOf(COUNT.incrementAndGet());
        StubInstance instance =
                RunningDemo.newInstance(demo.ultraMsg(), instanceId).isConnectedAs("+4930555" + instanceId, "A shop");
        ConfigUpdate update = demo.node()
                .whatsApp()
                .administration(Actor.operator("test"))
                .update(
                        id,
                        ConfigDraft.builder()
                                .instanceId(instanceId)
                                .token("fake-t0ken-" + instanceId)
                                .baseUrl(demo.ultraMsg().baseUrl().toString())
                                .timeZone("Europe/Berlin")
                                .defaultRegion("DE")
                                .build());
        if (!update.isSaved()) {
            throw new IllegalStateException("not set up: " + update);
        }
        instance.postsWebhooksTo(
                demo.node().whatsApp().webhooks().url(id, URI.create(demo.node().url() + InboundWebhook.PATH)));
        return instance;
    }

    OrganizationId id() {
        return id;
    }

    String path(String page) {
        return "/organizations/" + id + "/" + page;
    }

    /** One of the members, signed in. */
    Browserless as(String member) throws Exception {
        String key = member + " at " + demo.node().url();
        Browserless known = SIGNED_IN.get(key);
        if (known == null) {
            known = Browserless.at(demo.node().url()).signedInAs(member);
            SIGNED_IN.put(key, known);
        }
        return known;
    }

    /** Asks until the answer is as expected, for half a minute at most, and returns the last one. */
    static String await(Callable<String> asking, Predicate<String> expected) throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(30));
        String answer = asking.call();
        while (!expected.test(answer) && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(Duration.ofMillis(30).toNanos());
            answer = asking.call();
        }
        return answer;
    }
}
