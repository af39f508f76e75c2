package io.smartqueue.ultramsg.internal.admin;

import io.smartqueue.ultramsg.admin.SharingUpdate;
import io.smartqueue.ultramsg.internal.config.ConfigCache;
import io.smartqueue.ultramsg.internal.config.SharedInstances;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigValidation;
import io.smartqueue.ultramsg.organization.ConfigValidator;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Says who sends through whose instance: in the owner's row to whom it lends, in the other's row from whom it borrows, so that neither
 * can say it alone. Thread-safe.
 */
public final class InstanceSharing {
    private static final int MOST_TRIES = 10;

    private final OrganizationStore store;
    private final SharedInstances shared;
    private final ConfigValidator validator;
    private final ConfigCache configs;

    /**
     * Makes it.
     *
     * @param store the host's own, past what refuses such changes to everybody else
     */
    public InstanceSharing(
            OrganizationStore store, SharedInstances shared, ConfigValidator validator, ConfigCache configs) {
        this.store = store;
        this.shared = shared;
        this.validator = validator;
        this.configs = configs;
    }

    public SharingUpdate share(OrganizationId asBorrower, OrganizationId asOwner, Actor.Operator operator) {
        OrganizationId borrower = store.canonical(asBorrower);
        OrganizationId owner = store.canonical(asOwner);
        if (borrower.equals(owner)) {
            return SharingUpdate.ITSELF;
        }
        Optional<ConfigDraft> own = store.find(borrower);
        if (own.isEmpty()) {
            return SharingUpdate.NO_SUCH_ORGANIZATION;
        }
        if (own.get().namesInstance()) {
            return SharingUpdate.HAS_INSTANCE;
        }
        Optional<ConfigDraft> lender = store.find(owner);
        if (lender.isEmpty() || !(validator.validate(lender.get()) instanceof ConfigValidation.Valid)) {
            return SharingUpdate.OWNER_HAS_NONE;
        }
        return changeLending(owner, borrower, Set::add, operator)
                ? borrow(borrower, owner, operator)
                : SharingUpdate.CHANGED_MEANWHILE;
    }

    public SharingUpdate end(OrganizationId asBorrower, Actor.Operator operator) {
        OrganizationId borrower = store.canonical(asBorrower);
        Optional<ConfigDraft> own = store.findWithoutToken(borrower);
        if (own.isEmpty()) {
            return SharingUpdate.NO_SUCH_ORGANIZATION;
        }
        Optional<OrganizationId> owner = shared.lender(borrower, own.get());
        if (owner.isEmpty()) {
            return SharingUpdate.NOT_SHARING;
        }
        SharingUpdate ended = borrow(borrower, borrower, operator);
        return changeLending(owner.get(), borrower, Set::remove, operator) ? ended : SharingUpdate.CHANGED_MEANWHILE;
    }

    /** By version: of two who add somebody at the same moment, the second one sees what the first has added. */
    private boolean changeLending(
            OrganizationId owner,
            OrganizationId borrower,
            BiPredicate<Set<String>, String> change,
            Actor.Operator operator) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            Optional<ConfigDraft> lender = store.findWithoutToken(owner);
            Set<String> borrowers = new LinkedHashSet<>(
                    lender.flatMap(ConfigDraft::lendsInstanceTo).orElse(List.of()));
            if (lender.isEmpty() || !change.test(borrowers, borrower.value())) {
                return true;
            }
            ConfigDraft lending = ConfigDraft.builder()
                    .lendsInstanceTo(List.copyOf(borrowers))
                    .version(lender.get().version().orElse(null))
                    .build();
            if (store.update(owner, lending, AuditNote.by(operator)).outcome() != UpdateOutcome.CHANGED_MEANWHILE) {
                configs.forget(owner);
                return true;
            }
        }
        return false;
    }

    private SharingUpdate borrow(OrganizationId borrower, OrganizationId owner, Actor.Operator operator) {
        UpdateOutcome outcome = store.update(
                        borrower,
                        ConfigDraft.builder().instanceOf(owner.value()).build(),
                        AuditNote.by(operator))
                .outcome();
        configs.forget(borrower);
        return outcome == UpdateOutcome.WRITTEN ? SharingUpdate.SAVED : SharingUpdate.NO_SUCH_ORGANIZATION;
    }
}
