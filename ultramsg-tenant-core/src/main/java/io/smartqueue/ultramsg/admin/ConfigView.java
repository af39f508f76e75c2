package io.smartqueue.ultramsg.admin;

import io.smartqueue.ultramsg.organization.ConfigDraft;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;

/**
 * An organization's configuration as people may see it. Immutable and thread-safe; prints the names of fields only.
 *
 * <p>{@code view.fields().toBuilder()} begins a change to exactly this version.
 */
public final class ConfigView {
    private final ConfigDraft fields;
    private final @Nullable String maskedToken;
    private final List<ConfigProblem> problems;

    private ConfigView(ConfigDraft fields, @Nullable String maskedToken, List<ConfigProblem> problems) {
        this.fields = fields.withoutToken();
        this.maskedToken = maskedToken;
        this.problems = List.copyOf(problems);
    }

    /**
     * Makes the view of somebody who may see that there is a token.
     *
     * @param stored what is stored, with its token if that can be opened
     * @param maskedToken what of the token may be seen, or null if there is none
     * @param problems why it cannot be used
     * @return the view
     */
    public static ConfigView of(ConfigDraft stored, @Nullable String maskedToken, List<ConfigProblem> problems) {
        return new ConfigView(stored, maskedToken, problems);
    }

    /**
     * Returns which version of the configuration this is.
     *
     * @return a number that grows with each change, for {@link ConfigDraft.Builder#version}
     */
    public long version() {
        return fields.version().orElse(0L);
    }

    /**
     * Returns every field as it is stored, but for the token.
     *
     * @return the fields that have a value; all others have their default
     */
    public ConfigDraft fields() {
        return fields;
    }

    /**
     * Returns what of the token may be seen.
     *
     * @return stars, followed by the last four characters of a long token; empty if none is stored, or it is nobody's business who sees
     *     this
     */
    public Optional<String> maskedToken() {
        return Optional.ofNullable(maskedToken);
    }

    /**
     * Returns why the configuration cannot be used.
     *
     * @return all that is wrong, empty if nothing is
     */
    public List<ConfigProblem> problems() {
        return problems;
    }

    /**
     * Tells whether the configuration can be used, which an inactive organization's can be too.
     *
     * @return true if nothing is wrong with it
     */
    public boolean isUsable() {
        return problems.isEmpty();
    }

    @Override
    public String toString() {
        return "ConfigView[version " + version() + ", " + fields + ", " + problems.size() + " problems]";
    }
}
