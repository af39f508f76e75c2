-- How far messages have come that UltraMsg took, as webhooks and its list of messages tell.
--
-- delivery is null as long as nothing was told, and only ever gets further, in this order:
--
--   unsent, invalid, expired                      UltraMsg gave it up; somebody may have it resent there
--   sent, on_server, delivered, read, played      WhatsApp has it, the recipient's device has it, he has seen it
--
-- None of the columns is in an index, and part of each page is free (V012), so an update of a row that is accepted touches no index.

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

ALTER TABLE ultramsg_messages
    ADD COLUMN IF NOT EXISTS delivery text COLLATE "C" CONSTRAINT ultramsg_messages_delivery CHECK (
        delivery IN ('unsent', 'invalid', 'expired', 'sent', 'on_server', 'delivered', 'read', 'played')),
    ADD COLUMN IF NOT EXISTS delivered_at timestamptz,
    ADD COLUMN IF NOT EXISTS read_at timestamptz;

-- Parts of accepted: those that are read are delivered, too.
ALTER TABLE ultramsg_batches
    ADD COLUMN IF NOT EXISTS delivered bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS read bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS failed bigint NOT NULL DEFAULT 0;

-- Finds a message by its number at UltraMsg. What has none is not in it, so no claim and no look at what waits can use it.
CREATE INDEX IF NOT EXISTS ultramsg_messages_queue_id ON ultramsg_messages (organization_id, queue_id)
    WHERE queue_id IS NOT NULL;

-- A message can be reported on before it is known to be accepted: it is counted once it is. Its batch is locked by whoever settles it.
CREATE OR REPLACE FUNCTION ultramsg_count_delivery() RETURNS trigger
LANGUAGE plpgsql SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
BEGIN
    UPDATE ultramsg_batches AS b
    SET delivered = b.delivered + CASE WHEN NEW.delivery IN ('delivered', 'read', 'played') THEN 1 ELSE 0 END,
        read = b.read + CASE WHEN NEW.delivery IN ('read', 'played') THEN 1 ELSE 0 END,
        failed = b.failed + CASE WHEN NEW.delivery IN ('unsent', 'invalid', 'expired') THEN 1 ELSE 0 END
    WHERE b.organization_id = NEW.organization_id AND b.batch_id = NEW.batch_id;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE TRIGGER ultramsg_delivery_counted AFTER UPDATE OF state ON ultramsg_messages
    FOR EACH ROW WHEN (NEW.delivery IS NOT NULL AND NEW.batch_id IS NOT NULL AND NEW.state = 'accepted' AND OLD.state <> 'accepted')
    EXECUTE FUNCTION ultramsg_count_delivery();

-- Applies reports: one element of the arrays for each. p_reported holds references, and null where a report names none: then it is
-- about the message of that number and instance, the youngest, because an instance that was cleared begins anew with its numbers. One
-- row of the answer for each message that has got further, in the order in which they are named.
--
-- A number in a report that names a reference proves that UltraMsg took the message: it is settled as accepted. Locks rows by their
-- number, then batches by their name, as all of the outbox does, and only where there is something to change: most of what a list
-- of messages tells is known.
CREATE OR REPLACE FUNCTION ultramsg_report_deliveries(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_reported text[], p_queue_ids text[], p_instances text[],
    p_deliveries text[], p_times timestamptz[], p_at timestamptz DEFAULT NULL)
RETURNS TABLE (reported_reference text, came text, went text)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_at constant timestamptz := coalesce(p_at, clock_timestamp());
    v_order constant text[] := ARRAY ['unsent', 'invalid', 'expired', 'sent', 'on_server', 'delivered', 'read', 'played'];
    v_delivered constant integer := 6;
    v_read constant integer := 7;
    v_places integer[];
    v_references text[];
    v_queue_ids text[];
    v_instances text[];
    v_went integer[];
    v_delivered_at timestamptz[];
    v_read_at timestamptz[];
    v_batches text[];
    v_queued text[];
    v_direct text[];
