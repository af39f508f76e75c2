package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.admin.Administration;
import io.smartqueue.ultramsg.admin.LimitsBelowUse;
import io.smartqueue.ultramsg.admin.RollOut;
import io.smartqueue.ultramsg.admin.RollOutOptions;
import io.smartqueue.ultramsg.admin.RollOutOutcome;
import io.smartqueue.ultramsg.admin.RollOutOutcome.Applied;
import io.smartqueue.ultramsg.admin.RollOutOutcome.ChangedMeanwhile;
import io.smartqueue.ultramsg.admin.RollOutOutcome.DoneBefore;
import io.smartqueue.ultramsg.admin.RollOutOutcome.NoSuchOrganization;
import io.smartqueue.ultramsg.admin.RollOutOutcome.Refused;
import io.smartqueue.ultramsg.admin.RollOutOutcome.TestFailed;
import io.smartqueue.ultramsg.admin.RollOutOutcome.Unchanged;
import io.smartqueue.ultramsg.admin.Template;
import io.smartqueue.ultramsg.admin.TemplateName;
import io.smartqueue.ultramsg.admin.TemplatePreview;
import io.smartqueue.ultramsg.admin.TemplateSave;
import io.smartqueue.ultramsg.admin.Templates;
import io.smartqueue.ultramsg.admin.Verification;
import io.smartqueue.ultramsg.connection.ConnectionFinding;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AllowedHosts;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ChangeOrigin;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.ConfigProblem.Code;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.LastTest;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Presets that are kept, looked at beforehand, brought to many organizations and taken back. */
@Timeout(60)
@ExtendWith(UltraMsgExtension.class)
class TemplatesTest {
    private static final OrganizationId ACME = OrganizationId.of("acme");
    private static final OrganizationId BETA = OrganizationId.of("beta");
    private static final OrganizationId NOBODY = OrganizationId.of("nobody");
    private static final TemplateName STARTER = TemplateName.of("starter");
    private static final ConfigDraft VALUES =
            ConfigDraft.builder().dailyLimit(500).timeZone("Europe/Berlin").build();

    private final InMemoryTenantStore store =
            InMemoryTenantStore.withClock(SettableClock.at(Instant.parse("2026-11-26T12:00:00Z")));
    private final UltraMessageInstanceManager manager = manager(AllowedHosts.anyIncludingLocal());
    private final Templates templates = manager.templates(Actor.operator("anna"));
    private final Administration admin = manager.administration(Actor.operator("ben"));
    private UltraMsgServer ultraMsg;

