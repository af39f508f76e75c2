package io.smartqueue.ultramsg.internal.config;

import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;

import java.util.List;
import java.util.stream.Collectors;

/** What is known of one organization's configuration. */
public sealed interface KnownConfig {
    /** Why it cannot be used, in words for whoever sends; empty if it can. */
    String complaint();

    /** It can be used. */
    record Usable(UltraMessageConfig config) implements KnownConfig {
        @Override
        public String complaint() {
            return "";
        }
    }

    /** It is there, but incomplete or wrong. */
    record Unusable(List<ConfigProblem> problems) implements KnownConfig {
        @Override
        public String complaint() {
            return "the organization's configuration cannot be used: "
                    + problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("; "));
        }
    }

    /** No such organization exists. */
    record Missing() implements KnownConfig {
        @Override
        public String complaint() {
            return "no such organization exists";
        }
    }
}
