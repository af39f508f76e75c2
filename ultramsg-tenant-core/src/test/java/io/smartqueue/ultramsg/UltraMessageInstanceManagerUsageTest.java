package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.MovableClock;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.message.IdempotencyKey;
import io.smartqueue.ultramsg.message.MessageKind;
import io.smartqueue.ultramsg.message.RejectionReason;
import io.smartqueue.ultramsg.message.SendOptions;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.usage.UsageCounts;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageMeasure;
import io.smartqueue.ultramsg.usage.UsageReport;
import io.smartqueue.ultramsg.usage.UsageToday;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

import static io.smartqueue.ultramsg.fixtures.Samples.ACME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What of the calls of a host is counted, and what it is told of it. */
@Timeout(60)
class UltraMessageInstanceManagerUsageTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 26);
    private static final IdempotencyKey KEY = IdempotencyKey.of("order-42/ready");
    private static final String NOTHING = "{\"messages\":[]}";

    private final ScriptedServer server = new ScriptedServer();
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager = UltraMessageInstanceManager.builder(store)
            .allowedHosts(AllowedHosts.anyIncludingLocal())
            .clock(new MovableClock(Instant.parse("2026-11-26T12:00:00Z")))
            .readBackWindow(Duration.ofMillis(100))
            .build();

    @BeforeEach
    void configure() {
        store.organizations().put(ACME, Samples.draft(server.url()));
        server.on("/chat", Replies.json(200, Samples.SENT));
    }

    @AfterEach
    void close() {
        manager.close();
        server.close();
    }

    private UsageCounts today() {
        return manager.usage().today(ACME).map(today -> today.day().counts()).orElseThrow();
    }

    private void sendWithKey() {
        manager.send(
                ACME,
                Samples.message(),
                SendOptions.builder()
                        .idempotencyKey(KEY)
                        .deadline(Samples.BRIEFLY)
                        .build());
    }

    @Test
    void countsMessagesWithTheirKindAndTheirTime() {
        manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT).orThrow();
        manager.send(ACME, Samples.message()).orThrow();

        assertThat(today().count(UsageMeasure.ATTEMPTED)).isEqualTo(2);
        assertThat(today().count(UsageMeasure.ACCEPTED)).isEqualTo(2);
        assertThat(today().kinds()).hasSize(1).containsEntry(MessageKind.TEXT, 2L);
        assertThat(today().latencies().count()).isEqualTo(2);
        assertThat(today().latencies().percentile(100)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void countsWhyMessagesWereRejected() {
        manager.sendMessage(ACME, "no number", Samples.TEXT);
        manager.sendMessage(ACME, Samples.NUMBER, null);
        store.quotas().limit(0);
        manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT);
        store.organizations()
                .put(
                        ACME,
                        Samples.draft(server.url()).toBuilder()
                                .status(InstanceStatus.SUSPENDED)
                                .build());
        manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT);

        assertThat(today().count(UsageMeasure.ATTEMPTED)).isEqualTo(4);
        assertThat(today().rejectedBy())
                .hasSize(4)
                .containsEntry(RejectionReason.INVALID_RECIPIENT, 1L)
                .containsEntry(RejectionReason.INVALID_CONTENT, 1L)
                .containsEntry(RejectionReason.QUOTA_EXCEEDED, 1L)
                .containsEntry(RejectionReason.INACTIVE, 1L);
        assertThat(today().kinds()).containsEntry(MessageKind.TEXT, 1L);
        assertThat(today().latencies().count()).isZero();
    }

    @Test
    void countsMessagesOfAnOrganizationWhoseConfigurationCannotBeUsedAndNoneOfNobody() {
        store.organizations()
                .put(ACME, Samples.draft(server.url()).toBuilder().token("").build());
        manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT);
        OrganizationId nobody = OrganizationId.of("nobody");
        manager.sendMessage(nobody, Samples.NUMBER, Samples.TEXT);

        assertThat(today().rejectedBy()).containsEntry(RejectionReason.NOT_CONFIGURED, 1L);
        assertThat(manager.usage().today(nobody)).isEmpty();
    }

    @Test
    void countsACallThatIsRepeatedWithItsKeyOnce() {
        sendWithKey();
        sendWithKey();
        sendWithKey();

        assertThat(today().count(UsageMeasure.ATTEMPTED)).isEqualTo(1);
        assertThat(today().count(UsageMeasure.ACCEPTED)).isEqualTo(1);
    }

    @Test
    void countsWhatARepeatedCallFindsAsFoundLater() {
        server.on("/chat", Replies.lostReply());
        server.on("/messages", Replies.json(200, NOTHING));
        sendWithKey();
        assertThat(today().count(UsageMeasure.UNKNOWN)).isEqualTo(1);

        String reference = server.requests().stream()
                .filter(request -> request.path().endsWith("/chat"))
                .findFirst()
                .orElseThrow()
                .form()
                .get("referenceId");
        server.on("/messages", Replies.json(200, "{\"messages\":[{\"id\":7,\"referenceId\":\"" + reference + "\"}]}"));
        sendWithKey();
        sendWithKey();

        assertThat(today().count(UsageMeasure.ATTEMPTED)).isEqualTo(1);
        assertThat(today().count(UsageMeasure.UNKNOWN)).isEqualTo(1);
        assertThat(today().count(UsageMeasure.ACCEPTED)).isZero();
        assertThat(today().count(UsageMeasure.FOUND_LATER)).isEqualTo(1);
    }

    @Test
    void tellsOfTodayWithTheLimit() {
        store.quotas().limit(40);
        manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT).orThrow();

        UsageToday today = manager.usage().today(ACME).orElseThrow();

        assertThat(today.day().day()).isEqualTo(DAY);
        assertThat(today.quota().used()).isEqualTo(1);
        assertThat(today.quota().limit()).isEqualTo(40);
    }

    @Test
    void writesDownWhatWasCountedWhenItIsClosed() {
        manager.sendMessage(ACME, Samples.NUMBER, Samples.TEXT).orThrow();
        assertThat(store.usage().find(ACME, DAY, DAY)).isEmpty();

        manager.close();

        assertThat(store.usage().find(ACME, DAY, DAY)).hasSize(1);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> manager.usage().today(ACME));
    }

    @Test
    void reportsEveryDayThatWasAskedFor() {
        UsageCounts some = UsageCounts.builder().count(UsageMeasure.READ, 3).build();
        store.usage().add(ACME, DAY, some);
        store.usage().add(ACME, DAY.minusDays(2), some);
        store.usage().add(ACME, DAY.minusDays(4), some);

        UsageReport report = manager.usage().report(ACME, DAY.minusDays(3), DAY);

        assertThat(report.days())
                .extracting(UsageDay::day)
                .containsExactly(DAY.minusDays(3), DAY.minusDays(2), DAY.minusDays(1), DAY);
        assertThat(report.days())
                .extracting(UsageDay::counts)
                .containsExactly(UsageCounts.NONE, some, UsageCounts.NONE, some);
        assertThat(report.total()).isEqualTo(some.plus(some));
    }

    @Test
    void refusesDaysThatMakeNoSense() {
        Actor.Operator operator = Actor.operator("a test");

        assertThatIllegalArgumentException().isThrownBy(() -> manager.usage().report(ACME, DAY, DAY.minusDays(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> manager.usage().report(ACME, DAY.minusYears(11), DAY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> manager.usage().top(operator, DAY, DAY.minusDays(1), UsageMeasure.READ, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> UltraMessageInstanceManager.builder(store).usageRetention(Duration.ofHours(23)));
    }
}
