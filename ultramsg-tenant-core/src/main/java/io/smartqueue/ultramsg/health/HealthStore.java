package io.smartqueue.ultramsg.health;

import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * Keeps how organizations' instances were when they were last asked, and says whose turn it is, for all nodes together.
 * Implemented by the PostgreSQL module and, for tests, in memory by the testkit; a host may bring its own.
 *
 * <p>Watched is what is meant to send: the instances, standbys included, whose status is active or error. Time is the store's,
 * which all nodes share. Whoever listens for changes of an organization's configuration hears of a status that a check moves, too.
 * What an implementer promises is written as tests in the testkit's {@code HealthStoreContract}. Every method throws {@link
 * io.smartqueue.ultramsg.error.StorageException} if the store cannot answer. Thread-safe.
 */
public interface HealthStore {
    /**
     * Begins to watch instances that are to be watched and are not yet, and ends to watch those that are no more: the
     * organization or the instance is gone, or its status is another now. What was found of those is forgotten. Of several nodes
     * that do so at the same moment one may do it for all, and the others return before it is through.
     *
     * @param spread over how long the first checks of new ones are spread, drawn by chance; zero or more, zero for at once
     * @return how many are watched from now on that were not before
     * @throws IllegalArgumentException if the spread is negative
     */
    int enroll(Duration spread);

    /**
     * Takes instances whose check is due. Once taken, an instance is due again, for whatever node, when the lease is over, unless
     * {@link #record} says otherwise first: so one node asks it at a time, and another takes over when that one is lost. Those due
     * the longest come first. What is not to be watched any more by then is passed over.
     *
     * @param most how many at most, 1 or more
     * @param lease for how long nobody else takes them, more than zero
     * @return the instances, empty if there are none
     * @throws IllegalArgumentException if either is out of range
     */
    List<DueCheck> takeDue(int most, Duration lease);

    /**
     * Writes down what a check found, and moves the instance's status if the check says so: only between active and error, only
     * if it is one of the two by then, and only of the instance that was asked. Every other status is people's decision, also one
     * that they take at the same moment. Does nothing if the instance is not watched any more.
     *
     * @param health what was found
     * @param next how long until the next check, more than zero
     * @param status active or error, or null to leave it as it is
     * @return true if the status is another now than before
     * @throws IllegalArgumentException if the status is any other, or the time is not more than zero
     */
    boolean record(InstanceHealth health, Duration next, @Nullable InstanceStatus status);

    /**
     * Finds how an organization's instances were when they were last asked.
     *
     * @param organization whose
     * @return one entry for each instance that is watched and was asked, in the order of their ids as texts
     */
    List<InstanceHealth> find(OrganizationId organization);

    /**
     * An instance whose check is due.
     *
     * @param organization whose instance it is
     * @param instance which
     * @param last what the check before found, or null if there was none
     */
    record DueCheck(
            OrganizationId organization,
            InstanceId instance,
            @Nullable InstanceHealth last) {}
}
