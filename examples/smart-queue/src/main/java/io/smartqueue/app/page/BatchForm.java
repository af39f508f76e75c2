package io.smartqueue.app.page;

import io.javalin.http.Context;
import io.smartqueue.app.notification.CampaignDraft;
import io.smartqueue.app.notification.CampaignPreview;
import io.smartqueue.app.notification.Campaigns;
import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.Visit;
import io.smartqueue.ultramsg.outbox.BatchId;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A batch as typed, with what is wrong with it and what would be sent.
 *
 * @param id names the batch: whoever sends the form twice starts one
 * @param recipients one on a line, the number first
 * @param preview null until somebody wants to see it
 * @param notice what is wrong with none of the fields; empty if nothing is
 */
record BatchForm(
        String path,
        String csrf,
        String id,
        String title,
        String message,
        String recipients,
        @Nullable CampaignPreview preview,
        String notice) {
    private static final int MOST_COMPLAINTS = 20;

    static BatchForm empty(String path, Visit visit) {
        return new BatchForm(path, visit.who().csrfToken(), Campaigns.newId().value(), "", "", "", null, "");
    }

    static BatchForm typed(Context request, String path, Visit visit) {
        String id = Fields.text(request, "id");
        return new BatchForm(
                path,
                visit.who().csrfToken(),
                id.matches("[0-9a-f-]{36}") ? id : Campaigns.newId().value(),
                Fields.text(request, "title"),
                Fields.text(request, "message"),
                Fields.text(request, "recipients"),
                null,
                "");
    }

    CampaignDraft draft() {
        return new CampaignDraft(
                BatchId.of(id), title, message, RecipientLines.of(recipients).addressees(), null);
    }

    BatchForm with(CampaignPreview shown) {
        return new BatchForm(path, csrf, id, title, message, recipients, shown, notice);
    }

    /** Under another name, so that the next press starts it. */
    BatchForm renamed(String why) {
        return new BatchForm(path, csrf, Campaigns.newId().value(), title, message, recipients, preview, why);
    }

    boolean isWrong() {
        return !notice.isEmpty() || (preview != null && !preview.problems().isEmpty());
    }

    /** What is wrong with a field; empty if nothing is. */
    String error(String field) {
        return problems().stream()
                .filter(problem -> problem.field().equals(field))
                .map(Problem.Field::message)
                .findFirst()
                .orElse("");
    }

    /** What is wrong with which line, as far as anybody reads. */
    List<String> faultyLines() {
        RecipientLines lines = RecipientLines.of(recipients);
        return problems().stream()
                .filter(problem -> problem.field().startsWith("recipients["))
                .limit(MOST_COMPLAINTS)
                .map(lines::complaint)
                .toList();
    }

    int moreFaultyLines() {
        long all = problems().stream()
                .filter(problem -> problem.field().startsWith("recipients["))
                .count();
        return (int) Math.max(0, all - MOST_COMPLAINTS);
    }

    private List<Problem.Field> problems() {
        return preview == null ? List.of() : preview.problems();
    }

    /** Holds numbers, names and a text. */
    @Override
    public String toString() {
        return "BatchForm[" + id + "]";
    }
}
