package io.smartqueue.ultramsg.webhook;

import io.smartqueue.ultramsg.organization.WebhookEventName;

import java.util.Objects;
import java.util.Set;

/**
 * How an instance's webhook is set at UltraMsg, beside how it should be.
 *
 * @param address what is set as address
 * @param missing events that should be posted and are switched off
 * @param unexpected events that are posted and should not be; they are handled like any others
 * @param retries whether events are repeated as often as they should be
 */
public record WebhookCheck(
        Address address, Set<WebhookEventName> missing, Set<WebhookEventName> unexpected, Retries retries) {
    public WebhookCheck {
        Objects.requireNonNull(address, "address");
        missing = Set.copyOf(missing);
        unexpected = Set.copyOf(unexpected);
        Objects.requireNonNull(retries, "retries");
    }

    /** What is set as address. */
    public enum Address {
        /** This host's, with a secret that holds and was made with the newest key. */
        MATCHES,
        /** This host's, with a secret that holds as long as an older key does: install it anew before that key goes. */
        OLDER_KEY,
        /** None: nothing is posted. */
        NONE,
        /** That of something else. */
        ELSEWHERE,
        /** This host's, with a secret that does not hold: of a key that is gone, or no secret at all. */
        UNKNOWN_SECRET,
        /** This host's, with the secret of another organization: what is posted is refused. */
        OTHER_ORGANIZATION,
        /** This host's, with a secret that was revoked. */
        REVOKED
    }

    /** How often events are repeated. */
    public enum Retries {
        /** As often as they should be, or it does not matter. */
        MATCH,
        /** More often, less often, or UltraMsg does not say. */
        DIFFER
    }

    /**
     * Tells whether everything that should be posted comes to the organization.
     *
     * @return true if the address holds and no event is missing
     */
    public boolean isWorking() {
        return (address == Address.MATCHES || address == Address.OLDER_KEY) && missing.isEmpty();
    }

    /**
     * Tells whether there is nothing to do.
     *
     * @return true if all is as it should be
     */
    public boolean isInOrder() {
        return address == Address.MATCHES && missing.isEmpty() && unexpected.isEmpty() && retries == Retries.MATCH;
    }
}
