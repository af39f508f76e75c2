package io.smartqueue.ultramsg;

import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.NotConfiguredException;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.fixtures.InMemoryStore;
import io.smartqueue.ultramsg.fixtures.QrScanner;
import io.smartqueue.ultramsg.fixtures.RecordedRequest;
import io.smartqueue.ultramsg.fixtures.Replies;
import io.smartqueue.ultramsg.fixtures.Samples;
import io.smartqueue.ultramsg.fixtures.ScriptedServer;
import io.smartqueue.ultramsg.link.ChatLinkResult;
import io.smartqueue.ultramsg.link.ChatLinkResult.Refused;
import io.smartqueue.ultramsg.link.LinkRefusal;
import io.smartqueue.ultramsg.link.LoginCode;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** Links and codes of organizations: always those of the configuration in force, or a clear refusal. */
@Timeout(30)
class UltraMessageInstanceManagerLinksTest {
    private static final InstanceId STANDBY = InstanceId.parse("2260");
    private static final String WAITING =
            "{\"status\":{\"accountStatus\":{\"status\":\"qr\",\"substatus\":\"normal\"}}}";
    private static final String LOADING =
            "{\"status\":{\"accountStatus\":{\"status\":\"loading\",\"substatus\":\"\"}}}";
    private static final String NOT_DUE = "{\"error\":\"instance status is not equal to qr\"}";
    private static final String CODE = "2@fake+code/of=the,tests";

    private final ScriptedServer server =
            new ScriptedServer().on("instance/qrCode", Replies.json(200, "{\"qrCode\":\"" + CODE + "\"}"));
    private final InMemoryStore store = new InMemoryStore();
    private final UltraMessageInstanceManager manager = open();
    private final UltraMessageInstanceManager otherNode = open();

    private UltraMessageInstanceManager open() {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .deadline(Duration.ofSeconds(10))
                .build();
    }

    @BeforeEach
    void configure() {
        store.organizations().put(Samples.ACME, draft().build());
    }

    private ConfigDraft.Builder draft() {
        return Samples.draft(server.url()).toBuilder().businessNumber(Samples.NUMBER);
    }

    private void standby(StandbyInstance standby) {
        store.standbys().replace(Samples.ACME, List.of(standby), AuditNote.by(Actor.operator("a test")));
    }

    @AfterEach
    void close() {
        manager.close();
        otherNode.close();
        server.close();
    }

    private String link(UltraMessageInstanceManager node) {
        return node.links().chat(Samples.ACME).orThrow().url().toString();
    }

