package io.smartqueue.ultramsg.organization;

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
     * @return the fields that have a value, possibly none; empty if no such organization exists, which includes ids that
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
     * @return the fields that have a value, never the token; empty if no such organization exists
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    Optional<ConfigDraft> findWithoutToken(OrganizationId organization);

    /**
     * Writes the fields that a change names and leaves all others as they are, atomically. A blank text or an empty list
     * clears its field.
     *
     * <p>An instance belongs to one organization. A change that would give an organization an instance id which another
     * one has is refused, whatever form the ids are written in (see {@link InstanceId}) and whatever the other's status or
     * base URL; so is one that would give it what is somebody's standby, its own standbys included. Of two such changes at
     * the same moment, through any nodes, one is refused. An organization keeps the id that it has: organizations that came to share an instance in another way can be changed like any others, and may
     * name that id in the change.
     *
     * @param organization whose
     * @param change what to write; already checked
     * @return what became of it; unless it is {@link UpdateOutcome#WRITTEN}, nothing was written
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    UpdateOutcome update(OrganizationId organization, ConfigDraft change);

    /** What became of a change. */
    enum UpdateOutcome {
        /** All fields that the change names are written. */
        WRITTEN,
        /** No such organization exists. */
        NO_SUCH_ORGANIZATION,
        /** Another organization has an instance that the change names, or it is a standby of the organization itself. */
        INSTANCE_IN_USE
    }

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
