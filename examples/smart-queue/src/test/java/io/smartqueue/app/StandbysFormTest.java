package io.smartqueue.app;

import io.smartqueue.ultramsg.admin.StandbyView;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class StandbysFormTest {
    private static final AtomicInteger NEXT = new AtomicInteger(730_000);

    private Demo demo;
    private OwnOrganization shop;
    private String path;

    @BeforeEach
    void foundAnOrganization(Demo running) {
        demo = running;
        shop = OwnOrganization.in(demo, "Corner Shop");
        shop.connect();
        path = shop.path("details/standbys");
    }

    private StubInstance newInstance() {
        String id = String.valueOf(NEXT.incrementAndGet());
        return RunningDemo.newInstance(demo.ultraMsg(), id).isConnectedAs("+4930" + id, "Spare");
    }

    private static String token(StubInstance instance) {
        return "fake-t0ken-" + instance.id().replace("instance", "");
    }

    private List<String> standbys() {
        return demo.node().whatsApp().administration(Actor.operator("test")).standbys(shop.id()).stream()
                .map(StandbyView::instance)
                .map(Object::toString)
                .toList();
    }

    /** The form with the standbys that it lists, none of whose tokens is typed anew. */
    private List<Map.Entry<String, String>> form(String button, Map<String, String> others) {
        List<Map.Entry<String, String>> fields = new ArrayList<>(others.entrySet());
        fields.add(Map.entry("standby_do", button));
        for (String standby : standbys()) {
            fields.add(Map.entry("standby_instance", standby));
            fields.add(Map.entry("standby_token", ""));
        }
        return fields;
    }

    private HttpResponse<String> add(StubInstance instance, String typedToken) throws Exception {
        Map<String, String> added = Map.of(
                "standby_new_instance",
                instance.id(),
                "standby_new_token",
                typedToken,
                "standby_new_number",
                "+49 30 901822");
        return shop.as("anna").submit(path, form("save", added));
    }

    @Test
    void addsOneThatUltraMsgKnows() throws Exception {
        StubInstance spare = newInstance();

        HttpResponse<String> added = add(spare, token(spare));

        assertThat(added.headers().firstValue("Location")).hasValue(shop.path("details?done=standbys"));
        assertThat(standbys()).containsExactly(spare.id());
        assertThat(shop.as("anna").get(shop.path("details")).body())
                .contains(
                        spare.id(),
                        "+49 30 901822",
                        "****" + spare.id().substring(spare.id().length() - 4))
                .doesNotContain(token(spare));
    }

    @Test
    void movesOneUpAndRemovesAnother() throws Exception {
        StubInstance first = newInstance();
        StubInstance second = newInstance();
        add(first, token(first));
        add(second, token(second));
        assertThat(standbys()).containsExactly(first.id(), second.id());

        shop.as("anna").submit(path, form("up:" + second.id(), Map.of()));
        assertThat(standbys()).containsExactly(second.id(), first.id());

        shop.as("anna").submit(path, form("remove:" + second.id(), Map.of()));
        assertThat(standbys()).containsExactly(first.id());
    }

    @Test
    void changesATokenOnlyIfAnotherIsTyped() throws Exception {
        StubInstance spare = newInstance();
        add(spare, token(spare));

        HttpResponse<String> refused = shop.as("anna")
                .submitForPart(
                        path,
                        Map.of(
                                "standby_do", "save",
                                "standby_instance", spare.id(),
                                "standby_token", "wr0ng-t0ken-typed"));

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .contains("id=\"standby-" + spare.id() + "-error\"", "Copy the token again")
                .doesNotContain("wr0ng");
        assertThat(shop.as("anna").submit(path, form("save", Map.of())).statusCode())
                .isEqualTo(302);
    }

    @Test
    void addsNoneTwice() throws Exception {
        StubInstance spare = newInstance();
        add(spare, token(spare));

        assertThat(add(spare, token(spare)).body()).contains("is named more than once");
    }

    @Test
    void saysBesideItWhyOneIsNotAdded() throws Exception {
        StubInstance spare = newInstance();
        Map<String, String> wrong = Map.of(
                "standby_do", "save", "standby_new_instance", spare.id(), "standby_new_token", "wr0ng-t0ken-typed");

        HttpResponse<String> refused = shop.as("anna").submitForPart(path, wrong);
        HttpResponse<String> page = shop.as("anna").submit(path, wrong);

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .contains("id=\"standby-new-error\"", "Copy the token again")
                .doesNotContain("wr0ng");
        assertThat(page.body()).contains("Copy the token again", "open").doesNotContain("wr0ng");
        assertThat(standbys()).isEmpty();
    }
}
