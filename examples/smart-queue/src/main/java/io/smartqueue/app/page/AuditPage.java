package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.organization.Actor;
import io.smartqueue.ultramsg.organization.AuditEntry;
import io.smartqueue.ultramsg.organization.AuditNote;
import io.smartqueue.ultramsg.organization.ChangeOrigin;
import io.smartqueue.ultramsg.organization.FieldChange;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.Stream;

/** Who has changed what of an organization's configuration. Tokens are masked in it, as the library keeps them there. */
public final class AuditPage implements Routes {
    private static final int PAGE = 30;

    /** A field's values; a dash for none. */
    record Change(String field, String before, String after) {}

    record Entry(String when, String who, String what, String why, List<Change> changes, long version) {}

    /**
     * The page.
     *
     * @param older before which number the next page begins; null if this is the last
     */
    record View(
            Frame frame,
            String path,
            Standing standing,
            List<Entry> entries,
            @Nullable Long older) {}

    private final UltraMessageInstanceManager whatsApp;
    private final Guard guard;

    public AuditPage(UltraMessageInstanceManager whatsApp, Guard guard) {
        this.whatsApp = whatsApp;
        this.guard = guard;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/organizations/{organization}/audit", this::show);
    }

    private void show(Context request) {
        Visit visit = guard.visit(request, Permission.EDIT);
        LocalTimes times = LocalTimes.of(whatsApp, visit.id());
        List<AuditEntry> found = page(visit, before(request.queryParam("before")));
        List<AuditEntry> shown = found.subList(0, Math.min(PAGE, found.size()));
        View view = new View(
                Frame.of("Audit", visit, "audit"),
                visit.organization().path() + "/audit",
                Standing.of(whatsApp, visit),
                shown.stream().map(entry -> entry(entry, times)).toList(),
                found.size() > PAGE ? shown.get(PAGE - 1).number() : null);
        Views.show(request, "page/audit.jte", view);
    }

    /** One more than is shown, which tells whether there are older ones. */
    private List<AuditEntry> page(Visit visit, long before) {
        try (Stream<AuditEntry> history =
                whatsApp.administration(visit.who().actor()).history(visit.id(), before)) {
            return history.limit(PAGE + 1).toList();
        }
    }

    private static long before(@Nullable String number) {
        return number != null && number.matches("[0-9]{1,18}") ? Long.parseLong(number) : Long.MAX_VALUE;
    }

    private static Entry entry(AuditEntry entry, LocalTimes times) {
        AuditNote note = entry.note();
        return new Entry(
                times.dateTime(entry.at()),
                note.actor() instanceof Actor.Member
                        ? note.actor().name()
                        : note.actor().name() + " (operator)",
                words(note),
                note.origin().map(AuditPage::words).orElse(""),
                entry.changes().stream().map(AuditPage::change).toList(),
                entry.version());
    }

    private static String words(AuditNote note) {
        String done = switch (note.action()) {
            case UPDATED -> "changed";
            case ACTIVATED -> "activated";
            case SUSPENDED -> "suspended";
            case TOKEN_ROTATED -> "replaced the token";
            case STANDBYS_CHANGED -> "changed standby instances";
            case DELETED -> "removed the configuration";
        };
        return note.finding()
                .map(finding -> done + ", test: " + finding.replace('_', ' '))
                .orElse(done);
    }

    private static String words(ChangeOrigin origin) {
        return "from " + origin.kind().replace('_', ' ') + " " + origin.name()
                + (origin.version() == null ? "" : ", version " + origin.version());
    }

    private static Change change(FieldChange change) {
        return new Change(change.field().code().replace('_', ' '), orDash(change.before()), orDash(change.after()));
    }

    private static String orDash(@Nullable String value) {
        return value == null ? "–" : value;
    }
}
