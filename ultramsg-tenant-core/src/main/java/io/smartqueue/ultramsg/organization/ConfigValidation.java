package io.smartqueue.ultramsg.organization;

import java.util.List;

/** What came out of checking a {@link ConfigDraft}. */
public sealed interface ConfigValidation {
    /**
     * Nothing is wrong.
     *
     * @param config the checked configuration
     */
    record Valid(UltraMessageConfig config) implements ConfigValidation {}

    /**
     * Something is wrong.
     *
     * @param problems all that is wrong, in the order of the fields; at least one
     */
    record Invalid(List<ConfigProblem> problems) implements ConfigValidation {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
