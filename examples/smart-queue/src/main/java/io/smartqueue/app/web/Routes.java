package io.smartqueue.app.web;

import io.javalin.config.RoutesConfig;

/** Some addresses and what answers them. */
@FunctionalInterface
public interface Routes {
    void addTo(RoutesConfig routes);
}
