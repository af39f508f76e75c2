package io.smartqueue.app.web;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What pages send: fields of text, in UTF-8, as browsers send them unless told otherwise. */
final class Forms {
    private static final Pattern TYPE =
            Pattern.compile("application/x-www-form-urlencoded(; *charset=\"?utf-8\"?)?", Pattern.CASE_INSENSITIVE);
    private static final Set<String> WITHOUT = Set.of("GET", "HEAD", "OPTIONS");

    private Forms() {}

    /**
     * Refuses what no page of ours sends, before anything reads it: files, characters of another kind, and the one character that no text
     * has and no database takes.
     */
    static void refuseOthers(Context request) {
        if (isForProgram(request) || WITHOUT.contains(request.method().name())) {
            return;
        }
        if (!isForm(request)) {
            throw new ProblemException(
                    Problem.of(415, "not_a_form", "Not a form", "send application/x-www-form-urlencoded in UTF-8"));
        }
        if (request.formParamMap().values().stream().flatMap(List::stream).anyMatch(text -> text.indexOf(0) >= 0)) {
            throw new ProblemException(Problem.of(
                    400, "refused", "The request cannot be used", "a field has a character that no text has"));
        }
    }

    /** A button alone may send nothing at all. */
    private static boolean isForm(Context request) {
        // Jetty's own getter fails at a charset that it does not know
        @Nullable String type = request.header("Content-Type");
        return type == null
                ? request.bodyAsBytes().length == 0
                : TYPE.matcher(type).matches();
    }

    /** A field of a form; null also for programs, which send none. */
    static @Nullable String field(Context request, String name) {
        return isForProgram(request) ? null : request.formParam(name);
    }

    static boolean isForProgram(Context request) {
        return request.path().startsWith("/api/") || request.path().startsWith("/health/");
    }
}
