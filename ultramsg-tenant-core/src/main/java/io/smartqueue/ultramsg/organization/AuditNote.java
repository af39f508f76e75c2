package io.smartqueue.ultramsg.organization;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * What is to be recorded beside a change: who makes it, what he does, and, if there are such, what a test found and where the
 * values come from.
 *
 * <pre>{@code
 * store.update(organization, change, AuditNote.by(Actor.operator("onboarding-job")));
 * }</pre>
 *
 * <p>Immutable and thread-safe.
 */
public final class AuditNote {
    private final Actor actor;
    private final ConfigAction action;
    private final @Nullable String finding;
    private final @Nullable ChangeOrigin origin;

    private AuditNote(Actor actor, ConfigAction action, @Nullable String finding, @Nullable ChangeOrigin origin) {
        this.actor = Objects.requireNonNull(actor, "actor");
        this.action = Objects.requireNonNull(action, "action");
        this.finding = finding;
        this.origin = origin;
    }

    /**
     * Returns the note of somebody who updates a configuration.
     *
     * @param actor who
     * @return the note
     */
    public static AuditNote by(Actor actor) {
        return new AuditNote(actor, ConfigAction.UPDATED, null, null);
    }

    /**
     * Returns this note for another action.
     *
     * @param action what is done
     * @return a new note
     */
    public AuditNote action(ConfigAction action) {
        return new AuditNote(actor, action, finding, origin);
    }

    /**
     * Returns this note with what a test found before the change.
     *
     * @param finding the finding's code, such as {@code connected}
     * @return a new note
     */
    public AuditNote finding(String finding) {
        return new AuditNote(actor, action, Objects.requireNonNull(finding, "finding"), origin);
    }

    /**
     * Returns this note with where the values come from.
     *
     * @param origin such as a template
     * @return a new note
     */
    public AuditNote origin(ChangeOrigin origin) {
        return new AuditNote(actor, action, finding, Objects.requireNonNull(origin, "origin"));
    }

    /**
     * Returns who makes the change.
     *
     * @return a member or an operator
     */
    public Actor actor() {
        return actor;
    }

    /**
     * Returns if a member signs with his own name, as he has to who acts in a store that knows him.
     *
     * @param member who acts
     * @throws IllegalArgumentException if the note is somebody else's
     */
    public void requireSignedBy(MemberId member) {
        if (!actor.equals(new Actor.Member(member))) {
            throw new IllegalArgumentException("a member's change is recorded under his own name");
        }
    }

    /**
     * Returns what is done.
     *
     * @return the action
     */
    public ConfigAction action() {
        return action;
    }

    /**
     * Returns what a test found before the change.
     *
     * @return the finding's code, or empty if none was made
     */
    public Optional<String> finding() {
        return Optional.ofNullable(finding);
    }

    /**
     * Returns where the values come from.
     *
     * @return the origin, or empty if somebody typed them
     */
    public Optional<ChangeOrigin> origin() {
        return Optional.ofNullable(origin);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AuditNote note
                && actor.equals(note.actor)
                && action == note.action
                && Objects.equals(finding, note.finding)
                && Objects.equals(origin, note.origin);
    }

    @Override
    public int hashCode() {
        return Objects.hash(actor, action, finding, origin);
    }

    @Override
    public String toString() {
        return "AuditNote[" + action.code() + " by " + actor.name() + "]";
    }
}
