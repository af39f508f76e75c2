package io.smartqueue.app.page;

import io.javalin.http.Context;
import io.smartqueue.app.web.Visit;
import org.jspecify.annotations.Nullable;

import java.util.UUID;

/**
 * A message to one number, as typed, and what came of it.
 *
 * @param once names this message: whoever sends the form twice sends one message
 * @param outcome null until it was sent
 */
record DirectForm(
        String path,
        String csrf,
        String once,
        String phone,
        String text,
        @Nullable String phoneError,
        @Nullable String textError,
        @Nullable Outcome outcome) {
    /**
     * What came of it.
     *
     * @param code {@code accepted}, {@code rejected}, {@code unknown}, or {@code off} if nothing is sent here
     */
    record Outcome(String code, String words) {}

    static DirectForm empty(String path, Visit visit) {
        return new DirectForm(path, visit.who().csrfToken(), newName(), "", "", null, null, null);
    }

    static DirectForm typed(Context request, String path, Visit visit) {
        String once = Fields.text(request, "once");
        return new DirectForm(
                path,
                visit.who().csrfToken(),
                once.matches("[0-9a-f-]{36}") ? once : newName(),
                Fields.text(request, "phone"),
                Fields.text(request, "text"),
                null,
                null,
                null);
    }

    private static String newName() {
        return UUID.randomUUID().toString();
    }

    DirectForm wrong(@Nullable String phone, @Nullable String message) {
        return new DirectForm(path, csrf, once, this.phone, text, phone, message, null);
    }

    /** Keeps what was typed, and its name: it may be sent again. */
    DirectForm answered(String code, String words) {
        return new DirectForm(path, csrf, once, phone, text, null, null, new Outcome(code, words));
    }

    /** Ready for another one. */
    DirectForm done(String words) {
        return new DirectForm(path, csrf, newName(), "", "", null, null, new Outcome("accepted", words));
    }

    boolean isWrong() {
        return phoneError != null || textError != null;
    }

    /** Holds a number and a text. */
    @Override
    public String toString() {
        return "DirectForm[" + once + "]";
    }
}
