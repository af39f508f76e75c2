package io.smartqueue.ultramsg.testkit;

import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Standbys, which stand with the organizations, because an instance is one of theirs only; and last instances. Thread-safe. */
final class InMemoryStandbys implements StandbyStore {
    private final InMemoryOrganizations organizations;
    private final Map<Addressee, InstanceId> lastUsed = new ConcurrentHashMap<>();

    InMemoryStandbys(InMemoryOrganizations organizations) {
        this.organizations = organizations;
    }

    void removeAllOf(OrganizationId organization) {
        lastUsed.keySet().removeIf(addressee -> addressee.organization().equals(organization));
    }

    @Override
    public List<StandbyInstance> find(OrganizationId organization) {
        return organizations.standbys(organization);
    }

    @Override
    public UpdateOutcome replace(OrganizationId organization, List<StandbyInstance> standbys, AuditNote note) {
        List<InstanceId> instances = standbys.stream()
                .map(standby -> standby.credentials().instance())
                .toList();
        instances.stream()
                .filter(instance -> instances.indexOf(instance) != instances.lastIndexOf(instance))
                .findFirst()
                .ifPresent(twice -> {
                    throw new IllegalArgumentException(twice + " is named twice among the standbys");
                });
        return organizations.replaceStandbys(organization, standbys, note);
    }

    @Override
    public StandbyStore actingFor(MemberId member) {
        return new MemberStandbys(this, organizations.members(), member);
    }

    @Override
    public Optional<InstanceId> lastUsed(OrganizationId organization, Recipient recipient) {
        return Optional.ofNullable(lastUsed.get(new Addressee(organization, recipient.chatId())));
    }

    @Override
    public void remember(OrganizationId organization, Recipient recipient, InstanceId instance) {
        if (organizations.find(organization).isPresent()) {
            lastUsed.put(new Addressee(organization, recipient.chatId()), instance);
        }
    }

    @Override
    public void forget(OrganizationId organization, Recipient recipient) {
        lastUsed.remove(new Addressee(organization, recipient.chatId()));
    }

    /** A person's number and chat id are one. */
    private record Addressee(OrganizationId organization, String chatId) {}
}
