-- Cancelling a message also within a transaction of the host's, which may stay open for as long as the host likes: no lane waits for
-- it, and none believes that there is nothing left while it does.
--
--   uncounted   true while a cancelled message's batch still counts it as queued; null otherwise
--
-- Whoever cancels one message leaves its batch's row alone, which every lane locks that settles another message of the batch. The lane
-- counts it once it has nothing to send; until then, whoever reads the counts counts it himself.

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

ALTER TABLE ultramsg_messages
    ADD COLUMN IF NOT EXISTS uncounted boolean CONSTRAINT ultramsg_messages_uncounted CHECK (uncounted);

CREATE INDEX IF NOT EXISTS ultramsg_messages_to_count ON ultramsg_messages (organization_id, batch_id)
    WHERE uncounted;

-- It is not purged before it is counted.
GRANT SELECT (uncounted) ON ultramsg_messages TO ultramsg_service;

-- Cancels one message if it is queued, and says whether it was. Its lane learns of it where others may have waited for it, and where it
-- is to be counted. Locks nothing but the message, and waits for nobody but who has locked that: a claim, or somebody who cancels it.
CREATE OR REPLACE FUNCTION ultramsg_cancel_queued(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_queued_reference text, p_at timestamptz DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_concerns_others boolean;
BEGIN
    UPDATE ultramsg_messages AS m
    SET state = 'rejected', reason = 'CANCELLED', cause = 'it was cancelled before it was sent',
        settled_at = coalesce(p_at, clock_timestamp()), ready = NULL, due_at = NULL, idempotency_key = NULL, payload = NULL,
        uncounted = CASE WHEN m.batch_id IS NOT NULL THEN true END
    WHERE m.organization_id = p_organization_id AND m.reference = p_queued_reference AND m.number IS NOT NULL
        AND m.state = 'queued'
    RETURNING m.batch_id IS NOT NULL OR m.ordering_key IS NOT NULL INTO STRICT v_concerns_others;
    IF v_concerns_others THEN
        INSERT INTO ultramsg_wakes (organization_id) VALUES (p_organization_id);
    END IF;
    RETURN true;
EXCEPTION
    -- Who has waited for a claim and comes too late has locked the message all the same. Only this lets go of it again: else its lane
    -- could not settle it for as long as the caller's transaction is open.
    WHEN no_data_found THEN
        RETURN false;
END
$function$;

-- What a lane does that has found nothing to send, and what its next step is after that: it counts what was cancelled. The step is as
-- ultramsg_claim_queued says it, but for 'locked' in place of 'nothing': what is left is a batch that somebody has locked while it was to
-- be counted, or a message which would have to be settled without being sent. Whoever has locked it may let go of it without a
-- word, so that the lane has to come again. Waits for nobody.
CREATE OR REPLACE FUNCTION ultramsg_before_rest(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_next_step text, p_at timestamptz DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_at constant timestamptz := coalesce(p_at, clock_timestamp());
    v_batches text[];
BEGIN
    SELECT array_agg(l.batch_id) INTO v_batches
    FROM (
        SELECT b.batch_id
        FROM ultramsg_batches AS b
        WHERE b.organization_id = p_organization_id AND b.batch_id = ANY (ARRAY(
            SELECT DISTINCT u.batch_id FROM ultramsg_messages AS u WHERE u.organization_id = p_organization_id AND u.uncounted))
        FOR NO KEY UPDATE SKIP LOCKED) AS l;
    IF v_batches IS NOT NULL THEN
        WITH counted AS (
            UPDATE ultramsg_messages AS m
            SET uncounted = NULL
            FROM (
                SELECT u.organization_id, u.reference
                FROM ultramsg_messages AS u
                WHERE u.organization_id = p_organization_id AND u.uncounted AND u.batch_id = ANY (v_batches)
                FOR NO KEY UPDATE SKIP LOCKED) AS g
            WHERE m.organization_id = g.organization_id AND m.reference = g.reference
            RETURNING m.batch_id)
        SELECT array_agg(c.batch_id) INTO v_batches FROM counted AS c;
        IF v_batches IS NOT NULL THEN
            PERFORM ultramsg_count_in_batches(p_organization_id, v_batches,
                array_fill('queued'::text, ARRAY [cardinality(v_batches)]),
                array_fill('cancelled'::text, ARRAY [cardinality(v_batches)]));
        END IF;
    END IF;
    IF p_next_step <> 'nothing' THEN
        RETURN p_next_step;
    END IF;
    RETURN CASE
        WHEN EXISTS (SELECT FROM ultramsg_messages AS u WHERE u.organization_id = p_organization_id AND u.uncounted)
            OR EXISTS (
                SELECT FROM ultramsg_messages AS m
                WHERE m.organization_id = p_organization_id AND m.ready IS NOT NULL AND m.expires_at IS NOT NULL
                    AND m.expires_at <= v_at)
            OR EXISTS (
                SELECT FROM ultramsg_messages AS m
                JOIN ultramsg_batches AS b ON b.organization_id = p_organization_id AND b.batch_id = m.batch_id
                WHERE m.organization_id = p_organization_id AND m.ready IS NOT NULL AND b.state <> 'open'
                    AND (m.ordering_key IS NULL OR NOT EXISTS (
                        SELECT FROM ultramsg_messages AS e
                        WHERE e.organization_id = p_organization_id AND e.ordering_key = m.ordering_key AND e.number < m.number
                            AND (e.ready IS NOT NULL OR e.due_at IS NOT NULL))))
            THEN 'locked'
        ELSE 'nothing'
    END;
END
$function$;

-- Planned as the outbox's other functions are, see V012.
ALTER FUNCTION ultramsg_cancel_queued SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
    SET enable_mergejoin = off SET enable_material = off SET enable_sort = off SET random_page_cost = 0.1;
ALTER FUNCTION ultramsg_before_rest SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
    SET enable_mergejoin = off SET enable_material = off SET enable_sort = off SET random_page_cost = 0.1;
GRANT EXECUTE ON FUNCTION ultramsg_cancel_queued, ultramsg_before_rest TO ultramsg_tenant;
