package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;

import java.util.List;
import java.util.Optional;

/** Organizations as one member may use them. */
record MemberOrganizations(OrganizationStore all, Memberships members, MemberId member) implements OrganizationStore {
    @Override
    public OrganizationId canonical(OrganizationId organization) {
        return all.canonical(organization);
    }

    @Override
    public Optional<ConfigDraft> find(OrganizationId organization) {
        require(organization, Permission.EDIT);
        return all.find(organization);
    }

    @Override
    public Optional<ConfigDraft> findWithoutToken(OrganizationId organization) {
        MemberRole role = require(organization, Permission.VIEW);
        Optional<ConfigDraft> found = all.findWithoutToken(organization);
        return role.may(Permission.EDIT)
                ? found
                : found.map(draft -> draft.toBuilder().dailyLimit(null).build());
    }

    @Override
    public Updated update(OrganizationId organization, ConfigDraft change, AuditNote note) {
        note.requireSignedBy(member);
        require(organization, Permission.EDIT);
        return all.update(organization, change, note);
    }

    @Override
    public UpdateOutcome clear(OrganizationId organization, AuditNote note) {
        note.requireSignedBy(member);
        require(organization, Permission.EDIT);
        return all.clear(organization, note);
    }

    @Override
    public List<AuditEntry> history(OrganizationId organization, long beforeNumber, int most) {
        require(organization, Permission.EDIT);
        return all.history(organization, beforeNumber, most);
    }

    @Override
    public List<AuditEntry> historyOfRollOut(OrganizationId organization, String rollOut) {
        require(organization, Permission.EDIT);
        return all.historyOfRollOut(organization, rollOut);
    }

    @Override
    public List<OrganizationId> organizationsOfRollOut(String rollOut) {
        throw onlyForOperators();
    }

    @Override
    public List<OrganizationId> holders(InstanceId instance) {
        throw onlyForOperators();
    }

    @Override
    public List<OrganizationId> withoutInstance() {
        throw onlyForOperators();
    }

    private static UnsupportedOperationException onlyForOperators() {
        return new UnsupportedOperationException("the answer names organizations of others: no member may ask");
    }

    private MemberRole require(OrganizationId organization, Permission permission) {
        return members.roleOf(canonical(organization), member)
                .filter(role -> role.may(permission))
                .orElseThrow(() -> AccessDeniedException.of(permission.name(), organization.value()));
    }

    @Override
    public OrganizationStore actingFor(MemberId another) {
        return new MemberOrganizations(all, members, another);
    }

    @Override
    public Subscription onChange(ChangeListener listener) {
        throw new UnsupportedOperationException("changes of all organizations are told: no member may listen");
    }
}
