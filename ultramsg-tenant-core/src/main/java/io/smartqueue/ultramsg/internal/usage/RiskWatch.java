package io.smartqueue.ultramsg.internal.usage;

import io.smartqueue.ultramsg.event.RiskFound;
import io.smartqueue.ultramsg.event.UltraMessageListener;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.KnownConfig;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.outbox.Backlog;
import io.smartqueue.ultramsg.outbox.OutboxStore;
import io.smartqueue.ultramsg.usage.RiskRule;
import io.smartqueue.ultramsg.usage.UsageDay;
import io.smartqueue.ultramsg.usage.UsageStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;

/**
 * Does what the host's rules say about organizations many of whose messages fail. What a rule does comes first, and that it was done is
 * noted after it: a node that goes down in between leaves it to be done once more, which changes nothing. Thread-safe.
 */
public final class RiskWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RiskWatch.class);

    private static final AuditNote NOTE = AuditNote.by(Actor.operator("ultramsg-risk-rule"));

    private final List<RiskRule> rules;
    private final UsageStore store;
    private final OrganizationStore organizations;
    private final OutboxStore outbox;
    private final ConfigCache configs;
    private final UltraMessageListener listener;

    /**
     * Makes a watch.
     *
     * @param rules the host's, none by default
     */
    public RiskWatch(
            List<RiskRule> rules,
            UsageStore store,
            OrganizationStore organizations,
            OutboxStore outbox,
            ConfigCache configs,
            UltraMessageListener listener) {
        this.rules = List.copyOf(rules);
        this.store = store;
        this.organizations = organizations;
        this.outbox = outbox;
        this.configs = configs;
        this.listener = listener;
    }

    /** Looks at a day to which failed messages have been added, over all nodes. */
    void look(OrganizationId organization, UsageDay day) {
        for (RiskRule rule : rules) {
            if (rule.appliesTo(day.counts()) && !day.riskActions().contains(rule.action())) {
                try {
                    act(organization, rule);
                    if (store.noteRisk(organization, day.day(), rule.action())) {
                        tell(new RiskFound(organization, rule, day));
                    }
                } catch (RuntimeException e) { // of whatever kind: a host may bring the stores
                    LOG.warn(
                            "Many messages of organization {} fail, and nothing was done about it: {} could not be carried out;"
                                    + " it is tried again when more of them fail",
                            organization,
                            rule,
                            e);
                }
            }
        }
    }

    private void act(OrganizationId organization, RiskRule rule) {
        switch (rule.action()) {
            case NOTICE -> {} // telling is all
            case SLOW -> slowDown(organization, rule.pace().orElseThrow());
            case PAUSE -> outbox.decide(organization, Backlog.Flow.PAUSED);
        }
    }

    private void slowDown(OrganizationId organization, Duration pace) {
        configs.forget(organization); // somebody may have slowed it down this moment
        boolean isSlower = configs.get(organization) instanceof KnownConfig.Usable usable
                && usable.config()
                        .pace()
                        .filter(own -> own.compareTo(pace) >= 0)
                        .isPresent();
        if (!isSlower) {
            organizations.update(organization, ConfigDraft.builder().pace(pace).build(), NOTE);
            configs.forget(organization); // this node need not wait for the notice
        }
    }

    private void tell(RiskFound event) {
        LOG.warn(
                "{} of {} messages of organization {} whose fate is known today have failed: {}",
                event.day().counts().failedBy(),
                event.day().counts().fatesKnown(),
                event.organization(),
                event.rule());
        listener.riskFound(event);
    }
}
