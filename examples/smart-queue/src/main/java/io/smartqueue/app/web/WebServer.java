package io.smartqueue.app.web;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.smartqueue.ultramsg.error.AccessDeniedException;
import io.smartqueue.ultramsg.error.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** The HTTP server: what holds for every request, whichever route answers it. */
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    private static final long MOST_BYTES = 2 * 1024 * 1024;
    private static final long STOP_MILLIS = 10_000;
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Javalin server;

    private WebServer(Javalin server) {
        this.server = server;
    }

    /**
     * Starts to answer.
     *
     * @param port 0 for any that is free
     */
    public static WebServer start(String host, int port, Guard guard, List<Routes> routes) {
        Javalin server = Javalin.create(config -> {
            configure(config);
            config.routes.before(WebServer::secure);
            config.routes.before(guard::refuseForgeries);
            Assets.addTo(config.routes);
            routes.forEach(some -> some.addTo(config.routes));
            answerProblems(config.routes);
        });
        server.start(host, port);
        return new WebServer(server);
    }

    private static void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.maxRequestSize = MOST_BYTES;
        config.jetty.modifyServer(jetty -> jetty.setStopTimeout(STOP_MILLIS));
        config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    }

    public int port() {
        return server.port();
    }

    private static void secure(Context request) {
        request.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "same-origin")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cache-Control", "no-store");
    }

    private static void answerProblems(RoutesConfig routes) {
        routes.exception(ProblemException.class, (e, request) -> answer(request, e.problem()));
        routes.exception(AccessDeniedException.class, (e, request) -> answer(request, Problem.noAccess()));
        routes.exception(StorageException.class, (e, request) -> {
            LOG.warn("the database does not answer", e);
            answer(
                    request,
                    Problem.of(503, "unavailable", "The database does not answer", "nothing was done: try again soon"));
        });
        routes.exception(HttpResponseException.class, (e, request) -> answer(request, ofStatus(e.getStatus())));
        routes.exception(Exception.class, (e, request) -> {
            UUID id = UUID.randomUUID();
            LOG.error("request {} has failed", id, e);
            answer(
                    request,
                    Problem.of(500, "failed", "Something went wrong here", "tell those who run this service: " + id));
        });
    }

    private static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> Problem.of(404, "not_found", "Nothing here", "there is nothing at this address");
            case 405 -> Problem.of(405, "wrong_method", "Not like this", "this address knows other methods");
            case 413 -> Problem.of(413, "too_large", "Too large", "send at most " + MOST_BYTES + " bytes");
            default ->
                Problem.of(status, "refused", "The request cannot be used", "see the documentation of this route");
        };
    }

    private static void answer(Context request, Problem problem) {
        if (request.path().startsWith("/api/") || request.path().startsWith("/health/")) {
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
        String back = request.method().name().equals("GET") ? request.path() : "/";
        String there = "/sign-in?then=" + URLEncoder.encode(back, StandardCharsets.UTF_8);
        if (Views.isPart(request)) {
            request.status(204).header("HX-Redirect", there);
        } else {
            request.redirect(there);
        }
    }

    /** Ends what is being answered, for up to ten seconds, and takes nothing new. */
    @Override
    public void close() {
        server.stop();
    }
}
