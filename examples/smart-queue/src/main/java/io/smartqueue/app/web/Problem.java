package io.smartqueue.app.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Why a request was not done, as RFC 9457 writes it down.
 *
 * @param code a name that stays, for programs
 * @param title the kind of problem in words
 * @param detail what is wrong this time and what to do about it; it repeats nothing that was sent
 * @param more further members
 */
public record Problem(int status, String code, String title, String detail, Map<String, Object> more) {
    /** What is wrong with a field of a request. */
    public record Field(String field, String code, String message) {}

    public Problem {
        more = Map.copyOf(more);
    }

    public static Problem of(int status, String code, String title, String detail) {
        return new Problem(status, code, title, detail, Map.of());
    }

    public static Problem invalid(List<Field> fields) {
        List<Map<String, String>> errors = fields.stream()
                .map(field -> Map.of("field", field.field(), "code", field.code(), "message", field.message()))
                .toList();
        String detail =
                fields.size() == 1 ? fields.get(0).field() + " " + fields.get(0).message() : "see errors";
        return new Problem(422, "invalid", "The request cannot be used", detail, Map.of("errors", errors));
    }

    public static Problem notSignedIn() {
        return of(
                401,
                "not_signed_in",
                "Sign in first",
                "send the session cookie, or Authorization: Bearer with a token");
    }

    public static Problem noAccess() {
        return of(
                403,
                "no_access",
                "Not for you",
                "there is no such organization, or your role in it does not allow this: ask one of its admins");
    }

    static Problem tooManyTries(Duration wait) {
        long seconds = Math.max(1, wait.toSeconds() + 1);
        return of(429, "too_many_tries", "Too many tries", "try again in " + seconds + " seconds")
                .with("retryAfterSeconds", seconds);
    }

    public Problem with(String member, Object value) {
        Map<String, Object> members = new TreeMap<>(more);
        members.put(member, value);
        return new Problem(status, code, title, detail, members);
    }

    /** The members as JSON has them; {@code success} and {@code error} are for callers older than RFC 9457's. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", "/problems#" + code);
        members.put("title", title);
        members.put("status", status);
        members.put("detail", detail);
        members.put("code", code);
        members.put("success", false);
        members.put("error", title + ": " + detail);
        members.putAll(more);
        return members;
    }
}
