package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Members in memory. Thread-safe. */
final class InMemoryMembers implements Memberships {
    private final Map<Membership, MemberRole> roles = new ConcurrentHashMap<>();

    private record Membership(OrganizationId organization, MemberId member) {}

    void put(OrganizationId organization, MemberId member, MemberRole role) {
        roles.put(new Membership(organization, member), role);
    }

    void remove(OrganizationId organization, MemberId member) {
        roles.remove(new Membership(organization, member));
    }

    @Override
    public Optional<MemberRole> roleOf(OrganizationId organization, MemberId member) {
        return Optional.ofNullable(roles.get(new Membership(organization, member)));
    }
}
