package io.smartqueue.app.notification;

import io.smartqueue.app.web.Problem;
import io.smartqueue.app.web.ProblemException;
import io.smartqueue.ultramsg.UltraMessageInstanceManager;
import io.smartqueue.ultramsg.jdbi.PostgresTenantStore;
import io.smartqueue.ultramsg.message.TextMessage;
import io.smartqueue.ultramsg.organization.MemberId;
import io.smartqueue.ultramsg.organization.OrganizationId;
import io.smartqueue.ultramsg.outbox.Batch;
import io.smartqueue.ultramsg.outbox.BatchId;
import io.smartqueue.ultramsg.outbox.BatchItem;
import io.smartqueue.ultramsg.outbox.EnqueueOptions;
import io.smartqueue.ultramsg.outbox.Urgency;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One text to many customers. A batch, who has started it, and its messages are written down in one transaction: there is no batch without
 * its messages, whatever happens to the node meanwhile, and who does not know whether his was started asks again under the same name.
 *
 * <p>Thread-safe.
 */
public final class Campaigns {
    /** Of one batch. */
    public static final int MOST_RECIPIENTS = 10_000;

    /** What its message may name in braces. */
    public static final Set<String> VARIABLES = Set.of("customerName", "organizationName");

    private static final int SHOWN_TEXTS = 3;
    private static final int LISTED = 50;

    private static final RowMapper<Campaign> NOTED = (row, context) -> new Campaign(
            BatchId.of(row.getString("batch_id")),
            row.getString("title"),
            row.getString("created_by"),
            row.getObject("created_at", OffsetDateTime.class).toInstant(),
            null);

    private final Jdbi database;
    private final PostgresTenantStore store;
    private final UltraMessageInstanceManager whatsApp;
    private final PhoneNumbers numbers;

    public Campaigns(Jdbi database, PostgresTenantStore store, UltraMessageInstanceManager whatsApp) {
        this.database = database;
        this.store = store;
        this.whatsApp = whatsApp;
        this.numbers = new PhoneNumbers(whatsApp);
    }

    /** A name that no batch has. A form carries it, so that who presses twice starts one batch. */
    public static BatchId newId() {
        return BatchId.of(UUID.randomUUID().toString());
    }

    /** Checks a draft and says what would be sent. Changes nothing. */
    public CampaignPreview preview(OrganizationId organization, CampaignDraft draft) {
        DraftReading reading = read(organization, draft);
        List<String> first = reading.messages().stream()
                .limit(SHOWN_TEXTS)
                .map(TextMessage::body)
                .toList();
        return new CampaignPreview(reading.messages().size(), first, reading.problems());
    }

    /**
     * Starts a batch, or finds the one that was started by the same draft before.
     *
     * @throws ProblemException with all that is wrong with the draft, of which nothing is sent then; or if another draft has that name
     */
    public Campaign start(OrganizationId organization, CampaignDraft draft, MemberId startedBy) {
        DraftReading reading = read(organization, draft);
        if (!reading.problems().isEmpty()) {
            throw new ProblemException(Problem.invalid(reading.problems()));
        }
        EnqueueOptions options = options(draft);
        database.useTransaction(handle -> {
            if (note(handle, organization, draft, startedBy)) {
                whatsApp.outbox()
                        .enqueueBatch(
                                store.enlist(handle),
                                organization,
                                draft.id(),
                                reading.messages().stream()
                                        .map(message -> new BatchItem(message, options))
                                        .iterator());
            }
        });
        return find(organization, draft.id()).orElseThrow();
    }

    private DraftReading read(OrganizationId organization, CampaignDraft draft) {
        String name = database.withHandle(
                handle -> handle.createQuery("SELECT name FROM organizations WHERE id = :organization")
                        .bind("organization", key(organization))
                        .mapTo(String.class)
                        .one());
        return new DraftReading(draft, name, numbers.of(organization));
    }

    private static EnqueueOptions options(CampaignDraft draft) {
        EnqueueOptions.Builder options = EnqueueOptions.builder().urgency(Urgency.BULK);
        if (draft.notBefore() != null) {
            options.notBefore(draft.notBefore());
        }
        return options.build();
    }

    /** Waits for whoever is starting a batch of that name at this moment. */
    private static boolean note(Handle handle, OrganizationId organization, CampaignDraft draft, MemberId startedBy) {
        boolean isNew = handle.createUpdate(
                                "INSERT INTO batches (organization_id, batch_id, title, content, created_by)"
                                        + " VALUES (:organization, :batch, :title, :content, :member) ON CONFLICT DO NOTHING")
                        .bind("organization", key(organization))
                        .bind("batch", draft.id().value())
                        .bind("title", draft.title().strip())
                        .bind("content", draft.content())
                        .bind("member", startedBy.value())
                        .execute()
                == 1;
        if (!isNew && !contentOf(handle, organization, draft.id()).equals(draft.content())) {
            throw new ProblemException(Problem.of(
                    409,
                    "batch_exists",
                    "This batch is another one",
                    "there is a batch of this batchId with another content: give yours another batchId"));
        }
        return isNew;
    }

    private static String contentOf(Handle handle, OrganizationId organization, BatchId batch) {
        return handle.createQuery(
                        "SELECT content FROM batches WHERE organization_id = :organization AND batch_id = :batch")
                .bind("organization", key(organization))
                .bind("batch", batch.value())
                .mapTo(String.class)
                .one();
    }

    /** The organization's batches, the newest fifty, newest first. */
    public List<Campaign> list(OrganizationId organization) {
        List<Campaign> noted = database.withHandle(
                handle -> handle.createQuery("SELECT * FROM batches WHERE organization_id = :organization"
                                + " ORDER BY created_at DESC, batch_id LIMIT :limit")
                        .bind("organization", key(organization))
                        .bind("limit", LISTED)
                        .map(NOTED)
                        .list());
        return noted.stream()
                .map(campaign -> withProgress(organization, campaign))
                .toList();
    }

    public Optional<Campaign> find(OrganizationId organization, BatchId id) {
        return database.withHandle(handle -> handle.createQuery(
                                "SELECT * FROM batches WHERE organization_id = :organization AND batch_id = :batch")
                        .bind("organization", key(organization))
                        .bind("batch", id.value())
                        .map(NOTED)
                        .findOne())
                .map(campaign -> withProgress(organization, campaign));
    }

    /** The batch, to pause, resume, cancel or retry it; empty if there is none, or the library has forgotten it. */
    public Optional<Batch> batch(OrganizationId organization, BatchId id) {
        return whatsApp.outbox().batch(organization, id);
    }

    private Campaign withProgress(OrganizationId organization, Campaign noted) {
        return batch(organization, noted.id())
                .map(batch ->
                        new Campaign(noted.id(), noted.title(), noted.startedBy(), noted.startedAt(), batch.progress()))
                .orElse(noted);
    }

    private static UUID key(OrganizationId organization) {
        return UUID.fromString(organization.value());
    }
}