BEGIN
    -- What is told of each message, put together; place is where it is named first.
    SELECT array_agg(t.reference), array_agg(t.place), array_agg(t.queue_id), array_agg(t.instance), array_agg(t.went),
        array_agg(t.delivered_at), array_agg(t.read_at)
    INTO v_references, v_places, v_queue_ids, v_instances, v_went, v_delivered_at, v_read_at
    FROM (
        SELECT n.reference, min(n.place)::integer AS place, max(n.went) AS went,
            (array_agg(n.queue_id ORDER BY n.place) FILTER (WHERE n.is_proof))[1] AS queue_id,
            (array_agg(n.instance ORDER BY n.place) FILTER (WHERE n.is_proof))[1] AS instance,
            min(n.told_at) FILTER (WHERE n.went >= v_delivered) AS delivered_at,
            min(n.told_at) FILTER (WHERE n.went >= v_read) AS read_at
        FROM (
            SELECT g.place, g.queue_id, g.instance, g.told_at, g.reported <> '' AND g.queue_id <> '' AS is_proof,
                coalesce(array_position(v_order, g.delivery), 0) AS went,
                CASE WHEN g.reported IS NOT NULL THEN g.reported ELSE (
                    SELECT f.reference FROM ultramsg_messages AS f
                    WHERE f.organization_id = p_organization_id AND f.queue_id = g.queue_id AND f.queue_id <> ''
                        AND f.instance_id = g.instance
                    ORDER BY f.settled_at DESC LIMIT 1) END AS reference
            FROM unnest(p_reported, p_queue_ids, p_instances, p_deliveries, p_times) WITH ORDINALITY
                AS g (reported, queue_id, instance, delivery, told_at, place)) AS n
        WHERE n.reference IS NOT NULL
        GROUP BY n.reference) AS t;

    -- Those of them that there is something to change about.
    WITH locked AS MATERIALIZED (
        SELECT g.*, l.state, l.batch_id, l.is_queued, l.came
        FROM (
            SELECT r.*, n.number
            FROM unnest(v_references, v_places, v_queue_ids, v_instances, v_went, v_delivered_at, v_read_at)
                AS r (reference, place, queue_id, instance, went, delivered_at, read_at)
            CROSS JOIN LATERAL (
                SELECT f.number FROM ultramsg_messages AS f
                WHERE f.organization_id = p_organization_id AND f.reference = r.reference
                OFFSET 0) AS n
            ORDER BY n.number, r.reference) AS g
        CROSS JOIN LATERAL (
            SELECT m.state, m.batch_id, m.number IS NOT NULL AS is_queued, coalesce(array_position(v_order, m.delivery), 0) AS came
            FROM ultramsg_messages AS m
            WHERE m.organization_id = p_organization_id AND m.reference = g.reference
                AND m.state IN ('running', 'unknown', 'accepted')
                AND (g.went > coalesce(array_position(v_order, m.delivery), 0) OR m.state <> 'accepted' AND g.queue_id IS NOT NULL)
            FOR NO KEY UPDATE) AS l)
    SELECT array_agg(k.reference), array_agg(k.place), array_agg(k.queue_id), array_agg(k.instance), array_agg(k.went),
        array_agg(k.delivered_at), array_agg(k.read_at),
        array_agg(k.reference) FILTER (WHERE k.state <> 'accepted' AND k.queue_id IS NOT NULL AND k.is_queued),
        array_agg(k.reference) FILTER (WHERE k.state <> 'accepted' AND k.queue_id IS NOT NULL AND NOT k.is_queued),
        array_agg(DISTINCT k.batch_id) FILTER (WHERE k.batch_id IS NOT NULL
            AND (k.state <> 'accepted' OR k.went >= v_delivered AND k.came < v_read
                OR (k.went BETWEEN 1 AND 3) <> (k.came BETWEEN 1 AND 3)))
    INTO v_references, v_places, v_queue_ids, v_instances, v_went, v_delivered_at, v_read_at, v_queued, v_direct, v_batches
    FROM locked AS k;
    IF v_references IS NULL THEN
        RETURN;
    END IF;
    IF v_batches IS NOT NULL THEN
        PERFORM FROM ultramsg_batches AS b
        WHERE b.organization_id = p_organization_id AND b.batch_id = ANY (v_batches)
        ORDER BY b.batch_id
        FOR NO KEY UPDATE;
    END IF;

    IF v_queued IS NOT NULL THEN
        PERFORM ultramsg_settle_queued(p_organization_id, array_agg(g.reference), array_agg(0), array_agg('accepted'::text),
            array_agg(0), array_agg(g.queue_id), array_agg(g.instance), array_agg(NULL::text), array_agg(NULL::text),
            array_agg(NULL::interval), v_at)
        FROM unnest(v_references, v_queue_ids, v_instances) AS g (reference, queue_id, instance)
        WHERE g.reference = ANY (v_queued);
    END IF;
    IF v_direct IS NOT NULL THEN
        UPDATE ultramsg_messages AS m
        SET state = 'accepted', queue_id = g.queue_id, instance_id = g.instance, cause = NULL,
            next_look_at = CASE WHEN m.repeated THEN m.next_look_at END, settled_at = v_at
        FROM (
            SELECT p_organization_id AS organization_id, u.reference, u.queue_id, u.instance
            FROM unnest(v_references, v_queue_ids, v_instances) AS u (reference, queue_id, instance)
            WHERE u.reference = ANY (v_direct)
            OFFSET 0) AS g
        WHERE m.organization_id = g.organization_id AND m.reference = g.reference;
    END IF;

    RETURN QUERY
    WITH further AS MATERIALIZED (
        SELECT p_organization_id AS organization_id, g.*, m.came
        FROM unnest(v_references, v_places, v_went, v_delivered_at, v_read_at)
            AS g (reference, place, went, delivered_at, read_at)
        CROSS JOIN LATERAL (
            SELECT coalesce(array_position(v_order, f.delivery), 0) AS came FROM ultramsg_messages AS f
            WHERE f.organization_id = p_organization_id AND f.reference = g.reference
            OFFSET 0) AS m
        WHERE g.went > m.came),
    noted AS (
        UPDATE ultramsg_messages AS m
        SET delivery = v_order[f.went], delivered_at = coalesce(m.delivered_at, f.delivered_at),
            read_at = coalesce(m.read_at, f.read_at)
        FROM further AS f
        WHERE m.organization_id = f.organization_id AND m.reference = f.reference
        RETURNING m.reference, m.batch_id, m.state, f.place, f.came, f.went),
    counted AS (
        UPDATE ultramsg_batches AS b
        SET delivered = b.delivered + c.delivered, read = b.read + c.read, failed = b.failed + c.failed
        FROM (
            SELECT p_organization_id AS organization_id, n.batch_id,
                count(*) FILTER (WHERE n.came < v_delivered AND n.went >= v_delivered) AS delivered,
                count(*) FILTER (WHERE n.came < v_read AND n.went >= v_read) AS read,
                count(*) FILTER (WHERE n.went BETWEEN 1 AND 3) - count(*) FILTER (WHERE n.came BETWEEN 1 AND 3) AS failed
            FROM noted AS n
            WHERE n.batch_id IS NOT NULL AND n.state = 'accepted'
            GROUP BY n.batch_id) AS c
        WHERE b.organization_id = c.organization_id AND b.batch_id = c.batch_id
            AND (c.delivered <> 0 OR c.read <> 0 OR c.failed <> 0))
    SELECT n.reference, coalesce(v_order[n.came], 'queued'), v_order[n.went]
    FROM noted AS n
    ORDER BY n.place;
END
$function$;

-- Planned as the outbox's other functions are, see V012; and once for all, since most calls bring a single report, for which planning
-- would take longer than all else.
ALTER FUNCTION ultramsg_report_deliveries SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
    SET enable_mergejoin = off SET enable_material = off SET enable_sort = off SET random_page_cost = 0.1
    SET plan_cache_mode = force_generic_plan;
GRANT EXECUTE ON FUNCTION ultramsg_report_deliveries, ultramsg_count_delivery TO ultramsg_tenant;