    @BeforeEach
    void addOrganizations(UltraMsgServer ultraMsg) {
        this.ultraMsg = ultraMsg;
        ultraMsg.addInstance("1150", "fake-t0ken");
        store.add(ACME, draft("1150").build());
        store.add(BETA, draft("1151").build());
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private UltraMessageInstanceManager manager(AllowedHosts hosts) {
        return UltraMessageInstanceManager.builder(store)
                .allowedHosts(hosts)
                .withoutHealthChecks()
                .build();
    }

    private ConfigDraft.Builder draft(String instance) {
        return ConfigDraft.builder()
                .instanceId(instance)
                .token("fake-t0ken")
                .baseUrl(ultraMsg.baseUrl().toString())
                .status(InstanceStatus.ACTIVE);
    }

    private Template saved(ConfigDraft values) {
        return ((TemplateSave.Saved) templates.save(STARTER, values)).template();
    }

    private static ConfigDraft limit(int limit) {
        return ConfigDraft.builder().dailyLimit(limit).build();
    }

    private ConfigDraft stored(OrganizationId organization) {
        return store.organizations().find(organization).orElseThrow();
    }

    private void change(OrganizationId organization, ConfigDraft change) {
        store.organizations().update(organization, change, AuditNote.by(Actor.operator("somebody else")));
    }

    private List<AuditEntry> history(OrganizationId organization) {
        return store.organizations().history(organization, Long.MAX_VALUE, 100);
    }

    private static RollOutOutcome.Applied applied(RollOutOutcome outcome) {
        assertThat(outcome).isInstanceOf(Applied.class);
        return (Applied) outcome;
    }

    private void use(OrganizationId organization, int places) {
        IntStream.range(0, places).forEach(i -> store.quotas().reserve(organization));
    }

    @Nested
    class Kept {
        @Test
        void areSavedAsTheyAreUnderstood() {
            Template template = saved(ConfigDraft.builder()
                    .baseUrl(" HTTPS://API.ultramsg.com/ ")
                    .webhookEvents(List.of(" message_received", "message_ack"))
                    .timeZone("Europe/Berlin ")
                    .defaultRegion("de")
                    .pace("15")
                    .build());

            assertThat(template.version()).isEqualTo(1);
            assertThat(template.savedBy()).isEqualTo("anna");
            assertThat(template.values().baseUrl()).contains("https://api.ultramsg.com");
            assertThat(template.values().webhookEvents()).contains(List.of("message_ack", "message_received"));
            assertThat(template.values().timeZone()).contains("Europe/Berlin");
            assertThat(template.values().defaultRegion()).contains("DE");
            assertThat(template.values().pace()).contains("PT15S");
            assertThat(template.values().dailyLimit()).as("not named").isEmpty();
            assertThat(template).hasToString("Template[starter, version 1]");
        }

        @Test
        void areFoundListedAndDeleted() {
            saved(limit(1));
            saved(limit(2));

            assertThat(templates.find(STARTER).orElseThrow().version()).isEqualTo(2);
            assertThat(templates.find(STARTER, 1).orElseThrow().values().dailyLimit())
                    .contains(1);
            assertThat(templates.list()).extracting(Template::version).containsExactly(2L);
            assertThat(templates.delete(STARTER)).isTrue();
            assertThat(templates.delete(STARTER)).isFalse();
            assertThat(templates.find(STARTER)).isEmpty();
            assertThat(templates.find(STARTER, 2)).isPresent();
        }

        @Test
        void holdNothingThatIsAnOrganizationsOwn() {
            ConfigDraft own = ConfigDraft.builder()
                    .instanceId("1150")
                    .token(AccessToken.of("fake-t0ken"))
                    .businessNumber("+15550001111")
                    .status(InstanceStatus.ACTIVE)
                    .dailyLimit(5)
                    .version(1L)
                    .lastTest(new LastTest(Instant.EPOCH, "connected"))
                    .build();

            assertThat(problems(own))
                    .containsExactly(
                            ConfigProblem.of(ConfigField.INSTANCE_ID, Code.NOT_IN_TEMPLATE),
                            ConfigProblem.of(ConfigField.TOKEN, Code.NOT_IN_TEMPLATE),
                            ConfigProblem.of(ConfigField.BUSINESS_NUMBER, Code.NOT_IN_TEMPLATE),
                            ConfigProblem.of(ConfigField.STATUS, Code.NOT_IN_TEMPLATE),
                            ConfigProblem.of(ConfigField.FORM, Code.NOT_IN_TEMPLATE, "version"),
                            ConfigProblem.of(ConfigField.FORM, Code.NOT_IN_TEMPLATE, "last_test"));
            assertThat(problems(own).get(0))
                    .hasToString("instance_id: is an organization's own and cannot be in a template");
            assertThat(problems(own).get(4)).hasToString("form: holds what cannot be in a template: version");
            assertThat(templates.list()).isEmpty();
        }

        @Test
        void holdNothingThatNoOrganizationCouldUse() {
            ConfigDraft wrong = ConfigDraft.builder()
                    .baseUrl("http://api.ultramsg.com")
                    .dailyLimit(-1)
                    .webhookUrl("<script>alert(1)</script>")
                    .webhookEvents(List.of("message_invented"))
                    .timeZone("Mars/Olympus")
                    .defaultRegion("XX")
                    .pace("0")
                    .build();
            try (UltraMessageInstanceManager strict = manager(AllowedHosts.of("api.ultramsg.com"))) {
                TemplateSave save = strict.templates(Actor.operator("anna")).save(STARTER, wrong);

                assertThat(((TemplateSave.Invalid) save).problems())
                        .extracting(ConfigProblem::key)
                        .containsExactly(
                                "base_url.not_https",
                                "daily_limit.negative",
                                "webhook_url.malformed",
                                "webhook_events.unknown",
                                "time_zone.unknown",
                                "default_region.unknown",
                                "pace.out_of_range");
            }
            assertThat(templates.list()).isEmpty();
        }

        @Test
        void holdSomething() {
            assertThat(problems(ConfigDraft.builder().build()))
                    .containsExactly(ConfigProblem.of(ConfigField.FORM, Code.REQUIRED));
            assertThat(problems(ConfigDraft.builder().build()).get(0)).hasToString("form: names no field");
            assertThat(templates.save(
                            STARTER, ConfigDraft.builder().webhookUrl("").build()))
                    .as("something to clear")
                    .isInstanceOf(TemplateSave.Saved.class);
        }

        @Test
        void canBeginAnOrganization() {
            Template template = saved(VALUES);
            OrganizationId fresh = OrganizationId.of("fresh");
            store.add(fresh, ConfigDraft.builder().build());
            ultraMsg.addInstance("1160", "another-fake-t0ken");

            ConfigDraft credentials = ConfigDraft.builder()
                    .instanceId("1160")
                    .token("another-fake-t0ken")
                    .baseUrl(ultraMsg.baseUrl().toString())
                    .build();

            assertThat(admin.update(fresh, template.values().with(credentials)).isSaved())
                    .isTrue();
            assertThat(stored(fresh).dailyLimit()).contains(500);
            assertThat(stored(fresh).status()).contains("active");
        }

        private List<ConfigProblem> problems(ConfigDraft values) {
            return ((TemplateSave.Invalid) templates.save(STARTER, values)).problems();
        }
    }

    @Nested
    class Previewed {
        @Test
        void tellWhatWouldChangeAndChangeNothing() {
            change(BETA, VALUES);

            List<TemplatePreview> previews =
                    templates.preview(saved(VALUES), List.of(ACME, BETA, ACME)).toList();

            assertThat(previews).extracting(TemplatePreview::organization).containsExactly(ACME, BETA);
            assertThat(previews.get(0).changes())
                    .containsExactly(
                            new FieldChange(ConfigField.DAILY_LIMIT, null, "500"),
                            new FieldChange(ConfigField.TIME_ZONE, null, "Europe/Berlin"));
            assertThat(previews.get(0).problems()).isEmpty();
            assertThat(previews.get(1).changes()).isEmpty();
            assertThat(previews.get(1).version())
                    .isEqualTo(stored(BETA).version().orElseThrow());
            assertThat(history(ACME)).isEmpty();
        }

        @Test
        void lookAtAnOrganizationWhenSomebodyReadsOfIt() {
            Iterator<TemplatePreview> previews =
                    templates.preview(saved(VALUES), List.of(ACME, BETA)).iterator();
            previews.next();
            change(BETA, VALUES);

            assertThat(previews.next().changes()).isEmpty();
        }

        @Test
        void tellOfOrganizationsThatThereAreNot() {
            TemplatePreview preview = templates
                    .preview(saved(VALUES), List.of(NOBODY))
                    .findFirst()
                    .orElseThrow();

            assertThat(preview.version()).isNegative();
            assertThat(preview.changes()).isEmpty();
            assertThat(preview.problems())
                    .containsExactly(ConfigProblem.of(ConfigField.FORM, Code.NO_SUCH_ORGANIZATION));
        }

        @Test
        void tellOfLimitsBelowWhatWasUsedToday() {
            use(ACME, 3);
            change(ACME, limit(50));
            Template template = saved(limit(2));

            TemplatePreview preview =
                    templates.preview(template, List.of(ACME)).findFirst().orElseThrow();

            assertThat(preview.changes()).containsExactly(new FieldChange(ConfigField.DAILY_LIMIT, "50", "2"));
            assertThat(preview.problems())
                    .containsExactly(ConfigProblem.of(ConfigField.DAILY_LIMIT, Code.BELOW_USE, "3"));
            assertThat(preview.problems().get(0))
                    .hasToString("daily_limit: is below the 3 messages that were sent today");
            assertThat(templates
                            .preview(
                                    template,
                                    List.of(ACME),
                                    RollOutOptions.defaults().limitsBelowUse(LimitsBelowUse.ALLOWED))
                            .findFirst()
                            .orElseThrow()
                            .problems())
                    .isEmpty();
        }

        @Test
        void tellOfValuesThatCannotBeUsedAnyMore() {
            Template template = saved(
                    ConfigDraft.builder().baseUrl("https://gateway.example.com").build());
            try (UltraMessageInstanceManager strict = manager(AllowedHosts.of("api.ultramsg.com"))) {
                Templates strictly = strict.templates(Actor.operator("anna"));

                assertThat(strictly.preview(template, List.of(ACME))
                                .findFirst()
                                .orElseThrow()
                                .problems())
                        .extracting(ConfigProblem::code)
                        .containsExactly(Code.HOST_NOT_ALLOWED);
                assertThat(strictly.apply(template, List.of(ACME)).rest())
                        .singleElement()
                        .isInstanceOf(Refused.class);
            }
        }
    }

    @Nested
    class RolledOut {
        @Test
        void changeNothingBeforeTheFirstStage() {
            RollOut rollOut = templates.apply(saved(VALUES), List.of(ACME, BETA));

            assertThat(rollOut.waiting()).containsExactly(ACME, BETA);
            assertThat(history(ACME)).isEmpty();
        }

        @Test
        void changeStageByStage() {
            RollOut rollOut = templates.apply(saved(VALUES), List.of(ACME, BETA, ACME));

            assertThat(rollOut.next(1)).extracting(RollOutOutcome::organization).containsExactly(ACME);
            assertThat(stored(ACME).dailyLimit()).contains(500);
            assertThat(stored(BETA).dailyLimit()).isEmpty();
            assertThat(rollOut.waiting()).containsExactly(BETA);

            assertThat(rollOut.rest()).extracting(RollOutOutcome::organization).containsExactly(BETA);
            assertThat(rollOut.next(1)).isEmpty();
            assertThat(rollOut.rest()).isEmpty();
            assertThat(rollOut.outcomes())
                    .hasSize(2)
                    .allSatisfy(outcome -> assertThat(applied(outcome).changes())
                            .extracting(FieldChange::field)
                            .containsExactly(ConfigField.DAILY_LIMIT, ConfigField.TIME_ZONE));
            assertThatIllegalArgumentException().isThrownBy(() -> rollOut.next(0));
        }

        @Test
        void areRecordedWithTemplateAndRollOut() {
            saved(limit(1));
            RollOut rollOut = templates.apply(saved(VALUES), List.of(ACME));
            rollOut.rest();

            AuditEntry entry = history(ACME).get(0);
            assertThat(entry.note().actor()).isEqualTo(Actor.operator("anna"));
            assertThat(entry.note().finding()).isEmpty();
            assertThat(entry.note().origin())
                    .contains(
                            ChangeOrigin.of("template", "starter", rollOut.id()).version(2));
            assertThat(history(ACME)).hasSize(1);
        }

        @Test
        void leaveAloneWhatTheyDoNotName() {
            templates.apply(saved(limit(7)), List.of(ACME)).rest();

            assertThat(stored(ACME).instanceId()).contains("1150");
            assertThat(stored(ACME).token().orElseThrow().reveal()).isEqualTo("fake-t0ken");
            assertThat(stored(ACME).status()).contains("active");
            assertThat(stored(ACME).timeZone()).isEmpty();
        }

        @Test
        void clearWhatTheyNameAndLeaveBlank() {
            change(
                    ACME,
                    ConfigDraft.builder()
                            .webhookUrl("https://host.example.com/hook")
                            .webhookEvents(List.of("message_ack"))
                            .build());
            Template template = saved(ConfigDraft.builder()
                    .webhookUrl("")
                    .webhookEvents(List.of())
                    .build());

            templates.apply(template, List.of(ACME)).rest();

            assertThat(stored(ACME).webhookUrl()).isEmpty();
            assertThat(stored(ACME).webhookEvents()).isEmpty();
        }

        @Test
        void recordNothingWhereNothingIsToBeChanged() {
            change(ACME, VALUES);
            int entries = history(ACME).size();

            assertThat(templates.apply(saved(VALUES), List.of(ACME)).rest())
                    .containsExactly(new Unchanged(ACME, List.of()));
            assertThat(history(ACME)).hasSize(entries);
        }

        /** A limit is to be the same for all, whatever is still missing elsewhere. */
        @Test
        void areAppliedWhateverElseIsWrong() {
            OrganizationId fresh = OrganizationId.of("fresh");
            store.add(fresh, ConfigDraft.builder().build());
            change(ACME, ConfigDraft.builder().instanceId("no instance").build());

            assertThat(templates.apply(saved(VALUES), List.of(fresh, ACME)).rest())
                    .hasSize(2)
                    .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Applied.class));
            assertThat(stored(fresh).timeZone()).contains("Europe/Berlin");
        }

