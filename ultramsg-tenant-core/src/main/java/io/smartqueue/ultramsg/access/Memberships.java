package io.smartqueue.ultramsg.access;

import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Optional;

/**
 * Tells what somebody is in an organization. Implemented by the PostgreSQL module, which reads the table {@code
 * organization_members}, and, for tests, in memory by the testkit; a host that keeps its members elsewhere brings its own.
 *
 * <pre>{@code
 * Memberships memberships = (organization, member) -> directory.roleOf(member.value(), organization.value())
 *         .map(role -> role.isOwner() ? MemberRole.ADMIN : MemberRole.EMPLOYEE);
 * }</pre>
 *
 * <p>It is asked anew before each operation and nothing is kept, so that a role that was taken away a moment ago counts at once: it
 * should answer in milliseconds. What the store's own one promises is written as tests in the testkit's {@code MembershipsContract}.
 * Thread-safe.
 */
@FunctionalInterface
public interface Memberships {
    /**
     * Returns what a member is in an organization at this moment.
     *
     * @param organization where, in the store's spelling
     * @param member who
     * @return his role; empty if he has none there, which includes members who are not active, roles of another name and organizations
     *     that do not exist
     * @throws io.smartqueue.ultramsg.error.StorageException if it cannot be told; nothing is permitted then
     */
    Optional<MemberRole> roleOf(OrganizationId organization, MemberId member);

    /**
     * Returns what a member is in an organization, if his role there includes something.
     *
     * @param organization where, in the store's spelling
     * @param member who
     * @param permission what it has to include
     * @return his role
     * @throws AccessDeniedException if he has no role there, or one that does not include it
     */
    default MemberRole require(OrganizationId organization, MemberId member, Permission permission) {
        return roleOf(organization, member)
                .filter(role -> role.may(permission))
                .orElseThrow(() -> AccessDeniedException.of(permission.name(), organization.value()));
    }
}
