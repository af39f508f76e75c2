package io.smartqueue.ultramsg.internal.config;

import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Organizations' configuration as messages need it: one without an instance of its own sends through that of the organization which
 * lends it to this one, or else through that of the old environment variables, where the host has switched them on. See ADR 22.
 * Thread-safe.
 */
public final class SharedInstances implements OrganizationStore {
    private final OrganizationStore store;
    private final OrganizationStore owners;
    private final @Nullable ConfigDraft environment;
    /** Who was found to send through whose instance: what changes that one's configuration changes theirs. */
    private final Map<OrganizationId, Set<OrganizationId>> borrowers;

    /**
     * Wraps the host's store.
     *
     * @param environment the variables' instance, or null if there is none that can be used
     */
    public SharedInstances(OrganizationStore store, @Nullable ConfigDraft environment) {
        this(store, store, environment, new ConcurrentHashMap<>());
    }

    private SharedInstances(
            OrganizationStore store,
            OrganizationStore owners,
            @Nullable ConfigDraft environment,
            Map<OrganizationId, Set<OrganizationId>> borrowers) {
        this.store = store;
        this.owners = owners;
        this.environment = environment;
        this.borrowers = borrowers;
    }

    /** The same, as somebody may use it who is no owner's: whose instance is lent is read by the service itself. */
    public SharedInstances seenThrough(OrganizationStore theirs) {
        return new SharedInstances(theirs, owners, environment, borrowers);
    }

    @Override
    public OrganizationStore actingFor(MemberId member) {
        return seenThrough(store.actingFor(member));
    }

    @Override
    public OrganizationId canonical(OrganizationId organization) {
        return store.canonical(organization);
    }

    @Override
    public Optional<ConfigDraft> find(OrganizationId organization) {
        return store.find(organization)
                .map(own ->
                        own.namesInstance() ? own : through(organization, own).orElse(own));
    }

    @Override
    public Optional<ConfigDraft> findWithoutToken(OrganizationId organization) {
        return store.findWithoutToken(organization)
                .map(own -> own.namesInstance()
                        ? own
                        : through(organization, own)
                                .map(ConfigDraft::withoutToken)
                                .orElse(own));
    }

    private Optional<ConfigDraft> through(OrganizationId organization, ConfigDraft own) {
        OrganizationId borrower = store.canonical(organization);
        Optional<ConfigDraft> lender =
                own.instanceOf().filter(id -> !id.isBlank()).isPresent()
                        ? lender(borrower, own).flatMap(owner -> lent(borrower, owner))
                        : Optional.ofNullable(environment);
        return lender.map(own::throughInstanceOf);
    }

    /** Through whose instance the organization is to send; empty if it is nobody else's, or the environment's. */
    public Optional<OrganizationId> lender(OrganizationId borrower, ConfigDraft own) {
        return own.instanceOf().filter(id -> !id.isBlank()).flatMap(this::id).filter(owner -> !owner.equals(borrower));
    }

    /** Somebody else may have written it. */
    private Optional<OrganizationId> id(String text) {
        try {
            return Optional.of(store.canonical(OrganizationId.of(text)));
        } catch (IllegalArgumentException noId) {
            return Optional.empty();
        }
    }

    /**
     * The owner's configuration, if it lends its instance to that organization. Both must say so, because a host may let an
     * organization's people write into their own row whatever they like.
     */
    private Optional<ConfigDraft> lent(OrganizationId organization, OrganizationId owner) {
        // before the owner is read: of what changes after that, a notice comes
        borrowers.computeIfAbsent(owner, key -> ConcurrentHashMap.newKeySet()).add(organization);
        return owners.find(owner).filter(config -> config.namesInstance() && lends(config, organization));
    }

    private static boolean lends(ConfigDraft owner, OrganizationId organization) {
        return owner.lendsInstanceTo().orElse(List.of()).contains(organization.value());
    }

    /** What people mean by a change is done for organizations that send through another's instance, too. */
    @Override
    public Updated update(OrganizationId organization, ConfigDraft change, AuditNote note) {
        if (change.instanceOf().isPresent() || change.lendsInstanceTo().isPresent()) {
            throw new IllegalArgumentException(
                    "who sends through whose instance is no organization's own to say: call environment(operator).shareInstance");
        }
        return store.update(organization, asMeant(organization, change), note);
    }

    private ConfigDraft asMeant(OrganizationId organization, ConfigDraft change) {
        return change.status().flatMap(InstanceStatus::find).equals(Optional.of(InstanceStatus.INACTIVE))
                        && find(organization)
                                .filter(ConfigDraft::isThroughAnothersInstance)
                                .isPresent()
                ? change.toBuilder().status(InstanceStatus.SUSPENDED).build()
                : change;
    }

    /** Who gives an instance up wants no other: it sends through none from then on, also not for a moment. */
    @Override
    public UpdateOutcome clear(OrganizationId organization, AuditNote note) {
        boolean others = environment != null
                || store.findWithoutToken(organization)
                        .flatMap(ConfigDraft::instanceOf)
                        .isPresent();
        if (others) {
            ConfigDraft ownOnly = ConfigDraft.builder()
                    .instanceOf(store.canonical(organization).value())
                    .build();
            store.update(organization, ownOnly, note);
        }
        return store.clear(organization, note);
    }

    @Override
    public List<AuditEntry> history(OrganizationId organization, long beforeNumber, int most) {
        return store.history(organization, beforeNumber, most);
    }

    @Override
    public List<AuditEntry> historyOfRollOut(OrganizationId organization, String rollOut) {
        return store.historyOfRollOut(organization, rollOut);
    }

    @Override
    public List<OrganizationId> organizationsOfRollOut(String rollOut) {
        return store.organizationsOfRollOut(rollOut);
    }

    @Override
    public List<OrganizationId> holders(InstanceId instance) {
        return store.holders(instance);
    }

    @Override
    public List<OrganizationId> withoutInstance() {
        return store.withoutInstance();
    }

    @Override
    public Subscription onChange(ChangeListener listener) {
        return store.onChange(new ChangeListener() {
            @Override
            public void changed(OrganizationId organization) {
                listener.changed(organization);
                borrowers.getOrDefault(organization, Set.of()).forEach(listener::changed);
            }

            @Override
            public void anythingMayHaveChanged() {
                listener.anythingMayHaveChanged();
            }
        });
    }
}
