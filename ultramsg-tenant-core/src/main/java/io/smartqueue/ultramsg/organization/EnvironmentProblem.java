package io.smartqueue.ultramsg.organization;

import java.util.Objects;

/**
 * One thing that is wrong with an environment variable. Immutable and thread-safe.
 *
 * @param variable its name, such as {@link EnvironmentInstance#TOKEN}
 * @param problem what is wrong; never repeats its value
 */
public record EnvironmentProblem(String variable, ConfigProblem problem) {
    public EnvironmentProblem {
        Objects.requireNonNull(variable, "variable");
        Objects.requireNonNull(problem, "problem");
    }

    @Override
    public String toString() {
        return variable + " " + problem.message();
    }
}
