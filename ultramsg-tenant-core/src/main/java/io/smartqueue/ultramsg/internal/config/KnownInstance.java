package io.smartqueue.ultramsg.internal.config;

import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.jspecify.annotations.Nullable;

/**
 * One of the instances of an organization, its own or a standby.
 *
 * @param credentials what it takes to call it
 * @param businessNumber its WhatsApp number, or null if none is named
 * @param status where it stands in our records
 */
public record KnownInstance(
        InstanceCredentials credentials, @Nullable PhoneNumber businessNumber, InstanceStatus status) {
    static KnownInstance own(UltraMessageConfig config) {
        return new KnownInstance(config.credentials(), config.businessNumber().orElse(null), config.status());
    }

    static KnownInstance standby(StandbyInstance standby) {
        return new KnownInstance(standby.credentials(), standby.businessNumber().orElse(null), standby.status());
    }

    public InstanceId id() {
        return credentials.instance();
    }

    public boolean maySend() {
        return status.maySend();
    }
}
