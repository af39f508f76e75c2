package io.smartqueue.app.web;

import org.jspecify.annotations.Nullable;

/**
 * What stands around each page.
 *
 * @param section which part of the organization's menu is open, such as {@code board}; empty outside of organizations
 */
public record Frame(
        String title, @Nullable SignedIn who, @Nullable Organization organization, String section) {
    public static Frame of(String title, @Nullable SignedIn who) {
        return new Frame(title, who, null, "");
    }

    public static Frame of(String title, Visit visit, String section) {
        return new Frame(title, visit.who(), visit.organization(), section);
    }

    /** What htmx sends with each of its requests. */
    public String headers() {
        return who == null ? "{}" : "{\"X-CSRF-Token\": \"" + who.csrfToken() + "\"}";
    }

    public boolean isAt(String other) {
        return section.equals(other);
    }
}