        @Test
        void tellOfOrganizationsThatAreNoMore() {
            RollOut rollOut = templates.apply(saved(VALUES), List.of(ACME, BETA));
            store.remove(BETA);

            assertThat(rollOut.rest()).last().isEqualTo(new NoSuchOrganization(BETA));
        }

        @Test
        void refuseToTakeALimitBelowWhatWasUsedToday() {
            use(ACME, 3);
            Template template = saved(limit(2));

            assertThat(templates.apply(template, List.of(ACME)).rest())
                    .containsExactly(
                            new Refused(ACME, List.of(ConfigProblem.of(ConfigField.DAILY_LIMIT, Code.BELOW_USE, "3"))));
            assertThat(stored(ACME).dailyLimit()).isEmpty();

            RollOutOptions allowed = RollOutOptions.defaults().limitsBelowUse(LimitsBelowUse.ALLOWED);
            applied(templates.apply(template, List.of(ACME), allowed).rest().get(0));
            assertThat(stored(ACME).dailyLimit()).contains(2);
        }

        @Test
        void mayRaiseALimitThatIsBelowWhatWasUsed() {
            use(ACME, 5);
            change(ACME, limit(2));

            applied(templates.apply(saved(limit(4)), List.of(ACME)).rest().get(0));
        }

        @Test
        void takeALimitForFineThatIsExactlyUsed() {
            use(ACME, 3);

            applied(templates.apply(saved(limit(3)), List.of(ACME)).rest().get(0));
        }

