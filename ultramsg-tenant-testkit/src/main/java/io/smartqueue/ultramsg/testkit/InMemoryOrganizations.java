package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Configuration in memory. Thread-safe. */
final class InMemoryOrganizations implements OrganizationStore {
    private final Map<OrganizationId, ConfigDraft> stored = new ConcurrentHashMap<>();
    /** An instance is looked for among all organizations; they may not change meanwhile. */
    private final Lock writing = new ReentrantLock();

    private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();

    @Override
    public Optional<ConfigDraft> find(OrganizationId organization) {
        return Optional.ofNullable(stored.get(organization));
    }

    @Override
    public Optional<ConfigDraft> findWithoutToken(OrganizationId organization) {
        return find(organization).map(ConfigDraft::withoutToken);
    }

    @Override
    public UpdateOutcome update(OrganizationId organization, ConfigDraft change) {
        UpdateOutcome outcome = write(organization, change);
        if (outcome == UpdateOutcome.WRITTEN) {
            tell(organization);
        }
        return outcome;
    }

    private UpdateOutcome write(OrganizationId organization, ConfigDraft change) {
        writing.lock();
        try {
            ConfigDraft config = stored.get(organization);
            if (config == null) {
                return UpdateOutcome.NO_SUCH_ORGANIZATION;
            }
            Optional<InstanceId> wanted = instance(change);
            boolean isNew = wanted.isPresent() && !wanted.equals(instance(config));
            if (isNew && stored.values().stream().anyMatch(any -> wanted.equals(instance(any)))) {
                return UpdateOutcome.INSTANCE_IN_USE;
            }
            stored.put(organization, config.with(change).withoutBlanks());
            return UpdateOutcome.WRITTEN;
        } finally {
            writing.unlock();
        }
    }

    private static Optional<InstanceId> instance(ConfigDraft draft) {
        return draft.instanceId().flatMap(InstanceId::find);
    }

    void put(OrganizationId organization, ConfigDraft config) {
        writing.lock();
        try {
            stored.put(organization, config.withoutBlanks());
        } finally {
            writing.unlock();
        }
        tell(organization);
    }

    void remove(OrganizationId organization) {
        writing.lock();
        try {
            stored.remove(organization);
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
