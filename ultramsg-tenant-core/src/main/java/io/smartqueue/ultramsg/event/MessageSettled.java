package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.Objects;

/**
 * A message whose outcome was unknown was found to have been taken.
 *
 * @param organization on whose behalf it was sent
 * @param result what became of it
 */
public record MessageSettled(OrganizationId organization, SendResult.Accepted result) {
    public MessageSettled {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(result, "result");
    }
}
