package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.organization.EnvironmentProblem;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.List;
import java.util.Objects;

/** What became of the wish to give the instance of the old environment variables to an organization. */
public sealed interface EnvironmentImport {
    /**
     * Tells whether the organization owns the instance now.
     *
     * @return true for {@link Imported}
     */
    default boolean isImported() {
        return this instanceof Imported;
    }

    /**
     * The organization owns the instance, and its token is stored as all others are.
     *
     * @param saved the configuration as it is now, and what the test found
     */
    record Imported(ConfigUpdate.Saved saved) implements EnvironmentImport {
        public Imported {
            Objects.requireNonNull(saved, "saved");
        }
    }

    /**
     * Nothing was saved: the instance is another organization's, whose it became by an earlier import or in another way. Others send
     * through it if its owner {@linkplain io.smartqueue.ultramsg.EnvironmentMove#shareInstance shares} it.
     *
     * @param holders who has it, as their own or as a standby, at least one; for those who run the service only
     */
    record HeldByAnother(List<OrganizationId> holders) implements EnvironmentImport {
        public HeldByAnother {
            holders = List.copyOf(holders);
        }
    }

    /** Nothing was saved: the organization has another instance, which an import would take from it. */
    record HasInstance() implements EnvironmentImport {}

    /**
     * Nothing was saved: the variables are not set, or cannot be used.
     *
     * @param problems what is wrong, by the names of the variables; empty if they are not set
     */
    record NothingToImport(List<EnvironmentProblem> problems) implements EnvironmentImport {
        public NothingToImport {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Nothing was saved, for a reason that any change may have: the organization does not exist, UltraMsg does not recognize the
     * instance, or something else in the organization's configuration is wrong.
     *
     * @param why what became of the change
     */
    record NotSaved(ConfigUpdate why) implements EnvironmentImport {
        public NotSaved {
            Objects.requireNonNull(why, "why");
        }
    }
}
