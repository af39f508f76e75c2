package io.smartqueue.ultramsg.internal.config;

import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;

import java.util.List;

/** What is known of one organization's configuration. */
public sealed interface KnownConfig {
    /** It can be used. */
    record Usable(UltraMessageConfig config) implements KnownConfig {}

    /** It is there, but incomplete or wrong. */
    record Unusable(List<ConfigProblem> problems) implements KnownConfig {}

    /** No such organization exists. */
    record Missing() implements KnownConfig {}
}
