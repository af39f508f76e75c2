package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;

import java.util.List;
import java.util.Optional;

/**
 * Organizations' configuration as one member may use it. The database decides, with each statement; where it shows nothing, this says
 * why. Thread-safe.
 */
final class MemberOrganizations implements OrganizationStore {
    private final OrganizationTable table;
    private final Memberships members;
    private final MemberId member;

    /** The table's scope acts for that member. */
    MemberOrganizations(OrganizationTable table, Memberships members, MemberId member) {
        this.table = table;
        this.members = members;
        this.member = member;
    }

    @Override
    public OrganizationId canonical(OrganizationId organization) {
        return table.canonical(organization);
    }

    @Override
    public Optional<ConfigDraft> find(OrganizationId organization) {
        Optional<ConfigDraft> found = table.find(organization);
        if (found.isEmpty()) {
            members.require(organization, member, Permission.EDIT);
        }
        return found;
    }

    @Override
    public Optional<ConfigDraft> findWithoutToken(OrganizationId organization) {
        Optional<ConfigDraft> found = table.findWithoutToken(organization).or(() -> table.findForViewers(organization));
        if (found.isEmpty()) {
            members.require(organization, member, Permission.VIEW);
        }
        return found;
    }

    @Override
    public Updated update(OrganizationId organization, ConfigDraft change, AuditNote note) {
        note.requireSignedBy(member); // so does the database, in words that would help nobody
        Updated updated = table.update(organization, change, note);
        permitted(organization, updated.outcome());
        return updated;
    }

    @Override
    public UpdateOutcome clear(OrganizationId organization, AuditNote note) {
        note.requireSignedBy(member);
        return permitted(organization, table.clear(organization, note));
    }

    private UpdateOutcome permitted(OrganizationId organization, UpdateOutcome outcome) {
        if (outcome == UpdateOutcome.NO_SUCH_ORGANIZATION) {
            members.require(organization, member, Permission.EDIT);
        }
        return outcome;
    }

    @Override
    public List<AuditEntry> history(OrganizationId organization, long beforeNumber, int most) {
        return permitted(organization, table.history(organization, beforeNumber, most));
    }

    @Override
    public List<AuditEntry> historyOfRollOut(OrganizationId organization, String rollOut) {
        return permitted(organization, table.historyOfRollOut(organization, rollOut));
    }

    private List<AuditEntry> permitted(OrganizationId organization, List<AuditEntry> found) {
        if (found.isEmpty()) {
            members.require(organization, member, Permission.EDIT);
        }
        return found;
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

    @Override
    public OrganizationStore actingFor(MemberId another) {
        return table.actingFor(another);
    }

    @Override
    public Subscription onChange(ChangeListener listener) {
        throw new UnsupportedOperationException("changes of all organizations are told: no member may listen");
    }
}
