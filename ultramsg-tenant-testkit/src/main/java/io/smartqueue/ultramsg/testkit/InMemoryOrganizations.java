package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;

import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Configuration in memory, and standbys, with which instances are shared out. Thread-safe. */
final class InMemoryOrganizations implements OrganizationStore {
    private static final ConfigDraft NOTHING = ConfigDraft.builder().build();

    private final Map<OrganizationId, ConfigDraft> stored = new ConcurrentHashMap<>();
    private final Map<OrganizationId, List<StandbyInstance>> standbys = new ConcurrentHashMap<>();
    /** An instance is looked for among all organizations; they may not change meanwhile. */
    private final Lock writing = new ReentrantLock();

    private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
    private final InMemoryAudit audit;

    InMemoryOrganizations(Clock clock) {
        this.audit = new InMemoryAudit(clock);
    }

    private final InMemoryMembers members = new InMemoryMembers();

    InMemoryMembers members() {
        return members;
    }

    @Override
    public OrganizationStore actingFor(MemberId member) {
        return new MemberOrganizations(this, members, member);
    }

    @Override
    public Optional<ConfigDraft> find(OrganizationId organization) {
        return Optional.ofNullable(stored.get(organization));
    }

    @Override
    public Optional<ConfigDraft> findWithoutToken(OrganizationId organization) {
        return find(organization).map(ConfigDraft::withoutToken);
    }

    @Override
    public Updated update(OrganizationId organization, ConfigDraft change, AuditNote note) {
        return writing(organization, () -> write(organization, change, note), Updated::outcome);
    }

    private Updated write(OrganizationId organization, ConfigDraft change, AuditNote note) {
        ConfigDraft config = stored.get(organization);
        if (config == null) {
            return Updated.nowhere();
        }
        if (change.version().isPresent() && !change.version().equals(config.version())) {
            return new Updated(UpdateOutcome.CHANGED_MEANWHILE, config);
        }
        Optional<InstanceId> wanted = instance(change);
        boolean isNew = wanted.isPresent() && !wanted.equals(instance(config));
        if (isNew && (isSomebodysOwn(wanted.get()) || isStandby(wanted.get(), any -> true))) {
            return new Updated(UpdateOutcome.INSTANCE_IN_USE, config);
        }
        return new Updated(
                UpdateOutcome.WRITTEN,
                replace(organization, config, config.with(change).withoutBlanks(), note));
    }

    @Override
    public UpdateOutcome clear(OrganizationId organization, AuditNote note) {
        return writing(
                organization,
                () -> {
                    ConfigDraft config = stored.get(organization);
                    if (config == null) {
                        return UpdateOutcome.NO_SUCH_ORGANIZATION;
                    }
                    replace(organization, config, config.cleared(), note);
                    return UpdateOutcome.WRITTEN;
                },
                Function.identity());
    }

    private ConfigDraft replace(OrganizationId organization, ConfigDraft before, ConfigDraft after, AuditNote note) {
        ConfigDraft numbered = numbered(after, before);
        stored.put(organization, numbered);
        audit.record(
                organization,
                note,
                before.differencesTo(after),
                numbered.version().orElseThrow());
        return numbered;
    }

    /** What asking instances changes raises no version. */
    private static ConfigDraft numbered(ConfigDraft after, ConfigDraft before) {
        long version = before.version().orElseThrow();
        boolean isChanged =
                !withoutFindings(before).differencesTo(withoutFindings(after)).isEmpty();
        return after.toBuilder().version(isChanged ? version + 1 : version).build();
    }

    private static ConfigDraft withoutFindings(ConfigDraft config) {
        return config.status().flatMap(InstanceStatus::find).equals(Optional.of(InstanceStatus.ERROR))
                ? config.toBuilder().status(InstanceStatus.ACTIVE).build()
                : config;
    }

    @Override
    public List<AuditEntry> history(OrganizationId organization, long beforeNumber, int most) {
        return audit.history(organization, beforeNumber, most);
    }

    @Override
    public List<AuditEntry> historyOfRollOut(OrganizationId organization, String rollOut) {
        return audit.historyOfRollOut(organization, rollOut);
    }

    @Override
    public List<OrganizationId> organizationsOfRollOut(String rollOut) {
        return audit.organizationsOfRollOut(rollOut);
    }

    List<StandbyInstance> standbys(OrganizationId organization) {
        return standbys.getOrDefault(organization, List.of());
    }

    UpdateOutcome replaceStandbys(OrganizationId organization, List<StandbyInstance> replacement, AuditNote note) {
        return writing(organization, () -> write(organization, List.copyOf(replacement), note), Function.identity());
    }

