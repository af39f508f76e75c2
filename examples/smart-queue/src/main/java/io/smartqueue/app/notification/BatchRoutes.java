package io.smartqueue.app.notification;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.smartqueue.app.web.Guard;
import io.smartqueue.app.web.Json;
import io.smartqueue.app.web.JsonFields;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.app.web.Routes;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.access.Permission;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.outbox.Batch;
import io.smartqueue.ultramsg.outbox.BatchCounts;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchProgress;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Batches for programs: started once however often somebody asks, watched, held, ended, and tried again. */
public final class BatchRoutes implements Routes {
    static final String PATH = "/api/notifications/batches";

    private static final int MOST_OF_A_FIELD = 200;
    private static final int UUID_LENGTH = 36;

    private final Campaigns campaigns;
    private final Guard guard;
    private final Sending sending;

    public BatchRoutes(Campaigns campaigns, Guard guard, Sending sending) {
        this.campaigns = campaigns;
        this.guard = guard;
        this.sending = sending;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post(PATH, this::start);
        routes.get(PATH, this::list);
        routes.get(PATH + "/{batch}", this::show);
        routes.post(PATH + "/{batch}/cancel", request -> decide(request, Batch::cancel));
        routes.post(PATH + "/{batch}/pause", request -> decide(request, Batch::pause));
        routes.post(PATH + "/{batch}/resume", request -> decide(request, Batch::resume));
        routes.post(PATH + "/{batch}/retry", this::retry);
    }

    private void start(Context request) {
        guard.signedIn(request);
        JsonFields fields = Json.read(request);
        Visit visit = visit(request, fields);
        CampaignDraft draft = draft(fields);
        boolean dryRun = fields.flag("dryRun") || sending == Sending.DRY_RUN;
        CampaignPreview preview = campaigns.preview(visit.id(), draft);
        complain(fields, preview.problems());
        if (dryRun) {
            answer(request, preview, fields.problems());
            return;
        }
        fields.orThrow();
        if (sending == Sending.OFF) {
            Reply.disabled().write(request, 200);
        } else {
            Campaign started = campaigns.start(visit.id(), draft, visit.who().member());
            Reply reply = Reply.success("The batch is queued").with("outcome", "queued");
            add(reply, started).write(request, 202);
        }
    }

    /** What is no text at all is not wrong as a number too. */
    private static void complain(JsonFields fields, List<Problem.Field> problems) {
        Set<String> told = new HashSet<>();
        fields.problems().forEach(problem -> told.add(problem.field()));
        problems.stream()
                .filter(problem -> !told.contains(problem.field()))
                .forEach(problem -> fields.complain(problem.field(), problem.code(), problem.message()));
    }

    private Visit visit(Context request, JsonFields fields) {
        String organization = fields.text("organizationId", UUID_LENGTH);
        fields.orThrow();
        return guard.visit(request, organization, Permission.SEND);
    }

