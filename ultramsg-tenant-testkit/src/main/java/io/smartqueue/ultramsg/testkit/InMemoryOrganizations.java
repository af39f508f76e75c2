package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Configuration in memory. Thread-safe. */
final class InMemoryOrganizations implements OrganizationStore {
    private final Map<OrganizationId, ConfigDraft> stored = new ConcurrentHashMap<>();
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
    public boolean update(OrganizationId organization, ConfigDraft change) {
        boolean found = stored.computeIfPresent(
                        organization, (id, config) -> config.with(change).withoutBlanks())
                != null;
        if (found) {
            tell(organization);
        }
        return found;
    }

    void put(OrganizationId organization, ConfigDraft config) {
        stored.put(organization, config.withoutBlanks());
        tell(organization);
    }

    void remove(OrganizationId organization) {
        stored.remove(organization);
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
