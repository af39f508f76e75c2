package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.organization.ConfigProblem;

import java.util.List;
import java.util.Objects;

/** What became of a template that was to be saved. */
public sealed interface TemplateSave {
    /**
     * It is saved, as a new version.
     *
     * @param template as it is kept
     */
    record Saved(Template template) implements TemplateSave {
        public Saved {
            Objects.requireNonNull(template, "template");
        }
    }

    /**
     * Nothing was saved: no organization could use it.
     *
     * @param problems all that is wrong, at least one
     */
    record Invalid(List<ConfigProblem> problems) implements TemplateSave {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
