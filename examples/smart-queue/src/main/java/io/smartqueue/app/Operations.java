package io.smartqueue.app;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.web.Json;
import io.smartqueue.app.web.Routes;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/** What those who run the service ask it: whether it lives, whether it should get requests, and how it does. */
final class Operations implements Routes {
    private static final int SECONDS = 2;

    private final DataSource database;
    private final WhatsAppMetrics metrics;
    private volatile boolean leaving;

    Operations(DataSource database, WhatsAppMetrics metrics) {
        this.database = database;
        this.metrics = metrics;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/health/live", request -> Json.write(request, 200, Map.of("status", "UP")));
        routes.get("/health/ready", this::ready);
        routes.head("/health/ready", this::ready); // or it would be said to be ready whatever it is
        routes.get(
                "/metrics",
                request -> request.contentType("text/plain; version=0.0.4; charset=utf-8")
                        .result(metrics.scrape()));
    }

    /** From now on this node wants no requests. */
    void leave() {
        leaving = true;
    }

    private void ready(Context request) {
        boolean ready = !leaving && databaseAnswers();
        Json.write(request, ready ? 200 : 503, Map.of("status", ready ? "UP" : "OUT_OF_SERVICE"));
    }

    private boolean databaseAnswers() {
        try (Connection connection = database.getConnection()) {
            return connection.isValid(SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }
}
