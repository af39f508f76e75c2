package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * A change of many organizations' configuration, stage by stage. Comes from {@link Templates}; nothing happens before the first stage.
 *
 * <pre>{@code
 * RollOut rollOut = templates.apply(template, organizations);
 * List<RollOutOutcome> first = rollOut.next(5); // look at them, then
 * List<RollOutOutcome> others = rollOut.rest();
 * }</pre>
 *
 * <p>Each organization is a change of its own, saved when its turn is over: there is nothing to commit at the end, and a stage that
 * throws has done what came before. What is left can be taken up with the same {@linkplain RollOutOptions#id id}. Not thread-safe; two
 * that have the same id do not get in each other's way.
 */
public final class RollOut {
    private final String id;
    private final Deque<OrganizationId> waiting;
    private final Function<OrganizationId, RollOutOutcome> change;
    private final List<RollOutOutcome> outcomes = new ArrayList<>();

    RollOut(String id, Collection<OrganizationId> waiting, Function<OrganizationId, RollOutOutcome> change) {
        this.id = id;
        this.waiting = new ArrayDeque<>(waiting);
        this.change = change;
    }

    /**
     * Returns what all its changes have in common in the organizations' histories.
     *
     * @return the id, for {@link RollOutOptions#id} and {@link Templates#undo(String)}
     */
    public String id() {
        return id;
    }

    /**
     * Changes the next organizations. Blocks until all of them are through.
     *
     * <p>If it throws, those before are done and found in {@link #outcomes}; the one at which it did comes last of all next time.
     *
     * @param most how many at the most, 1 or more
     * @return what became of each of them, empty at the end
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    public List<RollOutOutcome> next(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", it must be 1 or more");
        }
        int before = outcomes.size();
        for (int done = 0; done < most && !waiting.isEmpty(); done++) {
            OrganizationId organization = waiting.remove();
            try {
                outcomes.add(change.apply(organization));
            } catch (RuntimeException e) {
                waiting.add(organization);
                throw e;
            }
        }
        return List.copyOf(outcomes.subList(before, outcomes.size()));
    }

    /**
     * Changes all that are left, see {@link #next}.
     *
     * @return what became of each of them, empty if none was left
     * @throws io.smartqueue.ultramsg.error.StorageException if the store cannot answer
     */
    public List<RollOutOutcome> rest() {
        return waiting.isEmpty() ? List.of() : next(waiting.size());
    }

    /**
     * Returns whose turn has not come yet.
     *
     * @return the organizations in their order, without those that were changed under this id before
     */
    public List<OrganizationId> waiting() {
        return List.copyOf(waiting);
    }

    /**
     * Returns what became of the organizations whose turn is over.
     *
     * @return of each one once, in their order
     */
    public List<RollOutOutcome> outcomes() {
        return List.copyOf(outcomes);
    }

    @Override
    public String toString() {
        return "RollOut[" + id + ", " + outcomes.size() + " done, " + waiting.size() + " waiting]";
    }
}
