package io.smartqueue.app.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.error.StorageException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.EOFException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Set;
import java.util.UUID;

/** How requests are answered that were not done: programs by a problem, people by a page or a part of one. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    /** Connection, resources, operator intervention, system error: classes of SQLSTATE that pass. */
    private static final Set<String> PASSING = Set.of("08", "53", "57", "58");

    private Failures() {}

    static void addTo(RoutesConfig routes) {
        routes.exception(ProblemException.class, (e, request) -> answer(request, e.problem()));
        routes.exception(AccessDeniedException.class, (e, request) -> answer(request, Problem.noAccess()));
        routes.exception(HttpResponseException.class, (e, request) -> answer(request, ofStatus(e.getStatus())));
        routes.exception(EOFException.class, (e, request) -> { // whoever asked has gone: not worth a word
            answer(request, ofStatus(400));
        });
        routes.exception(StorageException.class, (e, request) -> ofDatabase(request, e, e.isRetryable()));
        routes.exception(JdbiException.class, (e, request) -> ofDatabase(request, e, isPassing(e)));
        routes.exception(Exception.class, (e, request) -> ofOurs(request, e));
    }

    private static void ofDatabase(Context request, Exception e, boolean isPassing) {
        if (!isPassing) {
            ofOurs(request, e);
            return;
        }
        LOG.warn("the database does not answer", e);
        answer(
                request,
                Problem.of(
                        503,
                        "unavailable",
                        "The database does not answer",
                        "try again soon; what must not be done twice, look for first"));
    }

    /** Whether the same request may well be done a little later: once there is a connection, or whatever PostgreSQL lacks. */
    private static boolean isPassing(JdbiException failure) {
        if (failure instanceof ConnectionException) {
            return true;
        }
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                @Nullable String state = sql.getSQLState();
                return state != null && PASSING.stream().anyMatch(state::startsWith);
            }
        }
        return false;
    }

    private static void ofOurs(Context request, Exception e) {
        UUID id = UUID.randomUUID();
        LOG.error("request {} has failed", id, e);
        answer(
                request,
                Problem.of(500, "failed", "Something went wrong here", "tell those who run this service: " + id));
    }

    private static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> Problem.of(404, "not_found", "Nothing here", "there is nothing at this address");
            case 405 -> Problem.of(405, "wrong_method", "Not like this", "this address knows other methods");
            case 413 -> Problem.of(413, "too_large", "Too large", "send at most " + WebServer.MOST_BYTES + " bytes");
            default ->
                Problem.of(status, "refused", "The request cannot be used", "see the documentation of this route");
        };
    }

    private static void answer(Context request, Problem problem) {
        if (Forms.isForProgram(request)) {
            Json.writeProblem(request, problem);
        } else if (problem.status() == 401) {
            toSignIn(request);
        } else if (Views.isPart(request)) {
            request.status(problem.status()).contentType("text/plain; charset=utf-8");
            request.result(problem.title() + ": " + problem.detail());
        } else {
            Views.show(request, problem.status(), "web/problem.jte", problem);
        }
    }

    private static void toSignIn(Context request) {
        if (Views.isPart(request)) {
            request.status(204).header("HX-Redirect", signIn(pageAround(request)));
        } else {
            request.redirect(signIn(request.method().name().equals("GET") ? request.path() : "/"));
        }
    }

    private static String signIn(String then) {
        return "/sign-in?then=" + URLEncoder.encode(then, StandardCharsets.UTF_8);
    }

    /** Who signs in again wants the page that he was at, and not the part of it that has asked. */
    private static String pageAround(Context request) {
        try {
            @Nullable String page = request.header("HX-Current-URL");
            @Nullable String path = page == null ? null : URI.create(page).getPath();
            return path == null ? "/" : path;
        } catch (IllegalArgumentException e) {
            return "/";
        }
    }
}
