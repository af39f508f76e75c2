package io.smartqueue.ultramsg.organization;

import java.util.Objects;

/**
 * Who does something to an organization's configuration: for the question whether he may, and for the record that he did. Immutable
 * and thread-safe.
 */
public sealed interface Actor {
    /**
     * Returns the name under which it is recorded what he did.
     *
     * @return the member's key or the operator's name
     */
    String name();

    /**
     * Returns a person of the organization, who may do what his role in it allows.
     *
     * @param id the key of the person who is signed in, 1 to 255 characters
     * @return the actor
     * @throws IllegalArgumentException if the key is blank, too long or holds control characters
     */
    static Member member(String id) {
        return new Member(MemberId.of(id));
    }

    /**
     * Returns somebody who runs the service, or a program of theirs, who may do everything for every organization. Never make one of
     * what a request says.
     *
     * @param name as it is to be recorded, such as {@code onboarding-job}, 1 to 255 characters
     * @return the actor
     * @throws IllegalArgumentException if the name is blank, too long or holds control characters
     */
    static Operator operator(String name) {
        return new Operator(name);
    }

    /**
     * A person of the organization.
     *
     * @param id his key in the host's own table
     */
    record Member(MemberId id) implements Actor {
        public Member {
            Objects.requireNonNull(id, "id");
        }

        @Override
        public String name() {
            return id.value();
        }
    }

    /**
     * Somebody who runs the service.
     *
     * @param name as it is to be recorded
     */
    record Operator(String name) implements Actor {
        private static final int MAX_LENGTH = 255;

        /**
         * Checks the name.
         *
         * @throws IllegalArgumentException if the name is blank, longer than 255 characters or holds control characters
         */
        public Operator {
            Objects.requireNonNull(name, "operator's name");
            if (name.isBlank() || name.length() > MAX_LENGTH) {
                throw new IllegalArgumentException("operator's name has " + name.length() + " characters: say in 1 to "
                        + MAX_LENGTH + " who or which program it is");
            }
            if (name.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("operator's name holds a control character");
            }
        }
    }
}
