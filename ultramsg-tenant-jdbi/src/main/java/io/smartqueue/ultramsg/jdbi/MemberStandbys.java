package io.smartqueue.ultramsg.jdbi;

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

/**
 * Organizations' standbys as one member may use them. The database decides, with each statement; where it shows nothing, this says why.
 * Thread-safe.
 */
final class MemberStandbys implements StandbyStore {
    private final StandbyTable table;
    private final Memberships members;
    private final MemberId member;

    /** The table's scope acts for that member. */
    MemberStandbys(StandbyTable table, Memberships members, MemberId member) {
        this.table = table;
        this.members = members;
        this.member = member;
    }

    @Override
    public List<StandbyInstance> find(OrganizationId organization) {
        List<StandbyInstance> found = table.find(organization);
        if (found.isEmpty()) {
            members.require(organization, member, Permission.EDIT);
        }
        return found;
    }

    @Override
    public UpdateOutcome replace(OrganizationId organization, List<StandbyInstance> standbys, AuditNote note) {
        note.requireSignedBy(member); // so does the database, in words that would help nobody
        UpdateOutcome outcome = table.replace(organization, standbys, note);
        if (outcome == UpdateOutcome.NO_SUCH_ORGANIZATION) {
            members.require(organization, member, Permission.EDIT);
        }
        return outcome;
    }

    @Override
    public StandbyStore actingFor(MemberId another) {
        return table.actingFor(another);
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
