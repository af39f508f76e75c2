package io.smartqueue.ultramsg.admin;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * What an operator may say about one roll-out beyond what it brings to whom.
 *
 * <pre>{@code
 * RollOutOptions options = RollOutOptions.defaults().id("new-limits-2026-11").limitsBelowUse(LimitsBelowUse.ALLOWED);
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class RollOutOptions {
    private static final int MAX_ID = 64;
    private static final RollOutOptions DEFAULTS =
            new RollOutOptions(null, LimitsBelowUse.REFUSED, Verification.TEST_FIRST);

    private final @Nullable String id;
    private final LimitsBelowUse limitsBelowUse;
    private final Verification verification;

    private RollOutOptions(@Nullable String id, LimitsBelowUse limitsBelowUse, Verification verification) {
        this.id = id;
        this.limitsBelowUse = Objects.requireNonNull(limitsBelowUse, "limitsBelowUse");
        this.verification = Objects.requireNonNull(verification, "verification");
    }

    /**
     * Returns options that say nothing: a new id, limits below use are refused, a new base URL is tested first.
     *
     * @return the defaults
     */
    public static RollOutOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with an id. Whom a roll-out of that id has changed is not changed under it again: with the same id it is
     * taken up where it stopped, after a crash too, and on another node.
     *
     * @param id 1 to 64 characters, no control characters
     * @return new options
     * @throws IllegalArgumentException if it is blank, too long or holds control characters
     */
    public RollOutOptions id(String id) {
        Objects.requireNonNull(id, "roll-out's id");
        if (id.isBlank() || id.length() > MAX_ID || id.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("roll-out's id: 1 to " + MAX_ID + " characters, no control characters");
        }
        return new RollOutOptions(id, limitsBelowUse, verification);
    }

    /**
     * Returns these options with what happens to limits below what was used today.
     *
     * @param limitsBelowUse refused or allowed
     * @return new options
     */
    public RollOutOptions limitsBelowUse(LimitsBelowUse limitsBelowUse) {
        return new RollOutOptions(id, limitsBelowUse, verification);
    }

    /**
     * Returns these options with whether a new base URL is tested before it is saved. Nothing else that a template sets is tested.
     *
     * @param verification whether to test first
     * @return new options
     */
    public RollOutOptions verification(Verification verification) {
        return new RollOutOptions(id, limitsBelowUse, verification);
    }

    /**
     * Returns the id.
     *
     * @return the id, or empty for a new one
     */
    public Optional<String> id() {
        return Optional.ofNullable(id);
    }

    /**
     * Returns what happens to limits below what was used today.
     *
     * @return refused unless somebody has said otherwise
     */
    public LimitsBelowUse limitsBelowUse() {
        return limitsBelowUse;
    }

    /**
     * Returns whether a new base URL is tested first.
     *
     * @return tested unless somebody has said otherwise
     */
    public Verification verification() {
        return verification;
    }

    @Override
    public String toString() {
        return "RollOutOptions[id " + id + ", limits below use " + limitsBelowUse + ", " + verification + "]";
    }
}