    private UpdateOutcome write(OrganizationId organization, List<StandbyInstance> replacement, AuditNote note) {
        ConfigDraft config = stored.get(organization);
        if (config == null) {
            return UpdateOutcome.NO_SUCH_ORGANIZATION;
        }
        Predicate<OrganizationId> others = other -> !other.equals(organization);
        boolean inUse = replacement.stream()
                .map(standby -> standby.credentials().instance())
                .anyMatch(instance -> isSomebodysOwn(instance) || isStandby(instance, others));
        if (inUse) {
            return UpdateOutcome.INSTANCE_IN_USE;
        }
        List<FieldChange> changes = StandbyInstance.differences(standbys(organization), replacement);
        standbys.put(organization, replacement);
        if (!changes.isEmpty()) {
            audit.record(organization, note, changes, config.version().orElseThrow());
        }
        return UpdateOutcome.WRITTEN;
    }

    /** Listeners are told without the lock. */
    private <R> R writing(OrganizationId organization, Supplier<R> write, Function<R, UpdateOutcome> outcome) {
        R result;
        writing.lock();
        try {
            result = write.get();
        } finally {
            writing.unlock();
        }
        if (outcome.apply(result) == UpdateOutcome.WRITTEN) {
            tell(organization);
        }
        return result;
    }

    private boolean isSomebodysOwn(InstanceId instance) {
        return stored.values().stream().anyMatch(config -> instance(config).equals(Optional.of(instance)));
    }

    private boolean isStandby(InstanceId instance, Predicate<OrganizationId> of) {
        return standbys.entrySet().stream()
                .filter(entry -> of.test(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .anyMatch(standby -> standby.credentials().instance().equals(instance));
    }

    @Override
    public List<OrganizationId> holders(InstanceId instance) {
        return sorted(organization -> instances(organization).containsKey(instance)
                || instance(stored.getOrDefault(organization, NOTHING)).equals(Optional.of(instance)));
    }

    @Override
    public List<OrganizationId> withoutInstance() {
        return sorted(organization ->
                stored.getOrDefault(organization, NOTHING).instanceId().isEmpty());
    }

    private List<OrganizationId> sorted(Predicate<OrganizationId> which) {
        return stored.keySet().stream()
                .filter(which)
                .sorted(Comparator.comparing(OrganizationId::value))
                .toList();
    }

    private static Optional<InstanceId> instance(ConfigDraft draft) {
        return draft.instanceId().flatMap(InstanceId::find);
    }

    Set<OrganizationId> all() {
        return Set.copyOf(stored.keySet());
    }

    /** An organization's own instance and its standbys, each with where it stands. */
    Map<InstanceId, InstanceStatus> instances(OrganizationId organization) {
        Map<InstanceId, InstanceStatus> instances = new HashMap<>();
        ConfigDraft config = stored.get(organization);
        if (config != null) {
            standbys(organization)
                    .forEach(standby -> instances.put(standby.credentials().instance(), standby.status()));
            instance(config)
                    .ifPresent(own -> config.status()
                            .flatMap(InstanceStatus::find)
                            .ifPresent(status -> instances.put(own, status)));
        }
        return instances;
    }

    /** Moves an instance's status; tells whether it did, which it does not if the status is another by now. */
    boolean moveStatus(OrganizationId organization, InstanceId instance, InstanceStatus from, InstanceStatus to) {
        writing.lock();
        try {
            if (instances(organization).get(instance) != from) {
                return false;
            }
            stored.computeIfPresent(
                    organization,
                    (key, config) -> instance(config).equals(Optional.of(instance))
                            ? config.toBuilder().status(to).build()
                            : config);
            standbys.computeIfPresent(
                    organization,
                    (key, present) -> present.stream()
                            .map(standby ->
                                    standby.credentials().instance().equals(instance) ? standby.status(to) : standby)
                            .toList());
        } finally {
            writing.unlock();
        }
        tell(organization);
        return true;
    }

    void put(OrganizationId organization, ConfigDraft config) {
        writing.lock();
        try {
            ConfigDraft filled = config.withoutBlanks();
            ConfigDraft before = stored.get(organization);
            stored.put(
                    organization,
                    before == null ? filled.toBuilder().version(0L).build() : numbered(filled, before));
        } finally {
            writing.unlock();
        }
        tell(organization);
    }

    void remove(OrganizationId organization) {
        writing.lock();
        try {
            stored.remove(organization);
            standbys.remove(organization);
        } finally {
            writing.unlock();
        }
        tell(organization);
    }

    private void tell(OrganizationId organization) {
        listeners.forEach(listener -> listener.changed(organization));
    }

    @Override
    public Subscription onChange(ChangeListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
