package io.smartqueue.ultramsg.internal.admin;

import io.smartqueue.ultramsg.access.Memberships;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.OrganizationId;

/**
 * Asks whether somebody may do something, anew each time: a role that was taken away a moment ago counts at once. Thread-safe.
 */
public final class AccessCheck {
    private final Memberships memberships;

    public AccessCheck(Memberships memberships) {
        this.memberships = memberships;
    }

    /** Operators may do everything. */
    public boolean isPermitted(Actor actor, OrganizationId organization, Permission permission) {
        return !(actor instanceof Actor.Member member)
                || memberships
                        .roleOf(organization, member.id())
                        .filter(role -> role.may(permission))
                        .isPresent();
    }

    /**
     * Returns if the actor may, and throws if not.
     *
     * @throws AccessDeniedException if he has no role in the organization, or one that does not include it
     */
    public void require(Actor actor, OrganizationId organization, Permission permission) {
        if (!isPermitted(actor, organization, permission)) {
            throw AccessDeniedException.of(permission.name(), organization.value());
        }
    }
}
