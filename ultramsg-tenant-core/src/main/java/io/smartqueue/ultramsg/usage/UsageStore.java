package io.smartqueue.ultramsg.usage;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * What organizations have sent and received, by day. Implemented by the PostgreSQL module and, for tests, in memory by the testkit; a
 * host may bring its own.
 *
 * <p>What an implementer promises is written as tests in the testkit's {@code UsageStoreContract}. Every method throws {@link
 * io.smartqueue.ultramsg.error.StorageException} if the store cannot answer. Thread-safe.
 */
public interface UsageStore {
    /**
     * Adds to an organization's day, atomically: of callers at the same moment, on whatever nodes, each adds what it has. Who is told
     * that it failed does not know whether it was added.
     *
     * @param organization whose
     * @param day which
     * @param counts what to add
     * @return the day with it; empty if there is no such organization, and nothing was added
     */
    Optional<UsageDay> add(OrganizationId organization, LocalDate day, UsageCounts counts);

    /**
     * Finds an organization's days.
     *
     * @param organization whose
     * @param from the first one
     * @param to the last one
     * @return those on which anything was added, the first one first; empty if there is no such organization
     */
    List<UsageDay> find(OrganizationId organization, LocalDate from, LocalDate to);

    /**
     * Notes that something was done because many messages fail. Of callers at the same moment one is told that it is the first.
     *
     * @param organization whose
     * @param day which, a day to which something was added
     * @param action what was done
     * @return whether it was not noted before; false also if there is no such day
     */
    boolean noteRisk(OrganizationId organization, LocalDate day, RiskAction action);

    /**
     * Finds the organizations that have the most of something. It crosses organizations: to be asked for those who run the service
     * only. Each organization's days are its own.
     *
     * @param from the first day
     * @param to the last day
     * @param measure of what
     * @param most how many organizations, 1 or more
     * @return the one with the most first, of the same number in the order of their ids as texts; none without any, and none that
     *     does not exist any more
     * @throws IllegalArgumentException if {@code most} is less than 1
     */
    List<UsageRank> top(LocalDate from, LocalDate to, UsageMeasure measure, int most);

    /**
     * Deletes days of all organizations.
     *
     * @param olderThan how long ago they began at least, in UTC; zero or more
     * @return how many were deleted
     * @throws IllegalArgumentException if the age is negative
     */
    int purge(Duration olderThan);
}
