package io.smartqueue.app;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.jdbi.v3.core.Jdbi;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import static org.assertj.core.api.Assertions.assertThat;

/** An organization of anna's that no other test has, with an instance of its own unless it is not set up. */
final class TestOrganization {
    private static final AtomicInteger INSTANCES = new AtomicInteger(71_000);

    private final Demo demo;
    private final OrganizationId id;
    private final StubInstance instance;

    private TestOrganization(Demo demo, OrganizationId id, StubInstance instance) {
        this.demo = demo;
        this.id = id;
        this.instance = instance;
    }

    static TestOrganization notSetUp(Demo demo) {
        UUID id = UUID.randomUUID();
        Jdbi.create(demo.settings().databaseUrl()).useTransaction(handle -> {
            handle.execute("INSERT INTO organizations (id, name) VALUES (?, 'Corner Shop')", id);
            handle.execute(
                    "INSERT INTO organization_members (organization_id, member_id, role) VALUES (?, 'anna', 'admin')",
                    id);
            handle.execute(
                    "INSERT INTO departments (organization_id, name, prefix)"
                            + " VALUES (?, 'Counter', 'A'), (?, 'Cakes', 'B'), (?, 'Wedding cakes', 'C')",
                    id,
                    id,
                    id);
        });
        String number = Integer.toString(INSTANCES.incrementAndGet());
        StubInstance instance =
                RunningDemo.newInstance(demo.ultraMsg(), number).isConnectedAs("+49309" + number, "Corner Shop");
        return new TestOrganization(demo, OrganizationId.of(id), instance);
    }

    static TestOrganization of(Demo demo) {
        return notSetUp(demo).with(ConfigDraft.builder().dailyLimit(50_000).build());
    }

    TestOrganization with(ConfigDraft change) {
        ConfigDraft whole = ConfigDraft.builder()
                .baseUrl(demo.ultraMsg().baseUrl().toString())
                .instanceId(instance.id())
                .token("fake-t0ken-" + instance.id().replaceAll("\\D", ""))
                .businessNumber("+49309" + instance.id().replaceAll("\\D", ""))
                .build()
                .with(change);
        assertThat(whatsApp()
                        .administration(Actor.operator("test"))
                        .update(id, whole)
                        .isSaved())
                .isTrue();
        return this;
    }

    OrganizationId id() {
        return id;
    }

    StubInstance instance() {
        return instance;
    }

    Program admin() {
        return Program.of(demo, "anna");
    }

    UltraMessageInstanceManager whatsApp() {
        return demo.node().whatsApp();
    }

    /** A count, of this organization's where the statement has its question mark. */
    int count(String sql) {
        return Jdbi.create(demo.settings().databaseUrl())
                .withHandle(handle -> handle.createQuery(sql)
                        .bind(0, UUID.fromString(id.value()))
                        .mapTo(Integer.class)
                        .one());
    }

    int tickets() {
        return count("SELECT count(*) FROM tickets WHERE organization_id = ?");
    }

    int ticketMessages() {
        return count("SELECT count(*) FROM ticket_messages WHERE organization_id = ?");
    }

    /** A request's members with the organization's id. */
    Map<String, Object> json(Object... namesAndValues) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("organizationId", id.value());
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return json;
    }

    static void eventually(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }
}
