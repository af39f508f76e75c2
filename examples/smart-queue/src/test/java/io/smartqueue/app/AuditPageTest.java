package io.smartqueue.app;

import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(RunningDemo.class)
class AuditPageTest {
    private static final Pattern OLDER = Pattern.compile("id=\"older\" href=\"([^\"]+)\"");

    private static String audit(OwnOrganization shop) throws Exception {
        return shop.as("anna").get(shop.path("audit")).body();
    }

    @Test
    void saysWhoHasChangedWhatAndShowsNoToken(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Changed shop");
        shop.connect();
        demo.node()
                .whatsApp()
                .administration(Actor.member("anna"))
                .update(shop.id(), ConfigDraft.builder().dailyLimit(77).build(), Verification.SAVE_UNTESTED);

        assertThat(audit(shop))
                .contains("id=\"audit\"", "test (operator)", ">anna<", "daily limit", ">77<", "****", "changed")
                .doesNotContain("fake-t0ken");
    }

    @Test
    void escapesWhatPeopleWrote(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Hostile shop");
        shop.connect();
        demo.node()
                .whatsApp()
                .administration(Actor.operator("<script>alert(1)</script>"))
                .update(shop.id(), ConfigDraft.builder().dailyLimit(5).build(), Verification.SAVE_UNTESTED);

        assertThat(audit(shop)).contains("&lt;script&gt;alert(1)").doesNotContain("<script>alert");
    }

    @Test
    void turnsThePages(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Busy shop");
        shop.connect();
        Administration admin = demo.node().whatsApp().administration(Actor.operator("test"));
        for (int limit = 1001; limit <= 1040; limit++) {
            admin.update(shop.id(), ConfigDraft.builder().dailyLimit(limit).build(), Verification.SAVE_UNTESTED);
        }

        String newest = audit(shop);
        Matcher older = OLDER.matcher(newest);
        assertThat(older.find()).isTrue();
        String oldest = shop.as("anna").get(older.group(1)).body();

        assertThat(newest).contains(">1040<", ">1011<").doesNotContain("\">1009<");
        assertThat(oldest).contains(">1010<", ">1001<").doesNotContain(">1011<", "id=\"older\"");
    }

    @Test
    void saysWhatToDoWhenNothingWasChanged(Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "New shop");

        assertThat(audit(shop)).contains("Nothing was changed yet", shop.path("details"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ben", "cleo", "dora"})
    void isForAdminsAlone(String member, Demo demo) throws Exception {
        OwnOrganization shop = OwnOrganization.in(demo, "Private shop");

        assertThat(shop.as(member).get(shop.path("audit")).statusCode()).isEqualTo(403);
    }
}
