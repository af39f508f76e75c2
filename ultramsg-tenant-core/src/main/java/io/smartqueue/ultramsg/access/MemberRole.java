package io.smartqueue.ultramsg.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What a member is in an organization. */
public enum MemberRole {
    /** May do everything. */
    ADMIN(Permission.VIEW, Permission.EDIT, Permission.TEST, Permission.SEND),
    /** May do everything but change the configuration. */
    MANAGER(Permission.VIEW, Permission.TEST, Permission.SEND),
    /** May see the configuration and send. */
    EMPLOYEE(Permission.VIEW, Permission.SEND);

    private final Set<Permission> permissions;

    MemberRole(Permission first, Permission... others) {
        this.permissions = EnumSet.of(first, others);
    }

    /**
     * Tells whether a member in this role may do something.
     *
     * @param permission what
     * @return true if the role includes it
     */
    public boolean may(Permission permission) {
        return permissions.contains(Objects.requireNonNull(permission, "permission"));
    }

    /**
     * Finds a role by its stored name. A text that is nearly one is none: nobody gets rights by a guess.
     *
     * @param text the name, such as {@code admin}
     * @return the role, or empty if there is none of exactly that name
     */
    public static Optional<MemberRole> find(String text) {
        for (MemberRole role : values()) {
            if (role.storedName().equals(text)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the name under which the role is stored.
     *
     * @return the name in lower case
     */
    public String storedName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
