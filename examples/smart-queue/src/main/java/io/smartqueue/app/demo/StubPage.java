package io.smartqueue.app.demo;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** What stands for UltraMsg in the demonstration: its instances, and what each can be made to do. For everybody, signed in or not. */
public final class StubPage implements Routes {
    record Row(String id, String token, String number, String name, String digits, int messages, Switch position) {
        boolean waits() {
            return position == Switch.WAITS;
        }
    }

    record View(Frame frame, List<Row> rows, List<Switch> switches) {}

    private final Instances instances;
    private final Guard guard;

    public StubPage(Instances instances, Guard guard) {
        this.instances = instances;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/demo", this::show);
        routes.post("/demo/instances/{id}", this::turn);
    }

    private void show(Context request) {
        Frame frame = Frame.of("UltraMsg stub", guard.find(request).orElse(null));
        List<Row> rows = instances.all().stream().map(StubPage::row).toList();
        Views.show(request, "demo/stub.jte", new View(frame, rows, List.of(Switch.values())));
    }

    private static Row row(Instances.Instance instance) {
        return new Row(
                instance.id(),
                instance.token(),
                instance.number(),
                instance.name(),
                Instances.digits(instance.number()),
                instance.stub().receivedMessages().size(),
                instance.position());
    }

    private void turn(Context request) {
        @Nullable String wanted = request.formParam("switch");
        Switch to = Switch.find(wanted == null ? "" : wanted).orElseThrow(StubPage::unknown);
        instances.find(request.pathParam("id")).orElseThrow(StubPage::unknown).turn(to);
        request.redirect("/demo");
    }

    private static ProblemException unknown() {
        return new ProblemException(Problem.of(404, "not_found", "Nothing here", "the stub has no such thing"));
    }
}
