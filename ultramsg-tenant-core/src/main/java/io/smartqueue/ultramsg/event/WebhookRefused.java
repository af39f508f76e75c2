package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * A request to the host's route for webhooks was refused. A few of these are anybody who tries; many with one organization are a webhook
 * that is set wrongly, or somebody who knows an old address.
 *
 * @param organization whose secret the request knew; null if it knew none
 * @param reason why it was refused
 */
public record WebhookRefused(@Nullable OrganizationId organization, Reason reason) {
    public WebhookRefused {
        Objects.requireNonNull(reason, "reason");
    }

    /** Why a request was refused. */
    public enum Reason {
        /** The host has switched webhooks off. */
        SWITCHED_OFF,
        /** The method is not {@code POST}. */
        WRONG_METHOD,
        /** The body is longer than what is read. */
        TOO_LARGE,
        /** The secret is none that was made with one of the host's keys. */
        UNKNOWN_SECRET,
        /** The secret was revoked. */
        REVOKED_SECRET,
        /** The secret is of an organization that is no more. */
        NO_ORGANIZATION,
        /** The organization's configuration cannot be used, so that nobody knows which instances it has. */
        NOT_CONFIGURED,
        /** The body is no event. */
        UNREADABLE,
        /** The event is of an instance that is none of the organization's, or names none. */
        WRONG_INSTANCE,
        /** The request knows the token that all share, and several organizations have the instance. */
        SHARED_INSTANCE
    }
}
