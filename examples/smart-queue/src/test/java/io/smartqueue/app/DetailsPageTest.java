package io.smartqueue.app;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.testkit.StubInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class DetailsPageTest {
    private static final Pattern VERSION = Pattern.compile("name=\"version\" value=\"([0-9]+)\"");
    private static final AtomicInteger NEXT = new AtomicInteger(710_000);
    private static final String NUMBER = "+4930901820";

    private Demo demo;
    private Browserless admin;
    private StubInstance instance;
    private String token;
    private String details;

    /** An organization of this test's own, founded by the demonstration's admin, and an instance that nobody has yet. */
    @BeforeEach
    void found(Demo running) throws Exception {
        demo = running;
        admin = Browserless.at(demo.node().url()).signedInAs("anna");
        String id = String.valueOf(NEXT.incrementAndGet());
        token = "fake-t0ken-" + id;
        instance = RunningDemo.newInstance(demo.ultraMsg(), id).isConnectedAs(NUMBER, "Corner Shop");
        details = admin.submit("/organizations", Map.of("name", "Corner Shop " + id))
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    private Map<String, String> typed() {
        Map<String, String> fields = new HashMap<>();
        fields.put("instance_id", instance.id());
        fields.put("token", token);
        fields.put("base_url", demo.ultraMsg().baseUrl().toString());
        fields.put("business_number", "+49 30 901820");
        return fields;
    }

    private Map<String, String> typed(String field, String value) {
        Map<String, String> fields = typed();
        fields.put(field, value);
        return fields;
    }

    private OrganizationId organization() {
        return OrganizationId.of(details.split("/")[2]);
    }

    private String version(Browserless somebody) throws Exception {
        Matcher version = VERSION.matcher(somebody.get(details).body());
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    private boolean sends() {
        return demo.node()
                .whatsApp()
                .sendMessage(organization(), "+4930901821", "Hello")
                .isAccepted();
    }

    private HttpResponse<String> save(Map<String, String> fields) throws Exception {
        Map<String, String> withVersion = new HashMap<>(fields);
        withVersion.putIfAbsent("version", version(admin));
        return admin.submit(details, withVersion);
    }

    @Test
    void connectsAnOrganizationThatThenSends() throws Exception {
        assertThat(admin.get(details).body()).contains("not set up", "Enter instance ID and token");

        HttpResponse<String> saved = save(typed());

        assertThat(saved.headers().firstValue("Location")).hasValue(details + "?done=saved");
        assertThat(admin.get(details + "?done=saved").body())
                .contains("Saved. It is in force on all nodes.", "data-status=\"active\"", "Last test: connected")
                .contains("value=\"instance" + instance.id().replace("instance", "") + "\"", "+49 30 901820")
                .contains("https://wa.me/4930901820");
        assertThat(sends()).isTrue();
    }
}
