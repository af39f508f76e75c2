package io.smartqueue.ultramsg.internal.health;

import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.internal.config.KnownInstance;
import io.smartqueue.ultramsg.organization.OrganizationId;

/** What else is asked of an instance, on the node whose check has found that it works. Takes 10 seconds at most. Thread-safe. */
@FunctionalInterface
public interface AfterGoodCheck {
    void ask(OrganizationId organization, KnownConfig.Usable config, KnownInstance instance);
}
