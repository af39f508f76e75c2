package io.smartqueue.ultramsg.event;

import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.usage.RiskRule;
import io.smartqueue.ultramsg.usage.UsageDay;

import java.util.Objects;

/**
 * So many of an organization's messages have failed on one day that a rule applies, and what it says was done.
 *
 * @param organization whose
 * @param rule which
 * @param day what was known of the day by then, over all nodes
 */
public record RiskFound(OrganizationId organization, RiskRule rule, UsageDay day) {
    public RiskFound {
        Objects.requireNonNull(organization, "organization");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(day, "day");
    }
}
