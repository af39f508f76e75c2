package io.smartqueue.app.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import io.smartqueue.app.notification.Campaign;
import io.smartqueue.app.notification.CampaignPreview;
import io.smartqueue.app.notification.Campaigns;
import io.smartqueue.app.notification.Sending;
import io.smartqueue.app.web.Frame;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Views;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.outbox.Batch;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.OutboxItem;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.stream.Stream;

/** One text to many customers: written, looked at before it is sent, and watched while it is. */
public final class BatchesPage implements Routes {
    private static final String PATH = "/organizations/{organization}/batches";
    private static final int MOST_LOOKED_AT = 200;
    private static final int MOST_REASONS = 5;

    /** A batch in the list. */
    record Row(String path, String title, String when, String who, String state, String percent) {}

    record ListView(Frame frame, Standing standing, BatchForm form, List<Row> rows) {}

    /**
     * A batch's own page.
     *
     * @param progress null once its messages are forgotten
     */
    record DetailView(
            Frame frame,
            Standing standing,
            String title,
            String when,
            String who,
            @Nullable BatchView progress) {}

    private final UltraMessageInstanceManager whatsApp;
    private final Campaigns campaigns;
    private final Guard guard;
    private final Sending sending;

    public BatchesPage(UltraMessageInstanceManager whatsApp, Campaigns campaigns, Guard guard, Sending sending) {
        this.whatsApp = whatsApp;
        this.campaigns = campaigns;
        this.guard = guard;
        this.sending = sending;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get(PATH, request -> {
            Visit visit = guard.visit(request, Permission.VIEW);
            show(request, visit, BatchForm.empty(path(visit), visit));
        });
        routes.post(PATH, this::start);
        routes.post(PATH + "/preview", this::preview);
        routes.get(PATH + "/{batch}", this::showOne);
        routes.get(PATH + "/{batch}/progress", this::refresh);
        routes.post(PATH + "/{batch}", this::change);
    }

    private void preview(Context request) {
        Visit visit = guard.visit(request, Permission.SEND);
        BatchForm form = BatchForm.typed(request, path(visit), visit);
        answer(request, visit, form.with(campaigns.preview(visit.id(), form.draft())));
    }

    private void start(Context request) {
        Visit visit = guard.visit(request, Permission.SEND);
        BatchForm form = BatchForm.typed(request, path(visit), visit);
        CampaignPreview preview = campaigns.preview(visit.id(), form.draft());
        if (!preview.problems().isEmpty()) {
            answer(request, visit, form.with(preview));
        } else if (sending != Sending.ON) {
            answer(
                    request,
                    visit,
                    form.with(preview).renamed("Nothing was started: sending is switched off on this server."));
        } else {
            start(request, visit, form);
        }
    }

    private void start(Context request, Visit visit, BatchForm form) {
        try {
            Campaign started =
                    campaigns.start(visit.id(), form.draft(), visit.who().member());
            goTo(request, path(visit) + "/" + started.id());
        } catch (ProblemException another) {
            if (another.problem().status() != HttpStatus.CONFLICT.getCode()) {
                throw another;
            }
            answer(
                    request,
                    visit,
                    form.renamed("This form has started a batch already, with another text or other recipients."
                            + " Press Start again to start this one as well."));
        }
    }

    private static void goTo(Context request, String there) {
        if (Views.isPart(request)) {
            request.status(HttpStatus.NO_CONTENT).header("HX-Redirect", there);
        } else {
            request.redirect(there, HttpStatus.SEE_OTHER);
        }
    }

    private void answer(Context request, Visit visit, BatchForm form) {
        if (Views.isPart(request)) {
            Views.show(request, form.isWrong() ? 422 : 200, "page/batch-form.jte", form);
        } else {
            show(request, visit, form);
        }
    }

    private void show(Context request, Visit visit, BatchForm form) {
        LocalTimes times = LocalTimes.of(whatsApp, visit.id());
        List<Row> rows = campaigns.list(visit.id()).stream()
                .map(campaign -> row(visit, campaign, times))
                .toList();
        ListView view = new ListView(Frame.of("Batches", visit, "batches"), Standing.of(whatsApp, visit), form, rows);
        Views.show(request, form.isWrong() ? 422 : 200, "page/batches.jte", view);
    }

