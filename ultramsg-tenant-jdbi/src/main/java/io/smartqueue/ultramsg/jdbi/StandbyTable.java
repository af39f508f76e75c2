package io.smartqueue.ultramsg.jdbi;

import io.smartqueue.ultramsg.error.TokenSealException;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.failover.StandbyStore;
import io.smartqueue.ultramsg.jdbi.TenantScope.TenantStatement;
import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.AccessToken;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;
import io.smartqueue.ultramsg.organization.PhoneNumber;
import io.smartqueue.ultramsg.organization.TokenSeal;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Organizations' standby instances, and through which instance recipients were last written to: the library's own tables {@code
 * ultramsg_standby_instances} and {@code ultramsg_last_instances}. Thread-safe.
 */
final class StandbyTable implements StandbyStore {
    private static final Logger LOG = LoggerFactory.getLogger(StandbyTable.class);

    private final TenantScope scope;
    private final TableLayout layout;
    private final TokenSeal seal;
    private final InstanceHolders holders;
    private final AuditTable audit;
    private final MemberTable members;
    private final TenantStatement find;
    private final TenantStatement lock;
    private final TenantStatement clear;
    private final TenantStatement add;
    private final TenantStatement lastUsed;
    private final TenantStatement remember;
    private final TenantStatement forget;

    StandbyTable(
            TenantScope scope,
            TableLayout layout,
            TokenSeal seal,
            InstanceHolders holders,
            AuditTable audit,
            MemberTable members) {
        this.scope = scope;
        this.layout = layout;
        this.seal = seal;
        this.holders = holders;
        this.audit = audit;
        this.members = members;
        String isThere = "exists (select from " + layout.organizations() + " where " + layout.isTheOrganization() + ")";
        this.find = TenantScope.statement("""
                select instance_id, token, base_url, business_number, status
                from %s where organization_id = %s and %s
                order by position""".formatted(layout.standbys(), layout.keyParameter(), isThere));
        this.lock = TenantScope.statement("select from %s where %s for no key update"
                .formatted(layout.organizations(), layout.isTheOrganization()));
        this.clear = TenantScope.statement(
                "delete from %s where organization_id = %s".formatted(layout.standbys(), layout.keyParameter()));
        this.add = TenantScope.statement("""
                insert into %s (organization_id, position, instance_id, token, base_url, business_number, status)
                values (%s, cast(? as integer), ?, ?, ?, ?, ?)""".formatted(layout.standbys(), layout.keyParameter()));
        this.lastUsed =
                TenantScope.statement("select instance_id from %s where organization_id = %s and recipient = ? and %s"
                        .formatted(layout.lastInstances(), layout.keyParameter(), isThere));
        this.remember = TenantScope.statement(remember(layout));
        this.forget = TenantScope.statement("delete from %s where organization_id = %s and recipient = ?"
                .formatted(layout.lastInstances(), layout.keyParameter()));
    }

    private StandbyTable(StandbyTable from, TenantScope scope) {
        this.scope = scope;
        this.layout = from.layout;
        this.seal = from.seal;
        this.holders = from.holders;
        this.audit = from.audit;
        this.members = from.members;
        this.find = from.find;
        this.lock = from.lock;
        this.clear = from.clear;
        this.add = from.add;
        this.lastUsed = from.lastUsed;
        this.remember = from.remember;
        this.forget = from.forget;
    }

    @Override
    public StandbyStore actingFor(MemberId member) {
        return new MemberStandbys(new StandbyTable(this, scope.actingFor(MemberKey.of(member))), members, member);
    }

    /** Most messages go through the instance of the one before: then nothing is written, nor locked. */
    static String remember(TableLayout layout) {
        return """
                with sent as (
                    select %3$s as organization_id, cast(? as text) as recipient, cast(? as text) as instance_id)
                insert into %1$s (organization_id, recipient, instance_id)
                select sent.organization_id, sent.recipient, sent.instance_id
                from sent join %2$s as o on o.%4$s = sent.organization_id
                where not exists (
                    select from %1$s as known
                    where known.organization_id = sent.organization_id and known.recipient = sent.recipient
                        and known.instance_id = sent.instance_id)
                on conflict (organization_id, recipient) do update set instance_id = excluded.instance_id""".formatted(layout.lastInstances(), layout.organizations(), layout.keyParameter(), layout.keyColumn());
    }

