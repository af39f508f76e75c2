package io.smartqueue.ultramsg.organization;

import java.util.Locale;
import java.util.Optional;

/** What somebody did to an organization's configuration. */
public enum ConfigAction {
    /** He gave some fields new values. */
    UPDATED,
    /** He let the organization send. */
    ACTIVATED,
    /** He stopped the organization. */
    SUSPENDED,
    /** He replaced the token. */
    TOKEN_ROTATED,
    /** He named other standbys, or changed some. */
    STANDBYS_CHANGED,
    /** He removed the instance and all that goes with it. */
    DELETED;

    /**
     * Finds an action by its stored name.
     *
     * @param text the name in lower case, such as {@code token_rotated}
     * @return the action, or empty if this version knows none of that name
     */
    public static Optional<ConfigAction> find(String text) {
        for (ConfigAction action : values()) {
            if (action.code().equals(text)) {
                return Optional.of(action);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the stable name of the action for storage and JSON.
     *
     * @return the name in lower case, such as {@code token_rotated}
     */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