    private static Row row(Visit visit, Campaign campaign, LocalTimes times) {
        return new Row(
                path(visit) + "/" + campaign.id(),
                campaign.title(),
                times.dateTime(campaign.startedAt()),
                campaign.startedBy(),
                BatchView.word(campaign.progress()),
                campaign.progress() == null
                        ? "–"
                        : (int) Math.floor(campaign.progress().fraction() * 100) + " %");
    }

    private void showOne(Context request) {
        Visit visit = guard.visit(request, Permission.VIEW);
        Campaign campaign = find(request, visit);
        LocalTimes times = LocalTimes.of(whatsApp, visit.id());
        @Nullable BatchView progress = progress(visit, campaign, -1);
        DetailView view = new DetailView(
                Frame.of(campaign.title(), visit, "batches"),
                Standing.of(whatsApp, visit),
                campaign.title(),
                times.dateTime(campaign.startedAt()),
                campaign.startedBy(),
                progress == null ? null : withReasons(visit, campaign, progress).unspoken());
        Views.show(request, "page/batch.jte", view);
    }

    /** Says nothing while the batch is as the browser has it. */
    private void refresh(Context request) {
        Visit visit = guard.visit(request, Permission.VIEW);
        Campaign campaign = find(request, visit);
        @Nullable BatchView progress = progress(visit, campaign, told(request.queryParam("told")));
        if (progress == null || progress.version().equals(request.queryParam("seen"))) {
            request.status(HttpStatus.NO_CONTENT);
        } else {
            Views.show(request, "page/batch-progress.jte", withReasons(visit, campaign, progress));
        }
    }

    private static int told(@Nullable String quarter) {
        return quarter != null && quarter.matches("[0-4]") ? Integer.parseInt(quarter) : -1;
    }

    private void change(Context request) {
        Visit visit = guard.visit(request, Permission.SEND);
        Campaign campaign = find(request, visit);
        campaigns.batch(visit.id(), campaign.id()).ifPresent(batch -> change(batch, Fields.text(request, "do")));
        if (Views.isPart(request)) {
            Campaign now = find(request, visit);
            @Nullable BatchView progress = progress(visit, now, -1);
            if (progress != null) {
                Views.show(request, "page/batch-progress.jte", withReasons(visit, now, progress));
                return;
            }
        }
        request.redirect(path(visit) + "/" + campaign.id(), HttpStatus.SEE_OTHER);
    }

    private static void change(Batch batch, String what) {
        switch (what) {
            case "pause" -> batch.pause();
            case "resume" -> batch.resume();
            case "cancel" -> batch.cancel();
            case "retry" -> batch.retryRejected();
            default ->
                throw new ProblemException(Problem.of(
                        400, "unknown_action", "Nothing done", "say what to do: pause, resume, cancel or retry"));
        }
    }

    private Campaign find(Context request, Visit visit) {
        String name = request.pathParam("batch");
        if (Fields.problem(() -> BatchId.of(name)) != null) {
            throw noSuchBatch();
        }
        return campaigns.find(visit.id(), BatchId.of(name)).orElseThrow(BatchesPage::noSuchBatch);
    }

    private static ProblemException noSuchBatch() {
        return new ProblemException(
                Problem.of(404, "no_batch", "No such batch", "this organization has started no batch of this name"));
    }

    private @Nullable BatchView progress(Visit visit, Campaign campaign, int told) {
        return BatchView.of(
                campaign,
                path(visit) + "/" + campaign.id(),
                visit.who().csrfToken(),
                LocalTimes.of(whatsApp, visit.id()),
                told);
    }

    /** Looks at some of the rejected messages, once nothing is under way any more. */
    private BatchView withReasons(Visit visit, Campaign campaign, BatchView progress) {
        if (!progress.isDone() || progress.counts().rejected() == 0) {
            return progress;
        }
        return campaigns
                .batch(visit.id(), campaign.id())
                .map(batch -> progress.with(reasons(batch)))
                .orElse(progress);
    }

    private static List<String> reasons(Batch batch) {
        try (Stream<OutboxItem> items = batch.items()) {
            return items.filter(item -> item.state() == OutboxItem.State.REJECTED)
                    .limit(MOST_LOOKED_AT)
                    .map(Fate::of)
                    .map(fate -> fate.detail() + " " + fate.advice())
                    .distinct()
                    .limit(MOST_REASONS)
                    .toList();
        }
    }

    private static String path(Visit visit) {
        return visit.organization().path() + "/batches";
    }
}
