package io.smartqueue.app.web;

import io.smartqueue.ultramsg.access.MemberRole;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.organization.OrganizationId;

/** An organization as one of its members sees it. */
public record Organization(OrganizationId id, String name, MemberRole role) {
    public boolean may(Permission permission) {
        return role.may(permission);
    }

    public String path() {
        return "/organizations/" + id;
    }
}
