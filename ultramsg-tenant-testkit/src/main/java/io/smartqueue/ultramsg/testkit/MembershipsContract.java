package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.TenantStore;
import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What every store's {@link Memberships} promise, and its {@link OrganizationStore#actingFor}, as tests. A store's own test class
 * extends this one.
 *
 * <p>Each test method needs organizations of its own; {@link #newOrganization} makes them.
 */
public abstract class MembershipsContract {
    private static final AuditNote NOTE = AuditNote.by(Actor.operator("a test"));
    private static final MemberId ANNA = MemberId.of("anna");
    private static final ConfigDraft LIMIT = ConfigDraft.builder().dailyLimit(9).build();

    /** Ids that somebody may have, or pretend to have, to be taken for another or to be read as something else. */
    private static final List<String> HOSTILE = List.of(
            "' or '1'='1",
            "anna' --",
            "anna; drop table organizations",
            "ANNA",
            " anna",
            "anna ",
            "ann\u0430",
            "%",
            "_nna",
            "*",
            "null",
            "\\",
            "{anna}",
            "anna,bert",
            "\uD800",
            "x".repeat(255));

    /** For the subclasses. */
    protected MembershipsContract() {}

    /**
     * Returns the store under test.
     *
     * @return the store
     */
    protected abstract TenantStore store();

    /**
     * Adds an organization without any configuration, as a host's own code would.
     *
     * @return its id, in the canonical spelling
     */
    protected abstract OrganizationId newOrganization();

    /**
     * Returns an id that could be an organization's and is not.
     *
     * @return an id that the store does not hold
     */
    protected abstract OrganizationId missingOrganization();

    /**
     * Makes somebody a member, as a host's own code would, or gives him another role.
     *
     * @param organization where
     * @param member who
     * @param role what he is there from now on
     */
    protected abstract void addMember(OrganizationId organization, MemberId member, MemberRole role);

    /**
     * Takes a member's role away.
     *
     * @param organization where
     * @param member who
     */
    protected abstract void removeMember(OrganizationId organization, MemberId member);

    @Test
    void tellsWhatAMemberIsInEachOrganization() {
        OrganizationId one = newOrganization();
        OrganizationId other = newOrganization();
        addMember(one, ANNA, MemberRole.ADMIN);
        addMember(other, ANNA, MemberRole.EMPLOYEE);
        addMember(other, MemberId.of("bert"), MemberRole.MANAGER);

        assertThat(store().members().roleOf(one, ANNA)).contains(MemberRole.ADMIN);
        assertThat(store().members().roleOf(other, ANNA)).contains(MemberRole.EMPLOYEE);
        assertThat(store().members().roleOf(other, MemberId.of("bert"))).contains(MemberRole.MANAGER);
        assertThat(store().members().roleOf(one, MemberId.of("bert"))).isEmpty();
    }

    @Test
    void knowsNobodyInOrganizationsThatDoNotExist() {
        assertThat(store().members().roleOf(missingOrganization(), ANNA)).isEmpty();
        assertThat(store().members().roleOf(OrganizationId.of("' or 1=1 --"), ANNA))
                .isEmpty();
    }

    @Test
    void forgetsARoleTheMomentItIsTakenAwayOrChanged() {
        OrganizationId organization = newOrganization();
        addMember(organization, ANNA, MemberRole.ADMIN);
        assertThat(store().members().roleOf(organization, ANNA)).contains(MemberRole.ADMIN);

        addMember(organization, ANNA, MemberRole.EMPLOYEE);
        assertThat(store().members().roleOf(organization, ANNA)).contains(MemberRole.EMPLOYEE);

        removeMember(organization, ANNA);
        assertThat(store().members().roleOf(organization, ANNA)).isEmpty();
    }

    @Test
    void takesNobodyForAnother() {
        OrganizationId organization = newOrganization();
        addMember(organization, ANNA, MemberRole.ADMIN);
        addMember(organization, MemberId.of("?"), MemberRole.ADMIN); // as which an unpaired surrogate may arrive

        for (String id : HOSTILE) {
            MemberId member = MemberId.of(id);
            assertThat(store().members().roleOf(organization, member)).as(id).isEmpty();
            assertThatThrownBy(() -> as(member).findWithoutToken(organization))
                    .as(id)
                    .isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> as(member).update(organization, LIMIT, by(member)))
                    .as(id)
                    .isInstanceOf(AccessDeniedException.class);
        }
    }

    @Test
    void keepsApartWhoseIdsAreOddButTheirOwn() {
        OrganizationId organization = configured();
        for (String id : HOSTILE.subList(0, 3)) {
            addMember(organization, MemberId.of(id), MemberRole.EMPLOYEE);

            assertThat(as(MemberId.of(id)).findWithoutToken(organization))
                    .as(id)
                    .isPresent();
        }
    }

    @Test
    void letsAnAdminDoEverything() {
        OrganizationId organization = configured();
        addMember(organization, ANNA, MemberRole.ADMIN);

        assertThat(as(ANNA).find(organization).orElseThrow().token()).contains(AccessToken.of("fake-t0ken"));
        assertThat(as(ANNA).findWithoutToken(organization).orElseThrow().dailyLimit())
                .contains(7);
        assertThat(as(ANNA).update(organization, LIMIT, by(ANNA)).outcome()).isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(as(ANNA).update(
                                organization,
                                ConfigDraft.builder().instanceId(instance()).build(),
                                by(ANNA))
                        .outcome())
                .isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(as(ANNA).update(organization, ConfigDraft.builder().build(), by(ANNA))
                        .outcome())
                .isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(store().organizations().find(organization).orElseThrow().dailyLimit())
                .contains(9);
    }

    @Test
    void letsAnAdminReadWhatWasChangedByWhomAndClear() {
        OrganizationId organization = configured();
        addMember(organization, ANNA, MemberRole.ADMIN);

        as(ANNA).update(organization, LIMIT, by(ANNA));
        assertThat(as(ANNA).clear(organization, by(ANNA))).isEqualTo(UpdateOutcome.WRITTEN);

        assertThat(as(ANNA).history(organization, Long.MAX_VALUE, 2))
                .hasSize(2)
                .allSatisfy(entry -> assertThat(entry.note().actor()).isEqualTo(new Actor.Member(ANNA)));
        assertThat(as(ANNA).historyOfRollOut(organization, "none")).isEmpty();
        assertThat(as(ANNA).findWithoutToken(organization).orElseThrow().instanceId())
                .isEmpty();
    }

    @Test
    void recordsWhatAMemberDoesUnderHisOwnNameOnly() {
        OrganizationId organization = configured();
        addMember(organization, ANNA, MemberRole.ADMIN);

        for (AuditNote note : List.of(NOTE, by(MemberId.of("bert")), AuditNote.by(Actor.operator("anna")))) {
            assertThatThrownBy(() -> as(ANNA).update(organization, LIMIT, note))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> as(ANNA).clear(organization, note)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(store().organizations().find(organization).orElseThrow().dailyLimit())
                .contains(7);
    }

    @Test
    void letsAnAdminSeeAndChangeStandbys() {
        OrganizationId organization = configured();
        addMember(organization, ANNA, MemberRole.ADMIN);
        StandbyInstance standby = standby(instance());
        assertThat(standbysAs(ANNA).find(organization)).isEmpty();

        assertThat(standbysAs(ANNA).replace(organization, List.of(standby), by(ANNA)))
                .isEqualTo(UpdateOutcome.WRITTEN);

        assertThat(standbysAs(ANNA).find(organization)).containsExactly(standby);
        assertThat(as(ANNA).history(organization, Long.MAX_VALUE, 1).get(0).note())
                .isEqualTo(by(ANNA));
        StandbyInstance held = standby(instance());
        store().standbys().replace(newOrganization(), List.of(held), NOTE);
        assertThat(standbysAs(ANNA).replace(organization, List.of(held), by(ANNA)))
                .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
        for (AuditNote note : List.of(NOTE, by(MemberId.of("bert")), AuditNote.by(Actor.operator("anna")))) {
            assertThatThrownBy(() -> standbysAs(ANNA).replace(organization, List.of(), note))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(store().standbys().find(organization)).containsExactly(standby);
    }

    @Test
    void refusesStandbysToEverybodyElse() {
        OrganizationId organization = configured();
        OrganizationId other = configured();
        StandbyInstance standby = standby(instance());
        store().standbys().replace(organization, List.of(standby), NOTE);
        int entries =
                store().organizations().history(organization, Long.MAX_VALUE, 9).size();
        addMember(organization, MemberId.of("manager"), MemberRole.MANAGER);
        addMember(organization, MemberId.of("employee"), MemberRole.EMPLOYEE);
        addMember(other, MemberId.of("stranger"), MemberRole.ADMIN);
        addMember(organization, MemberId.of("former"), MemberRole.ADMIN);
        StandbyStore former = standbysAs(MemberId.of("former"));
        assertThat(former.find(organization)).containsExactly(standby);
        removeMember(organization, MemberId.of("former"));
        assertThatThrownBy(() -> former.find(organization)).isInstanceOf(AccessDeniedException.class);

        for (String name : List.of("manager", "employee", "stranger", "former", "nobody")) {
            MemberId member = MemberId.of(name);
            assertRefusedStandbys(organization, member);
            assertRefusedStandbys(missingOrganization(), member);
            assertRefusedStandbys(OrganizationId.of("no such key at all"), member);
        }

        assertThat(store().standbys().find(organization)).containsExactly(standby);
        assertThat(store().organizations().history(organization, Long.MAX_VALUE, 9))
                .hasSize(entries);
    }

    private void assertRefusedStandbys(OrganizationId organization, MemberId member) {
        assertThatThrownBy(() -> standbysAs(member).find(organization)).isInstanceOf(AccessDeniedException.class);
        for (List<StandbyInstance> standbys : List.of(List.<StandbyInstance>of(), List.of(standby(instance())))) {
            assertThatThrownBy(() -> standbysAs(member).replace(organization, standbys, by(member)))
                    .as(member.value())
                    .isInstanceOf(AccessDeniedException.class);
        }
    }

    @Test
    void letsNoMemberAskWhoWasWrittenTo() {
        OrganizationId organization = configured();
        addMember(organization, ANNA, MemberRole.ADMIN);
        Recipient recipient = Recipient.parse("+15550001111");
        InstanceId instance = InstanceId.parse(instance());

        assertThatThrownBy(() -> standbysAs(ANNA).lastUsed(organization, recipient))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> standbysAs(ANNA).remember(organization, recipient, instance))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> standbysAs(ANNA).forget(organization, recipient))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private StandbyStore standbysAs(MemberId member) {
        return store().standbys().actingFor(member);
    }

    private static StandbyInstance standby(String instance) {
        return StandbyInstance.of(new InstanceCredentials(
                InstanceId.parse(instance), AccessToken.of("fake-t0ken"), URI.create("https://api.ultramsg.com")));
    }

    @Test
    void letsNoMemberAskWhomARollOutReached() {
        assertThatThrownBy(() -> as(ANNA).organizationsOfRollOut("any"))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void refusesAnAdminWhatIsRefusedEverybody() {
        OrganizationId organization = newOrganization();
        OrganizationId other = newOrganization();
        String instance = instance();
        store().organizations()
                .update(other, ConfigDraft.builder().instanceId(instance).build(), NOTE);
        addMember(organization, ANNA, MemberRole.ADMIN);

        assertThat(as(ANNA).update(
                                organization,
                                ConfigDraft.builder().instanceId(instance).build(),
                                by(ANNA))
                        .outcome())
                .isEqualTo(UpdateOutcome.INSTANCE_IN_USE);
    }

    @Test
    void showsManagersAndEmployeesAllButTokenAndLimit() {
        OrganizationId organization = configured();
        for (MemberRole role : List.of(MemberRole.MANAGER, MemberRole.EMPLOYEE)) {
            addMember(organization, ANNA, role);

            ConfigDraft found = as(ANNA).findWithoutToken(organization).orElseThrow();

            assertThat(found.token()).isEmpty();
            assertThat(found.dailyLimit()).isEmpty();
            assertThat(found.status()).contains("suspended");
            assertThat(found.version()).isPresent();
            assertThat(found.businessNumber()).contains("+15550001111");
            assertThat(found.webhookEvents()).contains(List.of("message_ack"));
            assertThat(found.timeZone()).contains("Asia/Kolkata");
            assertThat(found.defaultRegion()).contains("IN");
        }
    }

    @Test
    void refusesManagersAndEmployeesTheTokenAndEveryChange() {
        OrganizationId organization = configured();
        for (MemberRole role : List.of(MemberRole.MANAGER, MemberRole.EMPLOYEE)) {
            addMember(organization, ANNA, role);

            assertThatThrownBy(() -> as(ANNA).find(organization))
                    .isInstanceOf(AccessDeniedException.class)
                    .hasMessageContaining("EDIT")
                    .hasMessageContaining(organization.value());
            assertThatThrownBy(() -> as(ANNA).update(organization, LIMIT, by(ANNA)))
                    .isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() ->
                            as(ANNA).update(organization, ConfigDraft.builder().build(), by(ANNA)))
                    .isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> as(ANNA).update(
                                    organization,
                                    ConfigDraft.builder().instanceId(instance()).build(),
                                    by(ANNA)))
                    .isInstanceOf(AccessDeniedException.class);
        }
        assertThat(store().organizations().find(organization).orElseThrow().dailyLimit())
                .contains(7);
    }

    @Test
    void refusesMembersOfAnotherOrganizationAndThoseWhoHaveNoRole() {
        OrganizationId organization = configured();
        OrganizationId other = configured();
        addMember(other, ANNA, MemberRole.ADMIN);
        addMember(organization, MemberId.of("bert"), MemberRole.ADMIN);
        removeMember(organization, MemberId.of("bert"));

        for (MemberId member : List.of(ANNA, MemberId.of("bert"), MemberId.of("nobody"))) {
            assertRefusedEverything(organization, member);
        }
        assertThat(as(ANNA).find(other)).isPresent();
    }

    @Test
    void saysNotWhetherAnOrganizationExists() {
        assertRefusedEverything(missingOrganization(), ANNA);
        assertRefusedEverything(OrganizationId.of("no such key at all"), ANNA);
    }

    private void assertRefusedEverything(OrganizationId organization, MemberId member) {
        assertThatThrownBy(() -> as(member).find(organization)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> as(member).findWithoutToken(organization)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> as(member).update(organization, LIMIT, by(member)))
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> as(member).clear(organization, by(member))).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> as(member).history(organization, Long.MAX_VALUE, 9))
                .isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> as(member).historyOfRollOut(organization, "any"))
                .isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void refusesAMemberWhoseRoleIsTakenAwayBetweenTwoCalls() {
        OrganizationId organization = configured();
        addMember(organization, ANNA, MemberRole.ADMIN);
        OrganizationStore acting = as(ANNA);
        assertThat(acting.update(organization, LIMIT, by(ANNA)).outcome()).isEqualTo(UpdateOutcome.WRITTEN);

        addMember(organization, ANNA, MemberRole.EMPLOYEE);

        assertThat(acting.findWithoutToken(organization)).isPresent();
        assertThatThrownBy(() -> acting.find(organization)).isInstanceOf(AccessDeniedException.class);
        assertThatThrownBy(() -> acting.update(organization, LIMIT, by(ANNA)))
                .isInstanceOf(AccessDeniedException.class);

        removeMember(organization, ANNA);

        assertThatThrownBy(() -> acting.findWithoutToken(organization)).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void bindsNobodyWhoDoesNotActForAMember() {
        OrganizationId organization = configured();
        assertThatThrownBy(() -> as(ANNA).find(organization)).isInstanceOf(AccessDeniedException.class);

        assertThat(store().organizations().find(organization).orElseThrow().token())
                .isPresent();
        assertThat(store().organizations().update(organization, LIMIT, NOTE).outcome())
                .isEqualTo(UpdateOutcome.WRITTEN);
        assertThat(store().quotas().usage(organization)).isPresent();
    }

    @Test
    void knowsTheSameSpellingsForMembers() {
        OrganizationId organization = newOrganization();

        assertThat(as(ANNA).canonical(organization))
                .isEqualTo(store().organizations().canonical(organization));
    }

    @Test
    void letsNoMemberListen() {
        OrganizationStore.ChangeListener listener = new OrganizationStore.ChangeListener() {
            @Override
            public void changed(OrganizationId organization) {}

            @Override
            public void anythingMayHaveChanged() {}
        };

        assertThatThrownBy(() -> as(ANNA).onChange(listener)).isInstanceOf(UnsupportedOperationException.class);
    }

    private static AuditNote by(MemberId member) {
        return AuditNote.by(new Actor.Member(member));
    }

    private OrganizationStore as(MemberId member) {
        return store().organizations().actingFor(member);
    }

    private OrganizationId configured() {
        OrganizationId organization = newOrganization();
        store().organizations()
                .update(
                        organization,
                        ConfigDraft.builder()
                                .instanceId(instance())
                                .token("fake-t0ken")
                                .businessNumber("+15550001111")
                                .storedStatus("suspended")
                                .dailyLimit(7)
                                .webhookEvents(List.of("message_ack"))
                                .timeZone("Asia/Kolkata")
                                .defaultRegion("IN")
                                .build(),
                        NOTE);
        return organization;
    }

    /** An instance that no other test has. */
    private static String instance() {
        return "instance" + ThreadLocalRandom.current().nextLong(1L << 40, 1L << 60);
    }
}
