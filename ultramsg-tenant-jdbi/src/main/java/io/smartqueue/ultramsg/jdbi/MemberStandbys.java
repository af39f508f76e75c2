package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.Actor;
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
            requireEdit(organization);
        }
        return found;
    }

    @Override
    public UpdateOutcome replace(OrganizationId organization, List<StandbyInstance> standbys, AuditNote note) {
        if (!note.actor().equals(new Actor.Member(member))) { // so does the database, in words that would help nobody
            throw new IllegalArgumentException("a member's change is recorded under his own name");
        }
        UpdateOutcome outcome = table.replace(organization, standbys, note);
        if (outcome == UpdateOutcome.NO_SUCH_ORGANIZATION) {
            requireEdit(organization);
        }
        return outcome;
    }

    private void requireEdit(OrganizationId organization) {
        if (members.roleOf(organization, member)
                .filter(role -> role.may(Permission.EDIT))
                .isEmpty()) {
            throw AccessDeniedException.of(Permission.EDIT.name(), organization.value());
        }
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
