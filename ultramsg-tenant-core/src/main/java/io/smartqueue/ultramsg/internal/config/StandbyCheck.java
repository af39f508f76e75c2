package io.smartqueue.ultramsg.internal.config;

import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.PhoneNumber;

/** A standby is held to what holds for an organization's own instance: its base URL above all, which aims this server. */
public final class StandbyCheck {
    private StandbyCheck() {}

    public static ConfigValidation check(StandbyInstance standby, ConfigValidator validator) {
        InstanceCredentials credentials = standby.credentials();
        return validator.validate(ConfigDraft.builder()
                .instanceId(credentials.instance().value())
                .token(credentials.token())
                .baseUrl(credentials.baseUrl().toString())
                .businessNumber(standby.businessNumber().map(PhoneNumber::e164).orElse(null))
                .build());
    }
}
