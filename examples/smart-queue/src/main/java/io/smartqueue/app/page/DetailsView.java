package io.smartqueue.app.page;

import io.smartqueue.app.web.Frame;
import io.smartqueue.ultramsg.access.Permission;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/**
 * The page, or what of it has changed.
 *
 * @param stored what the database says
 * @param entered what somebody has just done
 */
record DetailsView(Frame frame, Stored stored, Entered entered) {
    /**
     * What the database says.
     *
     * @param maskedToken what of the token may be seen; empty if there is none, or he may not see it
     * @param templates names of what a form can be filled from
     * @param mayWaitForScan whether to ask if the instance waits for a phone
     */
    record Stored(
            StatusPanel status,
            String maskedToken,
            List<String> templates,
            StandbysPanel standbys,
            ChatPanel chat,
            boolean mayWaitForScan) {}

    /**
     * What somebody has typed, and what came of it.
     *
     * @param form the fields
     * @param connection what a test has found
     * @param conflict what somebody else has changed
     * @param notice what was done, or why not
     */
    record Entered(
            DetailsForm form,
            @Nullable ConnectionPanel connection,
            @Nullable ConflictPanel conflict,
            @Nullable Notice notice) {
        static Entered of(DetailsForm form) {
            return new Entered(form, null, null, null);
        }

        Entered found(@Nullable ConnectionPanel result) {
            return new Entered(form, result, conflict, notice);
        }

        Entered conflicting(ConflictPanel other) {
            return new Entered(form, connection, other, notice);
        }

        Entered saying(Notice words) {
            return new Entered(form, connection, conflict, words);
        }
    }

    /** What was done, or why not. */
    record Notice(boolean isGood, String text) {
        static Notice good(String text) {
            return new Notice(true, text);
        }

        static Notice bad(String text) {
            return new Notice(false, text);
        }
    }

    /** What a reply to htmx replaces. */
    enum Part {
        ERRORS,
        FIELDS,
        VERSION,
        TOKEN,
        STATUS,
        RESULT,
        CONFLICT,
        NOTICE,
        CHAT,
        LOGIN,
        WEBHOOK,
        STANDBYS,
        NEW_STANDBY,
        STANDBY_ERRORS
    }

    /** A page of which some parts are sent. */
    record Reply(DetailsView view, Set<Part> parts) {
        boolean has(Part part) {
            return parts.contains(part);
        }
    }

    boolean mayEdit() {
        return frame.organization() != null && frame.organization().may(Permission.EDIT);
    }

    boolean mayTest() {
        return frame.organization() != null && frame.organization().may(Permission.TEST);
    }

    String path() {
        return frame.organization() == null ? "" : frame.organization().path();
    }

    String csrfToken() {
        return frame.who() == null ? "" : frame.who().csrfToken();
    }

    /** Whether the instance waits for a phone, or may. */
    boolean looksForPhone() {
        ConnectionPanel found = entered.connection();
        return stored.mayWaitForScan() || mayEdit() && found != null && found.isWaitingForScan();
    }

    /** Whether what most leave alone has to be looked at. */
    boolean opensAdvanced() {
        return !stored.standbys().errors().isEmpty()
                || form().errors().keySet().stream().anyMatch(DetailsForm::isAdvanced);
    }

    DetailsForm form() {
        return entered.form();
    }
}