    private static CampaignDraft draft(JsonFields fields) {
        BatchId id = fields.optionalText("batchId", MOST_OF_A_FIELD)
                .map(text -> fields.as("batchId", text, BatchId::of))
                .orElseGet(Campaigns::newId);
        String title = fields.text("title", MOST_OF_A_FIELD);
        String message = fields.text("message", TextMessage.MAX_LENGTH);
        @Nullable
        Instant notBefore = fields.as(
                "notBefore", fields.optionalText("notBefore", MOST_OF_A_FIELD).orElse(""), BatchRoutes::instant);
        return new CampaignDraft(id, title, message, recipients(fields), notBefore);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("is no moment: give one such as 2026-12-01T08:00:00Z", e);
        }
    }

    private static List<CampaignDraft.Addressee> recipients(JsonFields fields) {
        List<CampaignDraft.Addressee> recipients = new ArrayList<>();
        for (JsonFields recipient : fields.objects("recipients", Campaigns.MOST_RECIPIENTS)) {
            String prefix = "recipients[" + recipients.size() + "].";
            recipients.add(new CampaignDraft.Addressee(
                    recipient.text("phone", MOST_OF_A_FIELD),
                    recipient.optionalText("customerName", MOST_OF_A_FIELD).orElse("")));
            recipient
                    .problems()
                    .forEach(problem -> fields.complain(prefix + problem.field(), problem.code(), problem.message()));
        }
        return recipients;
    }

    private static void answer(Context request, CampaignPreview preview, List<Problem.Field> problems) {
        List<Map<String, String>> errors = problems.stream()
                .map(problem -> Map.of("field", problem.field(), "code", problem.code(), "message", problem.message()))
                .toList();
        new Reply()
                .with("success", errors.isEmpty())
                .with("message", "Nothing was sent: this is what would be")
                .with("outcome", "dry_run")
                .with("count", preview.count())
                .with("texts", preview.firstTexts())
                .with("errors", errors)
                .write(request, 200);
    }

    private void list(Context request) {
        Visit visit = Queries.visit(request, guard, Permission.VIEW);
        List<Map<String, Object>> batches = campaigns.list(visit.id()).stream()
                .map(campaign -> add(new Reply(), campaign).members())
                .toList();
        new Reply().with("success", true).with("batches", batches).write(request, 200);
    }

    private void show(Context request) {
        Visit visit = Queries.visit(request, guard, Permission.VIEW);
        Campaign campaign =
                id(request).flatMap(batch -> campaigns.find(visit.id(), batch)).orElseThrow(BatchRoutes::noSuchBatch);
        add(new Reply().with("success", true), campaign).write(request, 200);
    }

    private void decide(Context request, Predicate<Batch> decision) {
        Batch batch = batch(request);
        if (!decision.test(batch)) {
            throw new ProblemException(Problem.of(
                    409, "batch_cancelled", "The batch is cancelled", "for good: start another one in its place"));
        }
        Reply reply =
                new Reply().with("success", true).with("batchId", batch.id().value());
        add(reply, batch.progress()).write(request, 200);
    }

    private void retry(Context request) {
        Batch batch = batch(request);
        int retried = batch.retryRejected();
        Reply reply = new Reply()
                .with("success", true)
                .with("batchId", batch.id().value())
                .with("retried", retried);
        add(reply, batch.progress()).write(request, 200);
    }

    private Batch batch(Context request) {
        guard.signedIn(request);
        Visit visit = visit(request, Json.read(request));
        return id(request).flatMap(batch -> campaigns.batch(visit.id(), batch)).orElseThrow(BatchRoutes::noSuchBatch);
    }

    private static Optional<BatchId> id(Context request) {
        try {
            return Optional.of(BatchId.of(request.pathParam("batch")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static ProblemException noSuchBatch() {
        return new ProblemException(Problem.of(
                404,
                "no_such_batch",
                "No such batch",
                "the organization has no batch of this name, or its messages are so old that they are forgotten"));
    }

    private static Reply add(Reply reply, Campaign campaign) {
        reply.with("batchId", campaign.id().value())
                .with("title", campaign.title())
                .with("startedBy", campaign.startedBy())
                .with("startedAt", campaign.startedAt().toString());
        return campaign.progress() == null ? reply.with("state", "forgotten") : add(reply, campaign.progress());
    }

    private static Reply add(Reply reply, BatchProgress progress) {
        return reply.with("state", progress.state().name().toLowerCase(Locale.ROOT))
                .with("done", progress.isDone())
                .with("fraction", progress.fraction())
                .with("counts", counts(progress.counts()))
                .with(
                        "estimatedEnd",
                        progress.estimatedEnd() == null
                                ? null
                                : progress.estimatedEnd().toString());
    }

    private static Map<String, Long> counts(BatchCounts counts) {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("total", counts.total());
        all.put("queued", counts.queued());
        all.put("accepted", counts.accepted());
        all.put("rejected", counts.rejected());
        all.put("unknown", counts.unknown());
        all.put("expired", counts.expired());
        all.put("cancelled", counts.cancelled());
        all.put("delivered", counts.delivered());
        all.put("read", counts.read());
        all.put("failed", counts.failed());
        return all;
    }
}
