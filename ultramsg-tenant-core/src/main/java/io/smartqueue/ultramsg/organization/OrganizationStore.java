package io.smartqueue.ultramsg.organization;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where organizations' configuration is kept. Implemented by the PostgreSQL module and, for tests, in memory by the
 * testkit; a host may bring its own.
 *
 * <p>What an implementer promises is written as tests in the testkit's {@code OrganizationStoreContract}. Thread-safe.
 */
public interface OrganizationStore {
    /**
     * Returns the one spelling under which the store knows an organization, so that a cache keeps it once. A store whose
     * keys have several spellings (UUIDs in upper and lower case) overrides this; it never looks anything up.
     *
     * @param organization an id as the caller spells it
     * @return the canonical id; the same id if there is but one spelling
     */
    default OrganizationId canonical(OrganizationId organization) {
        return organization;
    }

    /**
     * Finds an organization's configuration as it is stored, unchecked, with the token opened.
     *
     * @param organization whose
     * @return the fields that have a value, possibly none, and the version; empty if no such organization exists, which includes ids that
     *     cannot be a key of the store
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     * @throws io.smartqueue.ultramsg.error.TokenSealException if this organization's token cannot be opened
     */
    Optional<ConfigDraft> find(OrganizationId organization);

    /**
     * Finds an organization's configuration as {@link #find} does, but leaves the token alone, so that one that cannot be
     * opened can be replaced.
     *
     * @param organization whose
     * @return the fields that have a value, never the token, and the version; empty if no such organization exists
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    Optional<ConfigDraft> findWithoutToken(OrganizationId organization);

    /**
     * Writes the fields that a change names and leaves all others as they are, atomically. A blank text or an empty list
     * clears its field.
     *
     * <p>A change that names a version is written only if the configuration still has that version. Every change of a field raises
     * the version, however it was made, but for the outcome of tests and for moves between active and error, which come from asking
     * instances rather than from people.
     *
     * <p>Together with the change, or not at all, an entry is written into the organization's {@link #history}, unless no field got
     * another value and no test was made. Nobody can change or delete an entry through this store.
     *
     * <p>An instance belongs to one organization. A change that would give an organization an instance id which another
     * one has is refused, whatever form the ids are written in (see {@link InstanceId}) and whatever the other's status or
     * base URL; so is one that would give it what is somebody's standby, its own standbys included. Of two such changes at
     * the same moment, through any nodes, one is refused. An organization keeps the id that it has: organizations that came to share an instance in another way can be changed like any others, and may
     * name that id in the change.
     *
     * @param organization whose
     * @param change what to write; already checked
     * @param note who makes the change, for the entry
     * @return what became of it, and what is stored then; unless it is {@link UpdateOutcome#WRITTEN}, nothing was written
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    Updated update(OrganizationId organization, ConfigDraft change, AuditNote note);

    /**
     * Clears what an organization needs to send: instance id, token, base URL, business number, webhook and its events, and the
     * outcome of the last test. Its status becomes inactive; limit, counts, time zone, region, pace and which webhooks were revoked stay as they are. An entry is written as
     * for {@link #update}; a token that cannot be opened is no obstacle.
     *
     * @param organization whose
     * @param note who does it, for the entry
     * @return {@link UpdateOutcome#WRITTEN}, also if there was nothing to clear, or {@link UpdateOutcome#NO_SUCH_ORGANIZATION}
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    UpdateOutcome clear(OrganizationId organization, AuditNote note);

    /**
     * Reads what was done to an organization's configuration through this store, newest first. It stays when the configuration is
     * cleared, and when the organization goes.
     *
     * @param organization whose
     * @param beforeNumber only entries with lower {@linkplain AuditEntry#number numbers}; {@link Long#MAX_VALUE} for the newest
     * @param most how many at the most, 1 or more
     * @return the entries, fewer than asked for only where there are no more
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    List<AuditEntry> history(OrganizationId organization, long beforeNumber, int most);

    /**
     * Reads what one roll-out did to one organization, newest first.
     *
     * @param organization whose
     * @param rollOut as {@link ChangeOrigin#rollOut} says
     * @return the entries, as a rule one at the most
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    List<AuditEntry> historyOfRollOut(OrganizationId organization, String rollOut);

    /**
     * Finds the organizations that a roll-out has changed. It crosses organizations: to be asked for those who run the service only.
     *
     * @param rollOut as {@link ChangeOrigin#rollOut} says
     * @return each once, in their canonical spelling, in no particular order
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    List<OrganizationId> organizationsOfRollOut(String rollOut);

    /**
     * Finds who has an instance, whatever form its id is stored in: as its own, or as a standby. It crosses organizations: to be asked
     * for those who run the service only.
     *
     * @param instance which
     * @return organizations in their canonical spelling, in the order of their ids as texts; empty if nobody has it
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    List<OrganizationId> holders(InstanceId instance);

    /**
     * Finds the organizations whose configuration names no instance id. It crosses organizations: to be asked for those who run the
     * service only.
     *
     * @return organizations in their canonical spelling, in the order of their ids as texts
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    List<OrganizationId> withoutInstance();

    /**
     * What became of a change of fields, and what it has left. Immutable and thread-safe.
     *
     * @param outcome whether it was written, or why not
     * @param now what was stored at the moment of the change, after it if it was written: the fields that have a value, never the token,
     *     and the version, read in one with the change, so that nothing of a later one is in it; empty if no such organization exists
     */
    record Updated(UpdateOutcome outcome, ConfigDraft now) {
        private static final Updated NOWHERE = new Updated(
                UpdateOutcome.NO_SUCH_ORGANIZATION, ConfigDraft.builder().build());

