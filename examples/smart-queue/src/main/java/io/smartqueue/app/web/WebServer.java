package io.smartqueue.app.web;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.util.List;
import java.util.Map;

/** The HTTP server: what holds for every request, whichever route answers it. */
public final class WebServer implements AutoCloseable {
    static final long MOST_BYTES = 2 * 1024 * 1024;
    private static final long STOP_MILLIS = 10_000;
    private static final Map<String, String> SECURE = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "same-origin",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

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
            config.routes.before(Forms::refuseOthers);
            config.routes.before(guard::refuseForgeries);
            Assets.addTo(config.routes);
            routes.forEach(some -> some.addTo(config.routes));
            Failures.addTo(config.routes);
        });
        server.start(host, port);
        return new WebServer(server);
    }

    private static void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.maxRequestSize = MOST_BYTES;
        config.http.prefer405over404 = true;
        config.jetty.modifyServer(jetty -> {
            jetty.setStopTimeout(STOP_MILLIS);
            jetty.setErrorHandler(WebServer::answerWhatIsNoRequest);
        });
        config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    }

    public int port() {
        return server.port();
    }

    private static void secure(Context request) {
        SECURE.forEach(request::header);
    }

    /** What is so broken that no route sees it. Jetty's own page for that has none of our headers. */
    private static boolean answerWhatIsNoRequest(Request request, Response response, Callback callback) {
        SECURE.forEach(response.getHeaders()::put);
        response.getHeaders().put("Content-Type", "text/plain; charset=utf-8");
        Content.Sink.write(response, true, "The request cannot be used.\n", callback);
        return true;
    }

    /** Ends what is being answered, for up to ten seconds, and takes nothing new. */
    @Override
    public void close() {
        server.stop();
    }
}