    private static void assertRefused(ChatLinkResult result, LinkRefusal reason, String detail) {
        assertThat(result).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.detail()).contains(detail);
            assertThatExceptionOfType(NotConfiguredException.class)
                    .isThrownBy(refused::orThrow)
                    .withMessage(refused.detail());
        });
    }

    @Test
    void leadToTheBusinessNumber() {
        assertThat(link(manager)).isEqualTo("https://wa.me/12015550123");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void leadToAnotherNumberOnAllNodesAsSoonAsTheConfigurationHasIt() {
        assertThat(link(otherNode)).isEqualTo(link(manager));

        ConfigDraft change = ConfigDraft.builder().businessNumber("+4930901820").build();
        server.on("instance/status", Replies.json(200, Samples.CONNECTED)).on("instance/me", Replies.json(200, "{}"));
        assertThat(manager.administration(Actor.operator("a test"))
                        .update(Samples.ACME, change)
                        .isSaved())
                .isTrue();

        assertThat(link(manager)).isEqualTo("https://wa.me/4930901820");
        assertThat(link(otherNode)).isEqualTo("https://wa.me/4930901820");
    }

    @Test
    void areAsQuickAsAPageNeedsThem() {
        link(manager);
        int loads = store.organizations().loads();

        link(manager);

        assertThat(store.organizations().loads()).isEqualTo(loads);
    }

    @ParameterizedTest
    @EnumSource(InstanceStatus.class)
    void leadToTheNumberWhetherOrNotTheOrganizationMaySend(InstanceStatus status) {
        store.organizations().put(Samples.ACME, draft().status(status).build());

        assertThat(link(manager)).isEqualTo("https://wa.me/12015550123");
    }

    @Test
    void leadToAStandbysNumberIfThatIsAskedFor() {
        StandbyInstance standby = Samples.standby(server.url());
        standby(standby.status(InstanceStatus.SUSPENDED));

        assertThat(manager.links().chat(Samples.ACME, STANDBY).orThrow().number())
                .isEqualTo(PhoneNumber.parse("+12015550199"));
        assertThat(manager.links().chat(Samples.ACME, InstanceId.parse("1150")))
                .isEqualTo(manager.links().chat(Samples.ACME));
    }

    @Test
    void leadToTheNumberOfTheOrganizationWhoseInstanceIsShared() {
        OrganizationId branch = OrganizationId.of("branch");
        store.organizations()
                .put(Samples.ACME, draft().lendsInstanceTo(List.of("branch")).build());
        store.organizations()
                .put(
                        branch,
                        ConfigDraft.builder()
                                .instanceOf("acme")
                                .businessNumber("+4930901820")
                                .build());

        assertThat(manager.links().chat(branch)).isEqualTo(manager.links().chat(Samples.ACME));
    }

    @Test
    void areRefusedWithoutANumber() {
        store.organizations().put(Samples.ACME, Samples.draft(server.url()));
        standby(StandbyInstance.of(Samples.standby(server.url()).credentials()));

        assertRefused(
                manager.links().chat(Samples.ACME),
                LinkRefusal.NO_NUMBER,
                "instance1150 has no WhatsApp number to link to: enter it as its business number");
        assertRefused(
                manager.links().chat(Samples.ACME, STANDBY),
                LinkRefusal.NO_NUMBER,
                "instance2260 has no WhatsApp number");
    }

    @Test
    void areRefusedForAnInstanceThatIsNotTheOrganizations() {
        assertRefused(
                manager.links().chat(Samples.ACME, STANDBY),
                LinkRefusal.NO_SUCH_INSTANCE,
                "the organization has no instance2260");
    }

    @ParameterizedTest
    @CsvSource({"+49 30 CALL ME", "12345678901234567890", "30 901820"})
    void areRefusedForANumberThatIsNone(String number) {
        store.organizations().put(Samples.ACME, draft().businessNumber(number).build());

        assertRefused(manager.links().chat(Samples.ACME), LinkRefusal.NOT_CONFIGURED, "business_number: must be");
        assertThat(manager.links().chat(Samples.ACME).toString()).doesNotContain(number);
    }

    @Test
    void areRefusedWithoutAConfiguration() {
        manager.administration(Actor.operator("a test")).deleteConfiguration(Samples.ACME);

        assertRefused(manager.links().chat(Samples.ACME), LinkRefusal.NOT_CONFIGURED, "instance id");
    }

    @Test
    void areRefusedForAnOrganizationThatDoesNotExist() {
        assertRefused(
                manager.links().chat(OrganizationId.of("nobody")),
                LinkRefusal.NO_SUCH_ORGANIZATION,
                "no such organization exists");
        assertThatExceptionOfType(NotConfiguredException.class)
                .isThrownBy(() -> manager.links().login(OrganizationId.of("nobody")))
                .withMessage("no such organization exists");
        assertThatExceptionOfType(NotConfiguredException.class)
                .isThrownBy(() -> manager.links().login(Samples.ACME, STANDBY))
                .withMessage("the organization has no instance2260");
    }

    @Test
    void showTheLoginCodeWhileTheInstanceWaitsForIt() {
        server.on("instance/status", Replies.json(200, WAITING));

        assertThat(manager.links().login(Samples.ACME)).isInstanceOfSatisfying(LoginCode.Waiting.class, waiting -> {
            assertThat(QrScanner.readSvg(waiting.code().toSvg())).isEqualTo(CODE);
            assertThat(QrScanner.readPng(waiting.code().toPng(8))).isEqualTo(CODE);
            assertThat(waiting.toString()).doesNotContain("fake");
        });
        assertThat(server.requests())
                .extracting(RecordedRequest::path)
                .containsExactly("/instance1150/instance/status", "/instance1150/instance/qrCode");
    }

    @Test
    void showTheLoginCodeOfAStandbyWhateverItsStatus() {
        standby(Samples.standby(server.url()).status(InstanceStatus.TESTING));
        server.on("instance/status", Replies.json(200, WAITING));

        assertThat(manager.links().login(Samples.ACME, STANDBY)).isInstanceOf(LoginCode.Waiting.class);
        assertThat(server.requests())
                .extracting(RecordedRequest::path)
                .containsExactly("/instance2260/instance/status", "/instance2260/instance/qrCode");
    }

    @Test
    void showNoLoginCodeOfAnInstanceThatIsConnected() {
        server.on("instance/status", Replies.json(200, Samples.CONNECTED));

        assertThat(manager.links().login(Samples.ACME)).isEqualTo(new LoginCode.Connected());
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"standby", "loading", "initialize", "disconnected", "something new"})
    void showNoLoginCodeInAnyOtherState(String status) {
        server.on("instance/status", Replies.json(200, WAITING.replace("qr", status)));

        assertThat(manager.links().login(Samples.ACME))
                .isInstanceOfSatisfying(
                        LoginCode.InOtherState.class,
                        other -> assertThat(other.status().status()).isEqualTo(status));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void noticeAScanBetweenTheirQuestions() {
        server.next(Replies.json(200, WAITING), Replies.json(200, NOT_DUE), Replies.json(200, Samples.CONNECTED));
        assertThat(manager.links().login(Samples.ACME)).isInstanceOf(LoginCode.Connected.class);

        server.next(Replies.json(200, WAITING), Replies.json(200, NOT_DUE), Replies.json(200, LOADING));
        assertThat(manager.links().login(Samples.ACME)).isInstanceOf(LoginCode.InOtherState.class);
    }

    @Test
    void doNotGoRoundInCirclesForALoginCode() {
        server.next(Replies.json(200, WAITING), Replies.json(200, NOT_DUE), Replies.json(200, WAITING));

        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> manager.links().login(Samples.ACME))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(ProviderErrorKind.INSTANCE_NOT_READY));
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void doNotDrawWhatIsNoLoginCode() {
        server.on("instance/status", Replies.json(200, WAITING));
        server.on("instance/qrCode", Replies.json(200, "{\"qrCode\":\"" + "x".repeat(2_954) + "\"}"));

        assertThatExceptionOfType(ProviderException.class)
                .isThrownBy(() -> manager.links().login(Samples.ACME))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(ProviderErrorKind.PROTOCOL))
                .withMessageNotContaining("xx");
    }

    @Test
    void keepToOneDeadlineForAllTheirQuestions() {
        try (UltraMessageInstanceManager impatient = UltraMessageInstanceManager.builder(store)
                .allowedHosts(AllowedHosts.anyIncludingLocal())
                .deadline(Samples.BRIEFLY)
                .build()) {
            server.next(Replies.json(200, WAITING), Replies.silence());

            assertThatExceptionOfType(NoReplyException.class)
                    .isThrownBy(() -> impatient.links().login(Samples.ACME));
        }
    }

    @Test
    void areGoneWithTheManager() {
        var links = manager.links();
        manager.close();

        assertThatIllegalStateException().isThrownBy(manager::links);
        assertThatIllegalStateException().isThrownBy(() -> links.chat(Samples.ACME));
        assertThatIllegalStateException().isThrownBy(() -> links.login(Samples.ACME));
    }
}