        public Updated {
            Objects.requireNonNull(outcome, "outcome");
            now = now.withoutToken();
        }

        /**
         * Returns what becomes of a change to an organization that does not exist.
         *
         * @return {@link UpdateOutcome#NO_SUCH_ORGANIZATION}, with an empty configuration
         */
        public static Updated nowhere() {
            return NOWHERE;
        }
    }

    /** What became of a change. */
    enum UpdateOutcome {
        /** All fields that the change names are written. */
        WRITTEN,
        /** No such organization exists. */
        NO_SUCH_ORGANIZATION,
        /** The change names a version, and the configuration has another one by now. */
        CHANGED_MEANWHILE,
        /** Another organization has an instance that the change names, or it is a standby of the organization itself. */
        INSTANCE_IN_USE
    }

    /**
     * Returns this store as a member of an organization may use it, who is asked for anew with each call. A role in the organization that
     * includes it is needed for everything, whatever was checked before: to edit for {@link #find} and {@link #update}, to view for
     * {@link #findWithoutToken}, which leaves the daily limit out for those who may not edit. Who has none is refused, also where no such
     * organization exists.
     *
     * @param member who is signed in
     * @return a store whose methods throw {@link io.smartqueue.ultramsg.error.AccessDeniedException} where the member's role does not
     *     include it; it lets nobody listen, because changes of all organizations are told
     */
    OrganizationStore actingFor(MemberId member);

    /**
     * Registers a listener for changes made through any node or any other way. Every change is told: by name, or, where
     * notices may have been lost, by saying that anything may have changed.
     *
     * @param listener told on a thread of the store's, soon after a change is visible to {@link #find}; must return
     *     quickly
     * @return ends the registration when closed
     */
    Subscription onChange(ChangeListener listener);

    /** Hears of changes to configuration. */
    interface ChangeListener {
        /**
         * One organization's configuration changed, came or went.
         *
         * @param organization which, in its canonical spelling
         */
        void changed(OrganizationId organization);

        /** Notices may have been lost; anything may have changed. */
        void anythingMayHaveChanged();
    }

    /** A registration that lasts until it is closed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
