package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/** What became of a change to an organization's configuration. */
public sealed interface ConfigUpdate {
    /**
     * Tells whether the change was saved.
     *
     * @return true for {@link Saved}
     */
    default boolean isSaved() {
        return this instanceof Saved;
    }

    /**
     * The change is saved, and in force for the next send on this node; other nodes follow within milliseconds.
     *
     * @param config the configuration as it is in force now
     * @param now what is stored, as this change has left it: a form that stays open goes on from its version, and is told of whoever
     *     changes something after it
     * @param test what the test found, or null if none was made; it may report a phone that still has to be linked
     */
    record Saved(
            UltraMessageConfig config,
            ConfigView now,
            @Nullable UltraMessageTestResult test) implements ConfigUpdate {
        public Saved {
            Objects.requireNonNull(config, "config");
            Objects.requireNonNull(now, "now");
        }
    }

    /**
     * Nothing was saved: the configuration would be incomplete or wrong, or its instance is another organization's.
     *
     * @param problems all that is wrong, at least one
     */
    record Invalid(List<ConfigProblem> problems) implements ConfigUpdate {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Nothing was saved: UltraMsg does not recognize the credentials, or could not be asked.
     *
     * @param test what the test found
     */
    record TestFailed(UltraMessageTestResult test) implements ConfigUpdate {}

    /**
     * Nothing was saved: somebody else has changed the configuration since it was read.
     *
     * @param now how it is now, to be shown beside what was entered
     */
    record ChangedMeanwhile(ConfigView now) implements ConfigUpdate {
        public ChangedMeanwhile {
            Objects.requireNonNull(now, "now");
        }
    }

    /** Nothing was saved: no such organization exists. */
    record NoSuchOrganization() implements ConfigUpdate {}
}
