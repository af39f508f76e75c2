package io.smartqueue.app;

import io.smartqueue.app.notification.InboundWebhook;
import io.smartqueue.app.web.Organizations;
import io.smartqueue.ultramsg.admin.ConfigUpdate;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.jdbi.v3.core.Jdbi;

import java.net.URI;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An organization of a test's own, with the department Reception and an instance that the demonstration's pages show. Anna is its admin,
 * Cleo its employee.
 *
 * @param instance works normally
 * @param number of the instance's account
 */
record Shop(Demo demo, OrganizationId id, String name, StubInstance instance, String token, String number) {
    private static final AtomicInteger NEXT = new AtomicInteger(80_001);

    /** Adds one that has entered no details yet. */
    static Shop added(Demo demo, String name) {
        Jdbi database = Jdbi.create(demo.settings().databaseUrl());
        OrganizationId id = new Organizations(database).add(name, MemberId.of("anna"));
        database.useHandle(handle -> handle.execute(
                "INSERT INTO organization_members (organization_id, member_id, role) VALUES (?, 'cleo', 'employee')",
                UUID.fromString(id.value())));
        String instanceId = String.valueOf(NEXT.incrementAndGet());
        StubInstance instance = RunningDemo.newInstance(demo.ultraMsg(), instanceId);
        Shop shop = new Shop(demo, id, name, instance, "fake-t0ken-" + instanceId, "+49309" + instanceId);
        demo.instances().add(instance, shop.token, shop.number, name);
        return shop;
    }

    /** Adds one whose details are saved, and which hears what becomes of its messages. */
    static Shop connected(Demo demo, String name) {
        Shop shop = added(demo, name);
        ConfigUpdate update = demo.node()
                .whatsApp()
                .administration(Actor.operator("test"))
                .update(
                        shop.id,
                        ConfigDraft.builder()
                                .instanceId(shop.instance.id())
                                .token(shop.token)
                                .baseUrl(demo.ultraMsg().baseUrl().toString())
                                .businessNumber(shop.number)
                                .timeZone("Europe/Berlin")
                                .defaultRegion("DE")
                                .build());
        if (!update.isSaved()) {
            throw new IllegalStateException("not set up: " + update);
        }
        demo.node()
                .whatsApp()
                .webhooks()
                .install(shop.id, URI.create(demo.node().url() + InboundWebhook.PATH));
        return shop;
    }

    String path(String page) {
        return "/organizations/" + id + "/" + page;
    }

    /** Where a customer chats with it. */
    String phone(String customer) {
        return "/demo/phone?from=" + customer.substring(1) + "&to=" + number.substring(1);
    }
}
