package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;

import java.util.List;
import java.util.Optional;

/** Organizations' standbys as one member may use them. */
record MemberStandbys(StandbyStore all, Memberships members, MemberId member) implements StandbyStore {
    @Override
    public List<StandbyInstance> find(OrganizationId organization) {
        members.require(organization, member, Permission.EDIT);
        return all.find(organization);
    }

    @Override
    public UpdateOutcome replace(OrganizationId organization, List<StandbyInstance> standbys, AuditNote note) {
        note.requireSignedBy(member);
        members.require(organization, member, Permission.EDIT);
        return all.replace(organization, standbys, note);
    }

    @Override
    public StandbyStore actingFor(MemberId another) {
        return new MemberStandbys(all, members, another);
    }

    @Override
    public Optional<InstanceId> lastUsed(OrganizationId organization, Recipient recipient) {
        throw onlyForSends();
    }

    @Override
    public void remember(OrganizationId organization, Recipient recipient, InstanceId instance) {
        throw onlyForSends();
    }

    @Override
    public void forget(OrganizationId organization, Recipient recipient) {
        throw onlyForSends();
    }

    private static UnsupportedOperationException onlyForSends() {
        return new UnsupportedOperationException("the service writes to recipients, and no member does");
    }
}
