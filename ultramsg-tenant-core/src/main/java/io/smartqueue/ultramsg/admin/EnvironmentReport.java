package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.organization.EnvironmentInstance;
import io.smartqueue.ultramsg.organization.EnvironmentProblem;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What the old environment variables still do, and who sends through another organization's instance; for those who run the service
 * only. Immutable and thread-safe.
 *
 * @param state what they do
 * @param problems why they cannot be used, by the names of the variables; empty in every other state
 * @param instance the variables' instance, or null if they name none
 * @param holders who has that instance, as their own or as a standby: one after an import, nobody before it
 * @param served organizations that send through the variables, since they have no instance of their own
 * @param sharing organizations that share an instance, with its owner
 * @param lost organizations that are to share an instance whose owner has none any more, with that owner; they cannot send
 */
public record EnvironmentReport(
        State state,
        List<EnvironmentProblem> problems,
        @Nullable InstanceId instance,
        List<OrganizationId> holders,
        List<OrganizationId> served,
        Map<OrganizationId, OrganizationId> sharing,
        Map<OrganizationId, OrganizationId> lost) {
    /** What the variables do. */
    public enum State {
        /** They are not set, or the manager was not told to use them. */
        NOT_SET,
        /** They are set, but cannot be used: they serve nobody. */
        UNUSABLE,
        /** Organizations send through them. */
        SERVING,
        /** They are ignored: every organization that may send has an instance of its own or shares one. */
        IGNORED
    }

    public EnvironmentReport {
        Objects.requireNonNull(state, "state");
        problems = List.copyOf(problems);
        holders = List.copyOf(holders);
        served = List.copyOf(served);
        sharing = Map.copyOf(sharing);
        lost = Map.copyOf(lost);
    }

    /**
     * Tells whether the variables, and the line that switches them on, can be removed without anybody noticing.
     *
     * @return true if they are ignored
     */
    public boolean canBeRemoved() {
        return state == State.IGNORED;
    }

    /**
     * Says in one line what the variables do, as the log does when a manager starts.
     *
     * @return a sentence without any variable's value but the instance's id
     */
    public String summary() {
        String variables = EnvironmentInstance.INSTANCE_ID + " and " + EnvironmentInstance.TOKEN;
        return switch (state) {
            case NOT_SET -> variables + " are not set";
            case UNUSABLE ->
                "The instance of the environment variables serves nobody, it cannot be used: "
                        + problems.stream().map(EnvironmentProblem::toString).collect(Collectors.joining("; "));
            case SERVING ->
                variables + ": " + served.size() + " organizations without an instance of their own send through "
                        + instance + ", which " + owner();
            case IGNORED ->
                variables + " are ignored and can be removed: nobody sends through them; " + instance + " " + owner();
        };
    }

    private String owner() {
        return holders.isEmpty()
                ? "belongs to no organization yet"
                : "belongs to organization "
                        + holders.stream().map(OrganizationId::value).collect(Collectors.joining(", "));
    }
}