    @Override
    public List<StandbyInstance> find(OrganizationId organization) {
        return layout
                .key(organization)
                .map(key -> scope.findAll(find, key, row -> standby(key, row), key.text(), key.text()))
                .orElse(List.of())
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Empty if it cannot be used, which is no reason to do without the others. */
    private Optional<StandbyInstance> standby(TenantKey organization, ResultSet row) throws SQLException {
        String instance = row.getString("instance_id");
        try {
            return Optional.of(read(organization, row));
        } catch (TokenSealException e) {
            LOG.warn("Standby {} of organization {} is left out: {}", instance, organization.text(), e.getMessage());
        } catch (IllegalArgumentException e) { // whose message may hold what is wrong
            LOG.warn(
                    "Standby {} of organization {} is left out: its base URL or number is none; replace the standbys",
                    instance,
                    organization.text());
        }
        return Optional.empty();
    }

    /** One that cannot be used can be replaced all the same; nothing of its token is recorded. */
    private StandbyInstance standbyOrItsPlace(TenantKey organization, ResultSet row) throws SQLException {
        try {
            return read(organization, row);
        } catch (TokenSealException | IllegalArgumentException e) {
            return StandbyInstance.of(new InstanceCredentials(
                    InstanceId.parse(row.getString("instance_id")),
                    AccessToken.of("?"),
                    URI.create(UltraMessageConfig.DEFAULT_BASE_URL)));
        }
    }

    private StandbyInstance read(TenantKey organization, ResultSet row) throws SQLException {
        AccessToken token = seal.open(id(organization), row.getString("token"));
        StandbyInstance standby = StandbyInstance.of(new InstanceCredentials(
                        InstanceId.parse(row.getString("instance_id")), token, URI.create(row.getString("base_url"))))
                .status(InstanceStatus.find(row.getString("status")).orElseThrow(IllegalArgumentException::new));
        String number = row.getString("business_number");
        return number == null ? standby : standby.businessNumber(PhoneNumber.parse(number));
    }

    /** Tokens are bound to the canonical spelling. */
    private static OrganizationId id(TenantKey organization) {
        return OrganizationId.of(organization.text());
    }

    @Override
    public UpdateOutcome replace(OrganizationId organization, List<StandbyInstance> standbys, AuditNote note) {
        List<StandbyInstance> replacement = List.copyOf(standbys);
        List<InstanceId> instances = instances(replacement);
        return layout.key(organization)
                .map(key -> scope.inTransaction(transaction -> replace(transaction, key, instances, replacement, note)))
                .orElse(UpdateOutcome.NO_SUCH_ORGANIZATION);
    }

    /** In the order in which they are to be locked. */
    private static List<InstanceId> instances(List<StandbyInstance> standbys) {
        Set<InstanceId> instances = new HashSet<>();
        for (StandbyInstance standby : standbys) {
            InstanceId instance = standby.credentials().instance();
            if (!instances.add(instance)) {
                throw new IllegalArgumentException(instance + " is named twice among the standbys");
            }
        }
        return instances.stream()
                .sorted(Comparator.comparing(InstanceId::value))
                .toList();
    }

    private UpdateOutcome replace(
            TenantScope transaction,
            TenantKey organization,
            List<InstanceId> instances,
            List<StandbyInstance> standbys,
            AuditNote note) {
        if (transaction
                .findOne(lock, organization, row -> true, organization.text())
                .isEmpty()) {
            return UpdateOutcome.NO_SUCH_ORGANIZATION;
        }
        for (InstanceId instance : instances) {
            if (holders.isInUseBesideStandbysOf(organization, transaction, instance)) {
                return UpdateOutcome.INSTANCE_IN_USE;
            }
        }
        List<FieldChange> changes = StandbyInstance.differences(present(transaction, organization), standbys);
        transaction.update(clear, organization, organization.text());
        int position = 1;
        for (StandbyInstance standby : standbys) {
            add(transaction, organization, position++, standby);
        }
        if (!changes.isEmpty()) {
            audit.record(transaction, organization, note, changes);
        }
        return UpdateOutcome.WRITTEN;
    }

    private List<StandbyInstance> present(TenantScope transaction, TenantKey organization) {
        return transaction.findAll(
                find,
                organization,
                row -> standbyOrItsPlace(organization, row),
                organization.text(),
                organization.text());
    }

    private void add(TenantScope transaction, TenantKey organization, int position, StandbyInstance standby) {
        InstanceCredentials credentials = standby.credentials();
        transaction.update(
                add,
                organization,
                organization.text(),
                Integer.toString(position),
                credentials.instance().value(),
                seal.seal(id(organization), credentials.token()),
                credentials.baseUrl().toString(),
                standby.businessNumber().map(PhoneNumber::e164).orElse(null),
                standby.status().storedName());
    }

    @Override
    public Optional<InstanceId> lastUsed(OrganizationId organization, Recipient recipient) {
        return layout.key(organization)
                .flatMap(key -> scope.findOne(
                        lastUsed,
                        key,
                        row -> InstanceId.parse(row.getString("instance_id")),
                        key.text(),
                        recipient.chatId(),
                        key.text()));
    }

    @Override
    public void remember(OrganizationId organization, Recipient recipient, InstanceId instance) {
        layout.key(organization)
                .ifPresent(key -> scope.update(remember, key, key.text(), recipient.chatId(), instance.value()));
    }

    @Override
    public void forget(OrganizationId organization, Recipient recipient) {
        layout.key(organization).ifPresent(key -> scope.update(forget, key, key.text(), recipient.chatId()));
    }
}
