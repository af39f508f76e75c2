package io.smartqueue.app.web;

import io.smartqueue.ultramsg.organization.OrganizationId;

/** A member's request within one of his organizations, for something that he may do there. */
public record Visit(SignedIn who, Organization organization) {
    public OrganizationId id() {
        return organization.id();
    }
}
