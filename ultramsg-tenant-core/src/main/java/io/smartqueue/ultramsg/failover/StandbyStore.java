package io.smartqueue.ultramsg.failover;

import io.smartqueue.ultramsg.message.Recipient;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.organization.OrganizationStore.UpdateOutcome;

import java.util.List;
import java.util.Optional;

/**
 * Keeps organizations' standby instances, and through which instance each recipient was last written to. Implemented by the
 * PostgreSQL module and, for tests, in memory by the testkit; a host may bring its own.
 *
 * <p>Whoever listens for changes of an organization's configuration hears of changes of its standbys, too. What an
 * implementer promises is written as tests in the testkit's {@code StandbyStoreContract}. Every method throws
 * {@link io.smartqueue.ultramsg.error.StorageException} if the store cannot answer. Thread-safe.
 */
public interface StandbyStore {
    /**
     * Finds an organization's standbys.
     *
     * @param organization whose
     * @return the standbys in the order in which they are tried; empty if there are none or no such organization exists. One whose
     *     token cannot be opened, or that cannot be used otherwise, is left out, which is logged: it must not keep the others from
     *     being used
     */
    List<StandbyInstance> find(OrganizationId organization);

    /**
     * Replaces an organization's standbys, all at once. A recipient's last instance is remembered on.
     *
     * <p>An instance belongs to one organization, and is there once: standbys are refused if another organization has one of
     * their instances, as its own or as a standby, or if the organization itself has it as its own; so is, from then on,
     * what would give one of theirs to another organization, or make it the organization's own while it stands by. Of two
     * such changes at the same moment one is refused. What an organization that is no more has left keeps nobody from an
     * instance.
     *
     * <p>Together with the change, or not at all, what {@link StandbyInstance#differences} says is written into the organization's {@link
     * io.smartqueue.ultramsg.organization.OrganizationStore#history}, unless the standbys are those that were there. Of a token that
     * cannot be opened nothing is recorded but that it was there. The version of the configuration stays what it is.
     *
     * @param organization whose
     * @param standbys in the order in which they are to be tried, empty for none
     * @param note who makes the change, for the entry
     * @return what became of it; unless it is {@link UpdateOutcome#WRITTEN}, nothing was written
     * @throws IllegalArgumentException if an instance is named twice
     */
    UpdateOutcome replace(OrganizationId organization, List<StandbyInstance> standbys, AuditNote note);

    /**
     * Returns this store as a member of an organization may use it, who is asked for anew with each call: {@link #find} and {@link
     * #replace} for whose role there includes to edit. Who has none is refused, also where no such organization exists.
     *
     * @param member who is signed in
     * @return a store whose methods throw {@link io.smartqueue.ultramsg.error.AccessDeniedException} where the member's role does not
     *     include it; it knows of no recipients, whom the service writes to and not the member
     */
    StandbyStore actingFor(MemberId member);

    /**
     * Finds through which instance a recipient was last written to.
     *
     * @param organization on whose behalf
     * @param recipient who; a person's number and chat id are one recipient
     * @return the instance, which may be none of the organization's any more; empty if it is not known
     */
    Optional<InstanceId> lastUsed(OrganizationId organization, Recipient recipient);

    /**
     * Remembers through which instance a recipient was written to. Does nothing if no such organization exists.
     *
     * @param organization on whose behalf
     * @param recipient who
     * @param instance through which
     */
    void remember(OrganizationId organization, Recipient recipient, InstanceId instance);

    /**
     * Forgets a recipient.
     *
     * @param organization on whose behalf
     * @param recipient whom to forget
     */
    void forget(OrganizationId organization, Recipient recipient);
}
