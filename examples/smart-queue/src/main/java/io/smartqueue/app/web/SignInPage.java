package io.smartqueue.app.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Signing in and out. */
public final class SignInPage implements Routes {
    /** Somebody to try it as. */
    public record DemoMember(String name, String what) {}

    record View(
            Frame frame, String name, String then, @Nullable String error, List<DemoMember> demo) {}

    static final String PATH = "/sign-in";

    private final Guard guard;
    private final Sessions sessions;
    private final List<DemoMember> demo;
    private final RateLimit perName = new RateLimit(10, Duration.ofMinutes(5));
    private final RateLimit perAddress = new RateLimit(60, Duration.ofMinutes(5));

    public SignInPage(Guard guard, Sessions sessions, List<DemoMember> demo) {
        this.guard = guard;
        this.sessions = sessions;
        this.demo = List.copyOf(demo);
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, request -> show(request, 200, "", then(request.queryParam("then")), null));
        routes.post(PATH, this::signIn);
        routes.post("/sign-out", request -> {
            guard.forget(request);
            request.redirect(PATH);
        });
    }

    private void signIn(Context request) {
        String name = text(request, "name");
        String then = then(request.formParam("then"));
        try {
            perAddress.take(request.ip());
            perName.take(name);
        } catch (ProblemException tooOften) {
            show(
                    request,
                    429,
                    name,
                    then,
                    "Too many tries: " + tooOften.problem().detail() + ".");
            return;
        }
        Optional<String> token = sessions.signIn(name, text(request, "password"));
        if (token.isPresent()) {
            guard.remember(request, token.get());
            request.redirect(then);
        } else {
            show(request, 401, name, then, "Name and password do not go together.");
        }
    }

    private void show(Context request, int status, String name, String then, @Nullable String error) {
        View view = new View(Frame.of("Sign in", null), name, then, error, demo);
        Views.show(request, status, "web/sign-in.jte", view);
    }

    private static String text(Context request, String field) {
        @Nullable String value = request.formParam(field);
        return value == null ? "" : value.strip();
    }

    /** Where to go afterwards: within this site, or home. */
    private static String then(@Nullable String wanted) {
        return wanted != null && wanted.matches("/[A-Za-z0-9/_-]*") && !wanted.startsWith("//") ? wanted : "/";
    }
}
