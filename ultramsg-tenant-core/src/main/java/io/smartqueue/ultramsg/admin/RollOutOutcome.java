package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.connection.UltraMessageTestResult;
import io.smartqueue.ultramsg.organization.ConfigField;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.FieldChange;
import io.smartqueue.ultramsg.organization.OrganizationId;

import java.util.List;
import java.util.Objects;

/** What a roll-out did for one organization. */
public sealed interface RollOutOutcome {
    /**
     * Returns whose configuration it is about.
     *
     * @return the organization, in its canonical spelling
     */
    OrganizationId organization();

    /**
     * The change is saved and recorded, and in force for the next send on this node; other nodes follow within milliseconds.
     *
     * @param organization whose
     * @param changes the fields that got other values
     * @param kept of a roll-out that takes another one back: the fields that somebody has changed since, which stay as they are
     */
    record Applied(OrganizationId organization, List<FieldChange> changes, List<ConfigField> kept)
            implements RollOutOutcome {
        public Applied {
            Objects.requireNonNull(organization, "organization");
            changes = List.copyOf(changes);
            kept = List.copyOf(kept);
        }
    }

    /**
     * There was nothing to change, so nothing is recorded either.
     *
     * @param organization whose
     * @param kept as in {@link Applied}
     */
    record Unchanged(OrganizationId organization, List<ConfigField> kept) implements RollOutOutcome {
        public Unchanged {
            Objects.requireNonNull(organization, "organization");
            kept = List.copyOf(kept);
        }
    }

    /**
     * Nothing was changed now: it was changed by this roll-out before, perhaps through another node.
     *
     * @param organization whose
     */
    record DoneBefore(OrganizationId organization) implements RollOutOutcome {
        public DoneBefore {
            Objects.requireNonNull(organization, "organization");
        }
    }

    /**
     * Nothing was changed: a value cannot be used for this organization, or not now.
     *
     * @param organization whose
     * @param problems all that is wrong, at least one
     */
    record Refused(OrganizationId organization, List<ConfigProblem> problems) implements RollOutOutcome {
        public Refused {
            Objects.requireNonNull(organization, "organization");
            problems = List.copyOf(problems);
        }
    }

    /**
     * Nothing was changed: at the new base URL the organization's credentials are not recognized, or nobody could be asked.
     *
     * @param organization whose
     * @param test what the test found
     */
    record TestFailed(OrganizationId organization, UltraMessageTestResult test) implements RollOutOutcome {
        public TestFailed {
            Objects.requireNonNull(organization, "organization");
            Objects.requireNonNull(test, "test");
        }
    }

    /**
     * Nothing was changed: somebody else has changed the configuration since the preview, or goes on changing it at this moment.
     *
     * @param organization whose
     */
    record ChangedMeanwhile(OrganizationId organization) implements RollOutOutcome {
        public ChangedMeanwhile {
            Objects.requireNonNull(organization, "organization");
        }
    }

    /**
     * Nothing was changed: no such organization exists, or none any more.
     *
     * @param organization who would have been it
     */
    record NoSuchOrganization(OrganizationId organization) implements RollOutOutcome {
        public NoSuchOrganization {
            Objects.requireNonNull(organization, "organization");
        }
    }
}