        @Test
        void leaveAloneWhoWasChangedSinceThePreview() {
            Template template = saved(VALUES);
            List<TemplatePreview> previews =
                    templates.preview(template, List.of(ACME, BETA, NOBODY)).toList();
            change(BETA, limit(70));
            store.add(NOBODY, ConfigDraft.builder().build());

            List<RollOutOutcome> outcomes = templates
                    .applyPreviewed(previews, RollOutOptions.defaults())
                    .rest();

            applied(outcomes.get(0));
            assertThat(outcomes.subList(1, 3))
                    .containsExactly(new ChangedMeanwhile(BETA), new ChangedMeanwhile(NOBODY));
            assertThat(stored(BETA).dailyLimit()).contains(70);
            assertThat(stored(NOBODY).dailyLimit()).isEmpty();
        }

        @Test
        void takePreviewsOfOneVersionOfOneTemplate() {
            Stream<TemplatePreview> two = Stream.of(saved(limit(1)), saved(limit(2)))
                    .flatMap(template -> templates.preview(template, List.of(ACME)));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> templates.applyPreviewed(two.toList(), RollOutOptions.defaults()))
                    .withMessage("previews of 2 templates: give those of one");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> templates.applyPreviewed(List.of(), RollOutOptions.defaults()));
        }

        @Test
        void doNobodyTwiceUnderOneId() {
            Template template = saved(VALUES);
            RollOutOptions options = RollOutOptions.defaults().id("new limits");
            templates.apply(template, List.of(ACME, BETA), options).next(1);
            change(ACME, limit(70));

            RollOut again = templates.apply(template, List.of(ACME, BETA), options);

            assertThat(again.id()).isEqualTo("new limits");
            assertThat(again.waiting()).containsExactly(BETA);
            applied(again.rest().get(0));
            assertThat(stored(ACME).dailyLimit())
                    .as("what somebody has set since")
                    .contains(70);
        }

        @Test
        void doNobodyTwiceThatAnotherNodeHasDoneMeanwhile() {
            Template template = saved(VALUES);
            RollOutOptions options = RollOutOptions.defaults().id("new limits");
            RollOut here = templates.apply(template, List.of(ACME), options);
            RollOut there = templates.apply(template, List.of(ACME), options);
            there.rest();
            change(ACME, limit(70));

            assertThat(here.rest()).containsExactly(new DoneBefore(ACME));
            assertThat(stored(ACME).dailyLimit()).contains(70);
        }

        @Test
        void useAnIdForOneThingOnly() {
            RollOutOptions options = RollOutOptions.defaults().id("new limits");
            Template first = saved(limit(1));
            templates.apply(first, List.of(ACME), options).rest();
            Template second = saved(limit(2));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> templates.apply(second, List.of(BETA), options))
                    .withMessageStartingWith("under the id new limits something else was rolled out before");
            assertThat(templates.apply(first, List.of(BETA), options).rest()).hasSize(1);
            for (String id : List.of("", " ", "a\nb", "x".repeat(65))) {
                assertThatIllegalArgumentException().isThrownBy(() -> options.id(id));
            }
        }

        @Test
        void askUltraMsgNothingIfNoAddressChanges() {
            Template template = saved(
                    VALUES.toBuilder().baseUrl(ultraMsg.baseUrl().toString()).build());

            applied(templates.apply(template, List.of(ACME)).rest().get(0));

            assertThat(ultraMsg.instance("1150").requestCount()).isZero();
        }

        @Test
        void testAnotherAddress() {
            change(ACME, ConfigDraft.builder().baseUrl("").build());
            Template template = saved(
                    ConfigDraft.builder().baseUrl(ultraMsg.baseUrl().toString()).build());

            applied(templates.apply(template, List.of(ACME)).rest().get(0));

            assertThat(stored(ACME).baseUrl()).contains(ultraMsg.baseUrl().toString());
            assertThat(history(ACME).get(0).note().finding()).contains(ConnectionFinding.CONNECTED.code());
        }

        @Test
        void leaveTheAddressAsItIsIfTheOtherOneDoesNotKnowTheOrganization() {
            change(BETA, ConfigDraft.builder().baseUrl("").build());
            Template template = saved(
                    ConfigDraft.builder().baseUrl(ultraMsg.baseUrl().toString()).build());

            assertThat(templates.apply(template, List.of(BETA)).rest())
                    .singleElement()
                    .isInstanceOf(TestFailed.class);
            assertThat(stored(BETA).baseUrl()).isEmpty();

            RollOutOptions untested = RollOutOptions.defaults().verification(Verification.SAVE_UNTESTED);
            applied(templates.apply(template, List.of(BETA), untested).rest().get(0));
            assertThat(stored(BETA).baseUrl()).contains(ultraMsg.baseUrl().toString());
        }

        /** Activating is a decision of its own. */
        @Test
        void letNobodySendWhoDidNot() {
            change(
                    ACME,
                    ConfigDraft.builder()
                            .baseUrl("")
                            .status(InstanceStatus.INACTIVE)
                            .build());
            Template template = saved(
                    ConfigDraft.builder().baseUrl(ultraMsg.baseUrl().toString()).build());

            applied(templates.apply(template, List.of(ACME)).rest().get(0));

            assertThat(stored(ACME).status()).contains("inactive");
        }
    }

    @Nested
    class TakenBack {
        @Test
        void putBackWhatWasThereBefore() {
            change(
                    ACME,
                    ConfigDraft.builder()
                            .dailyLimit(200)
                            .webhookEvents(List.of("message_ack", "message_received"))
                            .pace("PT15S")
                            .build());
            Template template = saved(
                    VALUES.toBuilder().webhookEvents(List.of()).pace("PT20S").build());
            RollOut rollOut = templates.apply(template, List.of(ACME, BETA));
            rollOut.rest();

            RollOut undo = templates.undo(rollOut.id());
            assertThat(undo.waiting()).containsExactlyInAnyOrder(ACME, BETA);
            assertThat(undo.rest())
                    .hasSize(2)
                    .allSatisfy(outcome -> assertThat(applied(outcome).kept()).isEmpty());

            assertThat(stored(ACME).dailyLimit()).contains(200);
            assertThat(stored(ACME).pace()).contains("PT15S");
            assertThat(stored(ACME).timeZone()).isEmpty();
            assertThat(stored(ACME).webhookEvents()).contains(List.of("message_ack", "message_received"));
            assertThat(stored(BETA).dailyLimit()).as("what was not set").contains(1000);
            assertThat(history(ACME).get(0).note().origin()).contains(ChangeOrigin.of("undo", rollOut.id(), undo.id()));
        }

        @Test
        void keepWhatSomebodyHasChangedSince() {
            RollOut rollOut = templates.apply(saved(VALUES), List.of(ACME));
            rollOut.rest();
            change(ACME, limit(70));

            assertThat(applied(templates.undo(rollOut.id()).rest().get(0)))
                    .isEqualTo(new Applied(
                            ACME,
                            List.of(new FieldChange(ConfigField.TIME_ZONE, "Europe/Berlin", null)),
                            List.of(ConfigField.DAILY_LIMIT)));
            assertThat(stored(ACME).dailyLimit()).contains(70);
        }

        @Test
        void changeNothingWhereSomebodyHasChangedEverything() {
            RollOut rollOut = templates.apply(saved(limit(5)), List.of(ACME));
            rollOut.rest();
            change(ACME, limit(70));

            assertThat(templates.undo(rollOut.id()).rest())
                    .containsExactly(new Unchanged(ACME, List.of(ConfigField.DAILY_LIMIT)));
        }

        @Test
        void changeNothingTheSecondTime() {
            change(ACME, limit(200));
            RollOut rollOut = templates.apply(saved(VALUES), List.of(ACME));
            rollOut.rest();
            templates.undo(rollOut.id()).rest();
            change(ACME, limit(500)); // what the roll-out had set, but somebody wants it
            int entries = history(ACME).size();

            assertThat(templates.undo(rollOut.id()).rest()).isEmpty();
            assertThat(templates.undo(rollOut.id(), ACME, RollOutOptions.defaults()))
                    .isEqualTo(new DoneBefore(ACME));
            assertThat(stored(ACME).dailyLimit()).contains(500);
            assertThat(history(ACME)).hasSize(entries);
        }

        @Test
        void goOnWhereTheyStopped() {
            RollOut rollOut = templates.apply(saved(VALUES), List.of(ACME, BETA));
            rollOut.rest();
            templates.undo(rollOut.id()).next(1);

            assertThat(templates.undo(rollOut.id()).rest()).hasSize(1);
            assertThat(stored(ACME).timeZone()).isEmpty();
            assertThat(stored(BETA).timeZone()).isEmpty();
        }

        @Test
        void canBeDoneForOneOrganization() {
            RollOut rollOut = templates.apply(saved(VALUES), List.of(ACME, BETA));
            rollOut.rest();

            applied(templates.undo(rollOut.id(), ACME, RollOutOptions.defaults()));

            assertThat(stored(ACME).timeZone()).isEmpty();
            assertThat(stored(BETA).timeZone()).contains("Europe/Berlin");
            assertThat(templates.undo(rollOut.id()).waiting()).containsExactly(BETA);
        }

        @Test
        void canBeTakenBackInTheirTurn() {
            RollOut rollOut = templates.apply(saved(VALUES), List.of(ACME));
            rollOut.rest();
            RollOut undo = templates.undo(rollOut.id());
            undo.rest();

            applied(templates.undo(undo.id()).rest().get(0));

            assertThat(stored(ACME).dailyLimit()).contains(500);
            assertThat(stored(ACME).timeZone()).contains("Europe/Berlin");
        }

        @Test
        void obeyTheRuleOfLimitsBelowUse() {
            change(ACME, limit(2));
            RollOut rollOut = templates.apply(saved(limit(10)), List.of(ACME));
            rollOut.rest();
            use(ACME, 3);

            assertThat(templates.undo(rollOut.id()).rest()).singleElement().isInstanceOf(Refused.class);
            RollOutOptions allowed = RollOutOptions.defaults().limitsBelowUse(LimitsBelowUse.ALLOWED);
            applied(templates.undo(rollOut.id(), allowed).rest().get(0));
            assertThat(stored(ACME).dailyLimit()).contains(2);
        }

        @Test
        void areThoseOfTemplatesOnly() {
            store.organizations()
                    .update(
                            ACME,
                            limit(9),
                            AuditNote.by(Actor.operator("ben"))
                                    .origin(ChangeOrigin.of("import", "environment", "the import")));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> templates.undo("the import"))
                    .withMessage("what was done under the id the import was no roll-out of a template");
            assertThat(templates.undo("of nobody").rest()).isEmpty();
            assertThat(templates.undo("of nobody", ACME, RollOutOptions.defaults()))
                    .isEqualTo(new Unchanged(ACME, List.of()));
        }

        @Test
        void outliveTheTemplate() {
            RollOut rollOut = templates.apply(saved(VALUES), List.of(ACME, BETA));
            rollOut.rest();
            templates.delete(STARTER);
            store.remove(BETA);

            List<RollOutOutcome> outcomes = templates.undo(rollOut.id()).rest();

            assertThat(outcomes).hasSize(2).contains(new NoSuchOrganization(BETA));
            assertThat(stored(ACME).timeZone()).isEmpty();
        }
    }
}
