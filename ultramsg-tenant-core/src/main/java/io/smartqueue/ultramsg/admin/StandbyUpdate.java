package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.InstanceId;

import java.util.List;
import java.util.Objects;

/** What became of a change to an organization's standby instances. */
public sealed interface StandbyUpdate {
    /**
     * Tells whether the change was saved.
     *
     * @return true for {@link Saved}
     */
    default boolean isSaved() {
        return this instanceof Saved;
    }

    /**
     * The standbys are saved, and in force for the next send on this node; other nodes follow within milliseconds.
     *
     * @param standbys as they are now, in the order in which they are tried
     */
    record Saved(List<StandbyInstance> standbys) implements StandbyUpdate {
        public Saved {
            standbys = List.copyOf(standbys);
        }
    }

    /**
     * Nothing was saved: a standby cannot be used, or is named more than once.
     *
     * @param instance which
     * @param problems all that is wrong with it, at least one
     */
    record Invalid(InstanceId instance, List<ConfigProblem> problems) implements StandbyUpdate {
        public Invalid {
            Objects.requireNonNull(instance, "instance");
            problems = List.copyOf(problems);
        }
    }

    /**
     * Nothing was saved: UltraMsg does not recognize a standby's credentials, or could not be asked.
     *
     * @param instance which
     * @param test what the test found
     */
    record TestFailed(InstanceId instance, UltraMessageTestResult test) implements StandbyUpdate {
        public TestFailed {
            Objects.requireNonNull(instance, "instance");
            Objects.requireNonNull(test, "test");
        }
    }

    /** Nothing was saved: one of the instances is another organization's, or the organization's own one. */
    record InstanceInUse() implements StandbyUpdate {}

    /** Nothing was saved: no such organization exists. */
    record NoSuchOrganization() implements StandbyUpdate {}
}
