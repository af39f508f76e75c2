package io.smartqueue.ultramsg.benchmarks;

import io.javalin.Javalin;

/** The same web server as Smart Queue's with one route: what of its start-up and heap is not ours. */
public final class BareService {
    private BareService() {}

    /**
     * Serves until the process is ended.
     *
     * @param args none; {@code PORT} says where
     */
    public static void main(String[] args) {
        Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.routes.get("/health/ready", request -> request.result("UP"));
                })
                .start("127.0.0.1", Integer.parseInt(System.getenv("PORT")));
    }
}
