package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.message.SendResult;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Duration;
import java.util.Objects;

/**
 * A call to send a message has come to its end.
 *
 * @param organization on whose behalf
 * @param result accepted, rejected or unknown
 * @param took how long the whole call took
 */
public record MessageSent(OrganizationId organization, SendResult result, Duration took) {
    public MessageSent {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(took, "took");
    }
}
