-- The outbox: messages that wait to be sent. A queued message is a row of ultramsg_messages from the moment at which it is
-- enqueued, so that its idempotency key is one with those of messages sent at once. It has a number, its position; messages that
-- are sent at once have none, and nothing in the columns that are added here.
--
--   queued     it waits for its turn, and has no place in any day
--   running    its organization's lane is sending it, or was when it was lost; only the lane looks for it
--   unknown    it may have been sent, and its lane looks for it as long as due_at says when
--   rejected   as any message; expired and cancelled ones are too, with the reasons EXPIRED and CANCELLED
--
-- A row of the outbox is ready, or waiting, or finished: ready holds its urgency while it may be claimed; due_at says when one that is
-- not ready is next of interest, because it is scheduled for later, in flight or in doubt, or infinity while its batch is
-- paused; and both are null once nothing happens to it any more. lease_until stays null: due_at is the lease.
--
-- Whoever changes rows and counts takes locks in this order: rows by their number, batches by their name, the organization. Only
-- claiming passes over rows that somebody else has locked.

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

-- Part of each page stays free, and is cleared early: a message of the outbox changes twice or more.
ALTER TABLE ultramsg_messages
    ALTER COLUMN instance_id DROP NOT NULL,
    ALTER COLUMN quota_day DROP NOT NULL,
    ALTER COLUMN lease_until DROP NOT NULL,
    ADD COLUMN IF NOT EXISTS number bigint,
    ADD COLUMN IF NOT EXISTS batch_id text COLLATE "C",
    ADD COLUMN IF NOT EXISTS urgency smallint,
    ADD COLUMN IF NOT EXISTS ready smallint,
    ADD COLUMN IF NOT EXISTS due_at timestamptz,
    ADD COLUMN IF NOT EXISTS not_before timestamptz,
    ADD COLUMN IF NOT EXISTS expires_at timestamptz,
    ADD COLUMN IF NOT EXISTS ordering_key text COLLATE "C",
    ADD COLUMN IF NOT EXISTS payload text,
    ADD COLUMN IF NOT EXISTS claims integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS given_key text COLLATE "C",
    SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

DO $migration$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conrelid = to_regclass('ultramsg_messages') AND conname = 'ultramsg_messages_outbox') THEN
        ALTER TABLE ultramsg_messages
            DROP CONSTRAINT ultramsg_messages_state,
            ADD CONSTRAINT ultramsg_messages_state
                CHECK (state IN ('queued', 'running', 'accepted', 'unknown', 'rejected')),
            DROP CONSTRAINT ultramsg_messages_settled_at,
            ADD CONSTRAINT ultramsg_messages_settled_at
                CHECK ((state IN ('queued', 'running')) = (settled_at IS NULL)),
            ADD CONSTRAINT ultramsg_messages_outbox CHECK (
                CASE WHEN number IS NULL
                    THEN state <> 'queued' AND num_nulls(instance_id, quota_day, lease_until) = 0
                        AND num_nonnulls(batch_id, urgency, ready, due_at, payload, given_key) = 0
                    ELSE urgency BETWEEN 0 AND 2 AND lease_until IS NULL
                        AND (instance_id IS NOT NULL OR state IN ('queued', 'rejected'))
                        AND (ready = urgency AND state = 'queued' AND due_at IS NULL
                            OR ready IS NULL AND (state <> 'queued' OR due_at IS NOT NULL))
                END);
    END IF;
END
$migration$;

-- A message's position. Without a cache: numbers drawn ahead would put what is enqueued later in front.
CREATE SEQUENCE IF NOT EXISTS ultramsg_outbox_numbers AS bigint CACHE 1;

-- What is sent at once is in none of these.
CREATE INDEX IF NOT EXISTS ultramsg_messages_ready ON ultramsg_messages (organization_id, ready, number)
    WHERE ready IS NOT NULL;
CREATE INDEX IF NOT EXISTS ultramsg_messages_waiting ON ultramsg_messages (organization_id, state, due_at)
    WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS ultramsg_messages_expiring ON ultramsg_messages (organization_id, expires_at)
    WHERE ready IS NOT NULL AND expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS ultramsg_messages_order ON ultramsg_messages (organization_id, ordering_key, number)
    WHERE ordering_key IS NOT NULL AND (ready IS NOT NULL OR due_at IS NOT NULL);
CREATE INDEX IF NOT EXISTS ultramsg_messages_batch ON ultramsg_messages (organization_id, batch_id, number)
    WHERE batch_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS ultramsg_messages_rejected ON ultramsg_messages (organization_id, number)
    WHERE state = 'rejected' AND number IS NOT NULL AND reason NOT IN ('EXPIRED', 'CANCELLED');

-- The organization's column is what the key of the host's table is, without a limit of length.
DO $migration$
DECLARE
    owner_name text;
    key_type text;
BEGIN
    SELECT pg_get_userbyid(c.relowner),
        format_type(a.atttypid, NULL)
            || coalesce((
                SELECT format(' COLLATE %I.%I', n.nspname, l.collname)
                FROM pg_collation AS l JOIN pg_namespace AS n ON n.oid = l.collnamespace
                WHERE l.oid = a.attcollation), '')
    INTO STRICT owner_name, key_type
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
    WHERE c.oid = to_regclass($name$${ultramsg_table}$name$)
        AND a.attname = (parse_ident($name$${ultramsg_key}$name$))[1] AND NOT a.attisdropped;

    -- Half of each page stays free, for a batch's counts change with each turn.
    IF to_regclass('ultramsg_batches') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_batches (organization_id ' || key_type || $table$ NOT NULL,
            batch_id text COLLATE "C" NOT NULL,
            state text COLLATE "C" NOT NULL DEFAULT 'open',
            queued bigint NOT NULL DEFAULT 0,
            accepted bigint NOT NULL DEFAULT 0,
            rejected bigint NOT NULL DEFAULT 0,
            unknown bigint NOT NULL DEFAULT 0,
            expired bigint NOT NULL DEFAULT 0,
            cancelled bigint NOT NULL DEFAULT 0,
            created_at timestamptz NOT NULL,
            CONSTRAINT ultramsg_batches_pkey PRIMARY KEY (organization_id, batch_id),
            CONSTRAINT ultramsg_batches_batch_id CHECK (batch_id ~ '^[A-Za-z0-9._:-]{1,100}$'),
            CONSTRAINT ultramsg_batches_state CHECK (state IN ('open', 'paused', 'cancelled')),
            CONSTRAINT ultramsg_batches_counts CHECK (least(queued, accepted, rejected, unknown, expired, cancelled) >= 0))
            WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05)$table$;
    END IF;

    IF to_regclass('ultramsg_outboxes') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_outboxes (organization_id ' || key_type || $table$ NOT NULL,
            paused boolean NOT NULL,
            CONSTRAINT ultramsg_outboxes_pkey PRIMARY KEY (organization_id))$table$;
    END IF;

    -- these files are to be run by the owner of the host's table, who must be able to run this one again
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER SEQUENCE ultramsg_outbox_numbers OWNER TO %I', owner_name);
        EXECUTE format('ALTER TABLE ultramsg_batches OWNER TO %I', owner_name);
        EXECUTE format('ALTER TABLE ultramsg_outboxes OWNER TO %I', owner_name);
    END IF;
END
$migration$;

-- As on ultramsg_messages: a wall that holds whatever other policies allow, and FORCE, since nobody but the two roles has any
-- business here.
ALTER TABLE ultramsg_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_batches FORCE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_outboxes ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_outboxes FORCE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ultramsg_batch_rows ON ultramsg_batches;
CREATE POLICY ultramsg_batch_rows ON ultramsg_batches AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_batch_scope ON ultramsg_batches;
CREATE POLICY ultramsg_batch_scope ON ultramsg_batches AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);

-- The service role deletes batches none of whose messages is left. It sees no counts.
DROP POLICY IF EXISTS ultramsg_batch_service_sees ON ultramsg_batches;
CREATE POLICY ultramsg_batch_service_sees ON ultramsg_batches AS PERMISSIVE FOR SELECT TO ultramsg_service
    USING (current_user = 'ultramsg_service');
DROP POLICY IF EXISTS ultramsg_batch_service_purges ON ultramsg_batches;
CREATE POLICY ultramsg_batch_service_purges ON ultramsg_batches AS PERMISSIVE FOR DELETE TO ultramsg_service
    USING (current_user = 'ultramsg_service');

DROP POLICY IF EXISTS ultramsg_outbox_rows ON ultramsg_outboxes;
CREATE POLICY ultramsg_outbox_rows ON ultramsg_outboxes AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_outbox_scope ON ultramsg_outboxes;
CREATE POLICY ultramsg_outbox_scope ON ultramsg_outboxes AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);

GRANT USAGE ON SEQUENCE ultramsg_outbox_numbers TO ultramsg_tenant;
GRANT SELECT, INSERT, UPDATE ON ultramsg_batches TO ultramsg_tenant;
GRANT SELECT (organization_id, batch_id, created_at), DELETE ON ultramsg_batches TO ultramsg_service;
GRANT SELECT, INSERT, UPDATE ON ultramsg_outboxes TO ultramsg_tenant;
-- Whether a row of the outbox is finished, and since when, for the purge.
GRANT SELECT (number, batch_id, ready, due_at, settled_at) ON ultramsg_messages TO ultramsg_service;

-- The functions below find each row by an index, in its order. Their settings, at the end of this file, see to that also while a plan
-- is one that was made, and kept, before thousands of messages came in, or before PostgreSQL had counted them. Where rows are found by a list of references, the
-- organization is a column of that list, fenced off by OFFSET 0: else all messages of an organization could be thought to be few, and
-- be compared with each of the list.

-- Under which count of its batch a message is.
CREATE OR REPLACE FUNCTION ultramsg_batch_place(p_state text, p_reason text, p_due_at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE
    WHEN p_state = 'running' OR p_state = 'unknown' AND p_due_at IS NOT NULL THEN 'queued'
    WHEN p_state <> 'rejected' THEN p_state
    WHEN p_reason = 'EXPIRED' THEN 'expired'
    WHEN p_reason = 'CANCELLED' THEN 'cancelled'
    ELSE 'rejected'
END;

-- Moves messages from one count to another, one element of the arrays for each; those without a batch are passed over. Each batch is
-- changed once.
CREATE OR REPLACE FUNCTION ultramsg_count_in_batches(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_batches text[], p_from text[], p_to text[])
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
BEGIN
    IF cardinality(array_remove(p_batches, NULL)) = 0 THEN
        RETURN;
    END IF;
    PERFORM FROM ultramsg_batches AS b
    WHERE b.organization_id = p_organization_id AND b.batch_id = ANY (p_batches)
    ORDER BY b.batch_id
    FOR NO KEY UPDATE;
    UPDATE ultramsg_batches AS b
    SET queued = b.queued + c.queued, accepted = b.accepted + c.accepted, rejected = b.rejected + c.rejected,
        unknown = b.unknown + c.unknown, expired = b.expired + c.expired, cancelled = b.cancelled + c.cancelled
    FROM (
        SELECT g.batch_id,
            count(*) FILTER (WHERE g.went = 'queued') - count(*) FILTER (WHERE g.came = 'queued') AS queued,
            count(*) FILTER (WHERE g.went = 'accepted') - count(*) FILTER (WHERE g.came = 'accepted') AS accepted,
            count(*) FILTER (WHERE g.went = 'rejected') - count(*) FILTER (WHERE g.came = 'rejected') AS rejected,
            count(*) FILTER (WHERE g.went = 'unknown') - count(*) FILTER (WHERE g.came = 'unknown') AS unknown,
            count(*) FILTER (WHERE g.went = 'expired') - count(*) FILTER (WHERE g.came = 'expired') AS expired,
            count(*) FILTER (WHERE g.went = 'cancelled') - count(*) FILTER (WHERE g.came = 'cancelled') AS cancelled
        FROM unnest(p_batches, p_from, p_to) AS g (batch_id, came, went)
        WHERE g.batch_id IS NOT NULL AND g.came <> g.went
        GROUP BY g.batch_id) AS c
    WHERE b.organization_id = p_organization_id AND b.batch_id = c.batch_id;
END
$function$;

-- Reserves up to so many messages of an organization's quota at once, by the rules of update_daily_message_count, and says how many.
-- A refusal writes nothing. No row when there is no such organization. Fails with 55P03 when somebody else holds the row for
-- longer than 2 seconds.
CREATE OR REPLACE FUNCTION ultramsg_reserve_messages(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_most integer, p_at timestamptz DEFAULT NULL)
RETURNS TABLE (granted integer, quota_day date, resets_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
SET lock_timeout = '2s'
AS $function$
DECLARE
    v_at constant timestamptz := coalesce(p_at, clock_timestamp());
    v_last date;
    v_count integer;
    v_limit integer;
    v_zone text;
    v_today date;
BEGIN
    SELECT o.last_message_reset_date, o.messages_sent_today, coalesce(o.daily_message_limit, 1000),
        ultramsg_time_zone(o.instance_settings)
    INTO v_last, v_count, v_limit, v_zone
    FROM ${ultramsg_table} AS o
    WHERE o.${ultramsg_key} = p_organization_id
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    v_today := (v_at AT TIME ZONE v_zone)::date;
    v_count := ultramsg_quota_used(v_last, v_today, v_count);
    quota_day := ultramsg_quota_day(v_last, v_today);
    resets_at := ultramsg_start_of_day(quota_day + 1, v_zone);
    granted := least(p_most, greatest(v_limit - v_count, 0));
    IF granted > 0 THEN
        UPDATE ${ultramsg_table} AS o
        SET messages_sent_today = v_count + granted, last_message_reset_date = quota_day
        WHERE o.${ultramsg_key} = p_organization_id;
    END IF;
    RETURN NEXT;
END
$function$;

-- Gives back one reservation for each of these quota days, as refund_daily_message_count does for one.
CREATE OR REPLACE FUNCTION ultramsg_refund_messages(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_quota_days date[])
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
SET lock_timeout = '2s'
AS $function$
BEGIN
    -- no subquery: these expressions are evaluated again on the row as a concurrent sender left it
    UPDATE ${ultramsg_table} AS o
    SET messages_sent_today =
            greatest(o.messages_sent_today - cardinality(array_positions(p_quota_days, o.last_message_reset_date)), 0)
    WHERE o.${ultramsg_key} = p_organization_id AND o.last_message_reset_date = ANY (p_quota_days)
        AND o.messages_sent_today > 0;
END
$function$;

-- Locks those of these messages of the outbox that are in one of the states, in the order of their numbers, and tells of them. Each is
-- looked for by itself: OFFSET 0 and the lock keep PostgreSQL from turning that round.
CREATE OR REPLACE FUNCTION ultramsg_lock_queued(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_references text[], p_states text[])
RETURNS TABLE (reference text, batch_id text, is_ordered boolean)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT l.reference, l.batch_id, l.is_ordered
    FROM (
        SELECT r.reference
        FROM unnest(p_references) AS r (reference)
        CROSS JOIN LATERAL (
            SELECT f.number FROM ultramsg_messages AS f
            WHERE f.organization_id = p_organization_id AND f.reference = r.reference AND f.number IS NOT NULL
            OFFSET 0) AS n
        ORDER BY n.number) AS g
    CROSS JOIN LATERAL (
        SELECT m.reference, m.batch_id, m.ordering_key IS NOT NULL AS is_ordered
        FROM ultramsg_messages AS m
        WHERE m.organization_id = p_organization_id AND m.reference = g.reference AND m.state = ANY (p_states)
        FOR NO KEY UPDATE) AS l;
END
$function$;

-- Settles queued messages without sending them, because they have expired or are cancelled; says how many. Their lane learns of
-- it where others may have waited for them.
CREATE OR REPLACE FUNCTION ultramsg_drop_queued(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_references text[], p_reason text, p_at timestamptz)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_references text[];
    v_batches text[];
    v_ordered boolean;
BEGIN
    SELECT array_agg(l.reference), array_agg(l.batch_id), bool_or(l.is_ordered)
    INTO v_references, v_batches, v_ordered
    FROM ultramsg_lock_queued(p_organization_id, p_references, ARRAY ['queued']) AS l;
    IF v_references IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE ultramsg_messages AS m
    SET state = 'rejected', reason = p_reason, settled_at = p_at, ready = NULL, due_at = NULL, idempotency_key = NULL,
        payload = NULL,
        cause = CASE p_reason WHEN 'EXPIRED' THEN 'it was of no use any more when its turn came'
            ELSE 'it was cancelled before it was sent' END
    FROM (SELECT p_organization_id AS organization_id, r AS reference FROM unnest(v_references) AS r OFFSET 0) AS g
    WHERE m.organization_id = g.organization_id AND m.reference = g.reference;
    PERFORM ultramsg_count_in_batches(p_organization_id, v_batches,
        array_fill('queued'::text, ARRAY [cardinality(v_batches)]),
        array_fill(lower(p_reason), ARRAY [cardinality(v_batches)]));
    IF v_ordered THEN
        INSERT INTO ultramsg_wakes (organization_id) VALUES (p_organization_id);
    END IF;
    RETURN cardinality(v_references);
END
$function$;

-- Carries out what has been decided about their batches on queued messages that the caller has locked: those of a cancelled batch are
-- settled, those of a paused one held, those that were held and are not any more may be claimed, at once or when they are due.
CREATE OR REPLACE FUNCTION ultramsg_carry_out(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_references text[], p_at timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_held text[];
    v_released text[];
    v_cancelled text[];
BEGIN
    -- Whoever decides waits for this, and then looks again at what is queued.
    PERFORM FROM ultramsg_batches AS b
    WHERE b.organization_id = p_organization_id AND b.batch_id = ANY (ARRAY(
        SELECT DISTINCT m.batch_id
        FROM unnest(p_references) AS g (reference)
        CROSS JOIN LATERAL (
            SELECT f.batch_id FROM ultramsg_messages AS f
            WHERE f.organization_id = p_organization_id AND f.reference = g.reference
            OFFSET 0) AS m))
    ORDER BY b.batch_id
    FOR NO KEY UPDATE;
    SELECT array_agg(q.reference) FILTER (WHERE q.decided = 'paused' AND q.due_at IS DISTINCT FROM 'infinity'),
        array_agg(q.reference) FILTER (WHERE q.decided = 'open' AND q.due_at = 'infinity'),
        array_agg(q.reference) FILTER (WHERE q.decided = 'cancelled')
    INTO v_held, v_released, v_cancelled
    FROM (
        SELECT m.reference, m.due_at, (
            SELECT b.state
            FROM ultramsg_batches AS b
            WHERE b.organization_id = p_organization_id AND b.batch_id = m.batch_id) AS decided
        FROM unnest(p_references) AS g (reference)
        CROSS JOIN LATERAL (
            SELECT f.reference, f.due_at, f.batch_id FROM ultramsg_messages AS f
            WHERE f.organization_id = p_organization_id AND f.reference = g.reference AND f.state = 'queued'
            OFFSET 0) AS m
        OFFSET 0) AS q;
    IF v_held IS NOT NULL THEN
        UPDATE ultramsg_messages AS m
        SET ready = NULL, due_at = 'infinity'
        FROM (SELECT p_organization_id AS organization_id, r AS reference FROM unnest(v_held) AS r OFFSET 0) AS g
        WHERE m.organization_id = g.organization_id AND m.reference = g.reference;
    END IF;
    IF v_released IS NOT NULL THEN
        UPDATE ultramsg_messages AS m
        SET ready = CASE WHEN m.not_before > p_at THEN NULL ELSE m.urgency END,
            due_at = CASE WHEN m.not_before > p_at THEN m.not_before END
        FROM (SELECT p_organization_id AS organization_id, r AS reference FROM unnest(v_released) AS r OFFSET 0) AS g
        WHERE m.organization_id = g.organization_id AND m.reference = g.reference;
        INSERT INTO ultramsg_wakes (organization_id) VALUES (p_organization_id);
    END IF;
    IF v_cancelled IS NOT NULL THEN
        PERFORM ultramsg_drop_queued(p_organization_id, v_cancelled, 'CANCELLED', p_at);
    END IF;
END
$function$;

-- Enqueues messages, all of one batch or all of none: one element of the arrays for each, one row of the answer for each, in their order:
--
--   queued           it waits for its turn
--   there            a message of its key and content is there, under known_reference
--   conflict         its key or its reference is another message's
--   cancelled        its batch is
--   no organization  there is none, or none that the caller may see
--
-- Locks nothing of anybody's but the counts of its batch, and waits for nobody else but who has not committed a message of the same key.
-- In the order of their keys, so that two who enqueue the same ones do not wait for each other.
CREATE OR REPLACE FUNCTION ultramsg_enqueue_messages(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_batch text, p_references text[], p_keys text[],
    p_contents text[], p_recipients text[], p_payloads text[], p_bodies text[], p_urgencies smallint[],
    p_ordering_keys text[], p_not_before timestamptz[], p_expires_at timestamptz[], p_at timestamptz DEFAULT NULL)
RETURNS TABLE (answer text, known_reference text)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
#variable_conflict use_column
DECLARE
    v_at constant timestamptz := coalesce(p_at, clock_timestamp());
    v_most constant integer := cardinality(p_references);
    v_numbers bigint[];
    v_state text;
    v_state_now text;
    v_added integer;
    v_queued integer := 0;
    v_open integer := 0;
    v_answers text[];
    v_known text[] := p_references;
BEGIN
    IF NOT EXISTS (SELECT FROM ${ultramsg_table} AS o WHERE o.${ultramsg_key} = p_organization_id) THEN
        RETURN QUERY SELECT 'no organization', g.reference FROM unnest(p_references) AS g (reference);
        RETURN;
    END IF;
    IF p_batch IS NOT NULL THEN
        SELECT b.state INTO v_state
        FROM ultramsg_batches AS b
        WHERE b.organization_id = p_organization_id AND b.batch_id = p_batch;
    END IF;
    v_state := coalesce(v_state, 'open');
    IF v_state = 'cancelled' THEN
        RETURN QUERY SELECT v_state, g.reference FROM unnest(p_references) AS g (reference);
        RETURN;
    END IF;

    v_numbers := ARRAY(SELECT nextval('ultramsg_outbox_numbers') FROM generate_series(1, v_most));
    FOR attempt IN 1..10 LOOP
        -- What is there already is passed over, and so is the second of a key within this call.
        INSERT INTO ultramsg_messages (organization_id, reference, idempotency_key, given_key, content_hash, recipient, body,
            payload, state, number, batch_id, urgency, ordering_key, not_before, expires_at, created_at, ready, due_at)
        SELECT p_organization_id, g.reference, g.key, g.key, g.content, g.recipient, g.body, g.payload, 'queued', g.number,
            p_batch, g.urgency, g.ordering_key, g.not_before, g.expires_at, v_at,
            CASE WHEN v_state = 'open' AND (g.not_before IS NULL OR g.not_before <= v_at) THEN g.urgency END,
            CASE WHEN v_state = 'paused' THEN 'infinity' WHEN g.not_before > v_at THEN g.not_before END
        FROM unnest(p_references, p_keys, p_contents, p_recipients, p_bodies, p_payloads, v_numbers, p_urgencies,
                p_ordering_keys, p_not_before, p_expires_at)
            AS g (reference, key, content, recipient, body, payload, number, urgency, ordering_key, not_before, expires_at)
        ORDER BY g.key COLLATE "C", g.number
        ON CONFLICT DO NOTHING;
        GET DIAGNOSTICS v_added = ROW_COUNT;
        v_queued := v_queued + v_added;
        EXIT WHEN v_queued = v_most;

        SELECT array_agg(a.answer ORDER BY a.number), array_agg(a.known ORDER BY a.number),
            count(*) FILTER (WHERE a.answer IS NULL)
        INTO v_answers, v_known, v_open
        FROM (
            SELECT g.number,
                CASE
                    WHEN r.number = g.number THEN 'queued'
                    WHEN k.content_hash = g.content THEN 'there'
                    WHEN coalesce(k.reference, r.reference) IS NOT NULL THEN 'conflict'
                END AS answer,
                CASE WHEN r.number = g.number THEN g.reference ELSE coalesce(k.reference, g.reference) END AS known
            FROM unnest(p_references, p_keys, p_contents, v_numbers) AS g (reference, key, content, number)
            LEFT JOIN LATERAL (
                SELECT f.reference, f.content_hash FROM ultramsg_messages AS f
                WHERE f.organization_id = p_organization_id AND f.idempotency_key = g.key
                OFFSET 0) AS k ON true
            LEFT JOIN LATERAL (
                SELECT f.reference, f.number FROM ultramsg_messages AS f
                WHERE f.organization_id = p_organization_id AND f.reference = g.reference
                OFFSET 0) AS r ON true) AS a;
        -- otherwise a key that was taken came free between the two statements: try again
        EXIT WHEN v_open = 0;
    END LOOP;
    IF v_open > 0 AND v_queued < v_most THEN
        RAISE EXCEPTION 'a message''s key has changed hands ten times while it was being enqueued'
            USING ERRCODE = 'serialization_failure';
    END IF;

    IF v_queued = v_most THEN
        v_answers := array_fill('queued'::text, ARRAY [v_most]);
        v_known := p_references;
    END IF;
    IF v_queued > 0 THEN
        IF p_batch IS NOT NULL THEN
            INSERT INTO ultramsg_batches AS b (organization_id, batch_id, queued, created_at)
            VALUES (p_organization_id, p_batch, v_queued, v_at)
            ON CONFLICT (organization_id, batch_id) DO UPDATE SET queued = b.queued + excluded.queued
            RETURNING b.state INTO v_state_now;
            IF v_state_now <> v_state THEN -- somebody has decided meanwhile, and did not see these
                PERFORM ultramsg_carry_out(p_organization_id,
                    ARRAY(
                        SELECT g.reference FROM unnest(p_references, v_answers) AS g (reference, answer)
                        WHERE g.answer = 'queued'),
                    v_at);
                IF v_state_now = 'cancelled' THEN
                    v_answers := array_replace(v_answers, 'queued', 'cancelled');
                END IF;
            END IF;
        END IF;
        INSERT INTO ultramsg_wakes (organization_id) VALUES (p_organization_id);
    END IF;
    RETURN QUERY SELECT g.answer, g.reference FROM unnest(v_answers, v_known) AS g (answer, reference);
END
$function$;

-- Claims what a lane sends next. One row for each message, in the order in which they are to be sent; one without a message if
-- there is none. next_step, the same in all, says what there is to do after that:
--
--   more      there is more, or may be
--   later     nothing may be sent before the pause is over
--   full      the day is, until the pause is over
--   paused    the organization is
--   nothing   there is nothing, or nothing but what paused batches hold
CREATE OR REPLACE FUNCTION ultramsg_claim_queued(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_instance text, p_most integer, p_lease interval,
    p_at timestamptz DEFAULT NULL)
RETURNS TABLE (
    next_step text, pause interval, claimed_reference text, claim integer, claimed_urgency smallint, claimed_payload text,
    sent_through text, claimed_expires_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
#variable_conflict use_column
DECLARE
    v_at constant timestamptz := coalesce(p_at, clock_timestamp());
    v_most_dropped constant integer := 500;
    v_references text[];
    v_closed text;
    v_dropped integer := 0;
    v_paused boolean;
    v_scheduled timestamptz;
    v_running timestamptz;
    v_doubtful timestamptz;
    v_expiring timestamptz;
    v_day record;
    v_due timestamptz;
BEGIN
    -- One look at what comes before the queue itself, and mostly is not there: to change rows costs much more, also where there are none.
    SELECT coalesce(p.paused, false), (
            SELECT d.due_at FROM ultramsg_messages AS d
            WHERE d.organization_id = p_organization_id AND d.state = 'queued' AND d.due_at IS NOT NULL
            ORDER BY d.due_at LIMIT 1), (
            SELECT d.due_at FROM ultramsg_messages AS d
            WHERE d.organization_id = p_organization_id AND d.state = 'running' AND d.due_at IS NOT NULL
            ORDER BY d.due_at LIMIT 1), (
            SELECT d.due_at FROM ultramsg_messages AS d
            WHERE d.organization_id = p_organization_id AND d.state = 'unknown' AND d.due_at IS NOT NULL
            ORDER BY d.due_at LIMIT 1), (
            SELECT m.expires_at FROM ultramsg_messages AS m
            WHERE m.organization_id = p_organization_id AND m.ready IS NOT NULL AND m.expires_at IS NOT NULL
            ORDER BY m.expires_at LIMIT 1)
    INTO v_paused, v_scheduled, v_running, v_doubtful, v_expiring
    FROM ${ultramsg_table} AS o LEFT JOIN ultramsg_outboxes AS p ON p.organization_id = p_organization_id
    WHERE o.${ultramsg_key} = p_organization_id;
    IF NOT FOUND OR v_paused THEN
        next_step := CASE WHEN v_paused THEN 'paused' ELSE 'nothing' END;
        RETURN NEXT;
        RETURN;
    END IF;

    IF v_scheduled <= v_at THEN
        UPDATE ultramsg_messages AS m
        SET ready = m.urgency, due_at = NULL
        FROM (
            SELECT d.organization_id, d.reference
            FROM ultramsg_messages AS d
            WHERE d.organization_id = p_organization_id AND d.state = 'queued' AND d.due_at IS NOT NULL AND d.due_at <= v_at
            ORDER BY d.due_at
            LIMIT 1000
            FOR NO KEY UPDATE SKIP LOCKED) AS due
        WHERE m.organization_id = due.organization_id AND m.reference = due.reference;
    END IF;

    -- What may have been sent. A lane has one turn at a time, so what is running was an earlier turn's.
    IF p_most > 0 AND (v_running IS NOT NULL OR v_doubtful <= v_at) THEN
        RETURN QUERY
        WITH doubtful AS MATERIALIZED (
            SELECT d.organization_id, d.reference, d.due_at
            FROM ultramsg_messages AS d
            WHERE d.organization_id = p_organization_id AND d.due_at IS NOT NULL AND d.state IN ('running', 'unknown')
                AND (d.state = 'running' OR d.due_at <= v_at)
            ORDER BY d.due_at
            LIMIT p_most
            FOR NO KEY UPDATE SKIP LOCKED),
        taken AS (
            UPDATE ultramsg_messages AS m
            SET claims = m.claims + 1, due_at = v_at -- and is the first thing in the next turn, if this one does not settle it
            FROM doubtful
            WHERE m.organization_id = doubtful.organization_id AND m.reference = doubtful.reference
            RETURNING m.reference, m.claims, m.urgency, m.payload, m.instance_id, m.expires_at, m.number,
                doubtful.due_at AS was_due_at)
        SELECT 'more', NULL::interval, t.reference, t.claims, t.urgency, t.payload, t.instance_id, t.expires_at
        FROM taken AS t
        ORDER BY t.was_due_at, t.number;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;

    IF v_expiring <= v_at OR v_scheduled <= v_at THEN
        SELECT array_agg(e.reference) INTO v_references
        FROM (
            SELECT m.reference
            FROM ultramsg_messages AS m
            WHERE m.organization_id = p_organization_id AND m.ready IS NOT NULL AND m.expires_at IS NOT NULL
                AND m.expires_at <= v_at
            ORDER BY m.expires_at
            LIMIT v_most_dropped
            FOR NO KEY UPDATE SKIP LOCKED) AS e;
        IF v_references IS NOT NULL THEN
            v_dropped := ultramsg_drop_queued(p_organization_id, v_references, 'EXPIRED', v_at);
            v_references := NULL;
        END IF;
    END IF;

    FOR attempt IN 1..10 LOOP
        EXIT WHEN p_most = 0;
        SELECT array_agg(c.reference ORDER BY c.ready, c.number), min(c.closed) INTO v_references, v_closed
        FROM (
            SELECT m.reference, m.ready, m.number, CASE WHEN b.state <> 'open' THEN b.batch_id END AS closed
            FROM ultramsg_messages AS m
            LEFT JOIN ultramsg_batches AS b ON b.organization_id = p_organization_id AND b.batch_id = m.batch_id
            WHERE m.organization_id = p_organization_id AND m.ready IS NOT NULL
                AND (m.expires_at IS NULL OR m.expires_at > v_at)
                AND (m.ordering_key IS NULL OR NOT EXISTS (
                    SELECT FROM ultramsg_messages AS e
                    WHERE e.organization_id = p_organization_id AND e.ordering_key = m.ordering_key AND e.number < m.number
                        AND (e.ready IS NOT NULL OR e.due_at IS NOT NULL)))
            ORDER BY m.ready, m.number
            LIMIT p_most
            FOR NO KEY UPDATE OF m SKIP LOCKED) AS c;
        EXIT WHEN v_closed IS NULL;
        -- Whoever decided about this batch has not come to these yet, or was lost on the way.
        PERFORM ultramsg_carry_out(p_organization_id,
            ARRAY(
                SELECT m.reference
                FROM ultramsg_messages AS m
                WHERE m.organization_id = p_organization_id AND m.ready IS NOT NULL AND m.batch_id = v_closed
                LIMIT v_most_dropped
                FOR NO KEY UPDATE SKIP LOCKED),
            v_at);
        v_references := NULL;
    END LOOP;

    IF v_references IS NOT NULL THEN
        SELECT r.granted, r.quota_day, r.resets_at INTO v_day
        FROM ultramsg_reserve_messages(p_organization_id, cardinality(v_references), v_at) AS r;
        IF NOT FOUND THEN
            next_step := 'nothing';
            RETURN NEXT;
        ELSIF v_day.granted = 0 THEN
            next_step := 'full';
            pause := v_day.resets_at - v_at;
            RETURN NEXT;
        ELSE
            RETURN QUERY
            WITH taken AS (
                UPDATE ultramsg_messages AS m
                SET state = 'running', ready = NULL, due_at = v_at + p_lease, instance_id = p_instance,
                    quota_day = v_day.quota_day, claims = m.claims + 1
                FROM (
                    SELECT p_organization_id AS organization_id, r AS reference
                    FROM unnest(v_references[1:v_day.granted]) AS r
                    OFFSET 0) AS g
                WHERE m.organization_id = g.organization_id AND m.reference = g.reference
                RETURNING m.reference, m.claims, m.urgency, m.payload, m.expires_at, m.number)
            SELECT 'more', NULL::interval, t.reference, t.claims, t.urgency, t.payload, NULL::text, t.expires_at
            FROM taken AS t
            ORDER BY t.urgency, t.number;
        END IF;
        RETURN;
    END IF;

    SELECT min(first.due_at) INTO v_due -- one look into the index for each state, however many wait
    FROM unnest(ARRAY ['queued', 'running', 'unknown']) AS s (state)
    CROSS JOIN LATERAL (
        SELECT d.due_at
        FROM ultramsg_messages AS d
        WHERE d.organization_id = p_organization_id AND d.state = s.state AND d.due_at IS NOT NULL AND d.due_at < 'infinity'
        ORDER BY d.due_at
        LIMIT 1) AS first;
    next_step := CASE
        WHEN v_closed IS NOT NULL OR v_dropped = v_most_dropped OR p_most = 0 AND v_due <= v_at THEN 'more'
        WHEN EXISTS (
            SELECT FROM ultramsg_messages AS m
            LEFT JOIN ultramsg_batches AS b ON b.organization_id = p_organization_id AND b.batch_id = m.batch_id
            WHERE m.organization_id = p_organization_id AND m.ready IS NOT NULL
                AND (m.expires_at IS NULL OR m.expires_at > v_at)
                AND (b.state IS NULL OR b.state = 'open')
                AND (m.ordering_key IS NULL OR NOT EXISTS (
                    SELECT FROM ultramsg_messages AS e
                    WHERE e.organization_id = p_organization_id AND e.ordering_key = m.ordering_key AND e.number < m.number
                        AND (e.ready IS NOT NULL OR e.due_at IS NOT NULL))))
            THEN CASE WHEN p_most = 0 THEN 'more' ELSE 'locked' END
        WHEN v_due IS NOT NULL THEN 'later'
        ELSE 'nothing'
    END;
    IF next_step = 'locked' OR next_step = 'later' AND v_due <= v_at THEN -- somebody else has what there is, for a moment
        v_due := v_at + interval '1 second';
        next_step := 'later';
    END IF;
    IF next_step = 'later' THEN
        pause := v_due - v_at;
    END IF;
    RETURN NEXT;
END
$function$;

-- Writes down what became of claimed messages: one element of the arrays for each. What has its outcome already keeps it.
--
--   accepted   whoever has claimed it since; if it was repeated, somebody looks whether it is there twice
--   rejected   its key is free and its place given back, as with all that follows only if nobody has claimed it since
--   in doubt   it is looked for again after the pause; without one, nobody looks for it any more
--   returned   it is queued again, and its place given back; cancelled if its batch is or its recipient was forgotten
CREATE OR REPLACE FUNCTION ultramsg_settle_queued(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_references text[], p_claims integer[], p_outcomes text[],
    p_attempts integer[], p_queue_ids text[], p_instances text[], p_reasons text[], p_causes text[], p_pauses interval[],
    p_at timestamptz DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_at constant timestamptz := coalesce(p_at, clock_timestamp());
    v_batches text[];
    v_from text[];
    v_to text[];
    v_days date[];
BEGIN
    SELECT array_agg(DISTINCT l.batch_id) FILTER (WHERE l.batch_id IS NOT NULL) INTO v_batches
    FROM ultramsg_lock_queued(p_organization_id, p_references, ARRAY ['queued', 'running', 'unknown']) AS l;
    IF v_batches IS NOT NULL THEN
        PERFORM FROM ultramsg_batches AS b
        WHERE b.organization_id = p_organization_id AND b.batch_id = ANY (v_batches)
        ORDER BY b.batch_id
        FOR NO KEY UPDATE;
    END IF;

    WITH decided AS MATERIALIZED (
        SELECT g.*, m.organization_id, m.batch_id, m.quota_day, ultramsg_batch_place(m.state, m.reason, m.due_at) AS place, b.state AS batch_state,
            CASE
                WHEN m.state IN ('accepted', 'rejected') THEN NULL
                WHEN g.outcome = 'accepted' THEN 'accepted'
                WHEN m.state = 'queued' OR m.state = 'unknown' AND m.due_at IS NULL OR m.claims <> g.claim THEN NULL
                WHEN g.outcome = 'in doubt' THEN 'unknown'
                WHEN g.outcome = 'rejected' THEN 'rejected'
                WHEN b.state = 'cancelled' OR m.recipient IS NULL THEN 'cancelled'
                ELSE 'queued'
            END AS becomes
        FROM unnest(p_references, p_claims, p_outcomes, p_attempts, p_queue_ids, p_instances, p_reasons, p_causes, p_pauses)
            AS g (reference, claim, outcome, attempts, queue_id, instance, reason, cause, pause)
        CROSS JOIN LATERAL (
            SELECT f.organization_id, f.batch_id, f.quota_day, f.state, f.reason, f.due_at, f.claims, f.recipient
            FROM ultramsg_messages AS f
            WHERE f.organization_id = p_organization_id AND f.reference = g.reference AND f.number IS NOT NULL
            OFFSET 0) AS m
        LEFT JOIN ultramsg_batches AS b ON b.organization_id = p_organization_id AND b.batch_id = m.batch_id),
    settled AS (
        UPDATE ultramsg_messages AS m
        SET state = CASE d.becomes WHEN 'cancelled' THEN 'rejected' ELSE d.becomes END,
            attempts = m.attempts + d.attempts,
            idempotency_key = CASE WHEN d.becomes NOT IN ('rejected', 'cancelled') THEN m.idempotency_key END,
            queue_id = CASE d.becomes WHEN 'accepted' THEN d.queue_id END,
            instance_id = CASE WHEN d.becomes IN ('accepted', 'unknown') THEN d.instance
                WHEN d.becomes <> 'queued' THEN m.instance_id END,
            reason = CASE d.becomes WHEN 'rejected' THEN d.reason WHEN 'cancelled' THEN 'CANCELLED' END,
            cause = CASE WHEN d.becomes IN ('rejected', 'unknown') THEN d.cause
                WHEN d.becomes = 'cancelled' THEN 'it was cancelled before it was sent' END,
            quota_day = CASE WHEN d.becomes <> 'queued' THEN m.quota_day END,
            ready = CASE WHEN d.becomes = 'queued' AND d.batch_state IS DISTINCT FROM 'paused' THEN m.urgency END,
            due_at = CASE WHEN d.becomes = 'unknown' THEN v_at + d.pause
                WHEN d.becomes = 'queued' AND d.batch_state = 'paused' THEN 'infinity' END,
            payload = CASE WHEN d.becomes = 'queued' OR d.becomes = 'unknown' AND d.pause IS NOT NULL
                    OR d.becomes = 'rejected' AND m.recipient IS NOT NULL
                THEN m.payload END,
            next_look_at = CASE WHEN d.becomes = 'accepted' AND m.repeated THEN v_at END,
            settled_at = CASE WHEN d.becomes <> 'queued' THEN v_at END
        FROM decided AS d
        WHERE m.organization_id = d.organization_id AND m.reference = d.reference AND d.becomes IS NOT NULL
        RETURNING d.batch_id, d.place AS came, ultramsg_batch_place(m.state, m.reason, m.due_at) AS went,
            CASE WHEN d.becomes IN ('rejected', 'cancelled', 'queued') THEN d.quota_day END AS given_back)
    SELECT array_agg(s.batch_id), array_agg(s.came), array_agg(s.went),
        array_agg(s.given_back) FILTER (WHERE s.given_back IS NOT NULL)
    INTO v_batches, v_from, v_to, v_days
    FROM settled AS s;
    IF v_batches IS NOT NULL THEN
        PERFORM ultramsg_count_in_batches(p_organization_id, v_batches, v_from, v_to);
    END IF;
    IF v_days IS NOT NULL THEN
        PERFORM ultramsg_refund_messages(p_organization_id, v_days);
    END IF;
END
$function$;

-- Carries out what has been decided about a batch on its next queued messages, behind a number; says the last one's number, or null
-- at the end.
CREATE OR REPLACE FUNCTION ultramsg_carry_out_batch(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_batch text, p_after bigint, p_most integer,
    p_at timestamptz DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_references text[];
    v_last bigint;
BEGIN
    SELECT array_agg(l.reference), max(l.number) INTO v_references, v_last
    FROM (
        SELECT m.reference, m.number
        FROM ultramsg_messages AS m
        WHERE m.organization_id = p_organization_id AND m.batch_id = p_batch AND m.number > p_after AND m.state = 'queued'
        ORDER BY m.number
        LIMIT p_most
        FOR NO KEY UPDATE) AS l;
    IF v_references IS NOT NULL THEN
        PERFORM ultramsg_carry_out(p_organization_id, v_references, coalesce(p_at, clock_timestamp()));
    END IF;
    RETURN v_last;
END
$function$;

-- Puts rejected messages back into the queue, under their references and keys; says how many. Those whose key another message has,
-- whose batch is cancelled, or whose payload is gone stay as they are.
CREATE OR REPLACE FUNCTION ultramsg_retry_messages(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_references text[], p_at timestamptz DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_at constant timestamptz := coalesce(p_at, clock_timestamp());
    v_rejected text[];
    v_references text[];
    v_batches text[];
BEGIN
    SELECT array_agg(l.reference) INTO v_rejected
    FROM ultramsg_lock_queued(p_organization_id, p_references, ARRAY ['rejected']) AS l;
    IF v_rejected IS NULL THEN
        RETURN 0;
    END IF;
    FOR attempt IN 1..10 LOOP
        BEGIN
            -- The keys before the batches, since whoever has enqueued one of these keys and not committed may wait for the batch.
            WITH fit AS MATERIALIZED (
                SELECT m.organization_id, m.reference, row_number() OVER (PARTITION BY m.given_key ORDER BY m.number) AS place, m.given_key
                FROM unnest(v_rejected) AS g (reference)
                CROSS JOIN LATERAL (
                    SELECT f.organization_id, f.reference, f.batch_id, f.given_key, f.number FROM ultramsg_messages AS f
                    WHERE f.organization_id = p_organization_id AND f.reference = g.reference
                        AND f.payload IS NOT NULL AND f.reason NOT IN ('EXPIRED', 'CANCELLED')
                    OFFSET 0) AS m
                LEFT JOIN ultramsg_batches AS b ON b.organization_id = p_organization_id AND b.batch_id = m.batch_id
                WHERE b.state IS DISTINCT FROM 'cancelled'
                    AND (m.given_key IS NULL OR NOT EXISTS (
                        SELECT FROM ultramsg_messages AS k
                        WHERE k.organization_id = p_organization_id AND k.idempotency_key = m.given_key))),
            back AS (
                UPDATE ultramsg_messages AS m
                SET state = 'queued', idempotency_key = m.given_key, instance_id = NULL, quota_day = NULL, reason = NULL,
                    cause = NULL, copies = 1, next_look_at = NULL, settled_at = NULL,
                    ready = CASE WHEN m.not_before > v_at THEN NULL ELSE m.urgency END,
                    due_at = CASE WHEN m.not_before > v_at THEN m.not_before END
                FROM fit
                WHERE m.organization_id = fit.organization_id AND m.reference = fit.reference
                    AND (fit.place = 1 OR fit.given_key IS NULL)
                RETURNING m.reference, m.batch_id)
            SELECT array_agg(back.reference), array_agg(back.batch_id) INTO v_references, v_batches FROM back;
            EXIT;
        EXCEPTION
            WHEN unique_violation THEN
                v_references := NULL; -- somebody else was given one of the keys at this moment: look again
        END;
    END LOOP;
    IF v_references IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM ultramsg_count_in_batches(p_organization_id, v_batches,
        array_fill('rejected'::text, ARRAY [cardinality(v_batches)]),
        array_fill('queued'::text, ARRAY [cardinality(v_batches)]));
    IF cardinality(array_remove(v_batches, NULL)) > 0 THEN
        PERFORM ultramsg_carry_out(p_organization_id, v_references, v_at);
    END IF;
    INSERT INTO ultramsg_wakes (organization_id) VALUES (p_organization_id);
    RETURN cardinality(v_references);
END
$function$;

-- Puts the next rejected messages of a batch back, behind a number; says the last one's number, or null at the end.
CREATE OR REPLACE FUNCTION ultramsg_retry_batch(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_batch text, p_after bigint, p_most integer,
    p_at timestamptz DEFAULT NULL)
RETURNS TABLE (last_number bigint, retried integer)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_references text[];
BEGIN
    SELECT array_agg(n.reference), max(n.number) INTO v_references, last_number
    FROM (
        SELECT m.reference, m.number
        FROM ultramsg_messages AS m
        WHERE m.organization_id = p_organization_id AND m.batch_id = p_batch AND m.number > p_after AND m.state = 'rejected'
            AND m.reason NOT IN ('EXPIRED', 'CANCELLED') AND m.payload IS NOT NULL
        ORDER BY m.number
        LIMIT p_most) AS n;
    retried := ultramsg_retry_messages(p_organization_id, v_references, p_at);
    RETURN NEXT;
END
$function$;

-- Forgets whom messages were sent to and what they said; says how many there were. Those that wait are cancelled. What is being sent
-- or looked for keeps its payload until it has its outcome, and is not queued again.
CREATE OR REPLACE FUNCTION ultramsg_forget_recipient(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_recipient text, p_at timestamptz DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_references text[];
    v_queued text[];
BEGIN
    SELECT array_agg(l.reference), array_agg(l.reference) FILTER (WHERE l.state = 'queued') INTO v_references, v_queued
    FROM (
        SELECT m.reference, m.state
        FROM ultramsg_messages AS m
        WHERE m.organization_id = p_organization_id AND m.recipient = p_recipient
        ORDER BY m.number, m.reference
        FOR NO KEY UPDATE) AS l;
    IF v_references IS NULL THEN
        RETURN 0;
    END IF;
    UPDATE ultramsg_messages AS m
    SET recipient = NULL, body = NULL, payload = CASE WHEN m.state IN ('running', 'unknown') THEN m.payload END
    FROM (SELECT p_organization_id AS organization_id, r AS reference FROM unnest(v_references) AS r OFFSET 0) AS g
    WHERE m.organization_id = g.organization_id AND m.reference = g.reference;
    IF v_queued IS NOT NULL THEN
        PERFORM ultramsg_drop_queued(p_organization_id, v_queued, 'CANCELLED', coalesce(p_at, clock_timestamp()));
    END IF;
    RETURN cardinality(v_references);
END
$function$;

-- What the note above the first function says of plans: an index for each row, and in its order.
DO $migration$
DECLARE
    function_name text;
BEGIN
    FOREACH function_name IN ARRAY ARRAY [
        'ultramsg_lock_queued',
        'ultramsg_drop_queued',
        'ultramsg_carry_out',
        'ultramsg_enqueue_messages',
        'ultramsg_claim_queued',
        'ultramsg_settle_queued',
        'ultramsg_carry_out_batch',
        'ultramsg_retry_messages',
        'ultramsg_retry_batch',
        'ultramsg_forget_recipient'] LOOP
        EXECUTE format('ALTER FUNCTION %I SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off'
            ' SET enable_mergejoin = off SET enable_material = off SET enable_sort = off SET random_page_cost = 0.1',
            function_name);
    END LOOP;
END
$migration$;

-- PUBLIC may run functions by default; not every installation leaves it so.
GRANT EXECUTE ON FUNCTION
    ultramsg_batch_place, ultramsg_count_in_batches, ultramsg_reserve_messages, ultramsg_refund_messages, ultramsg_lock_queued,
    ultramsg_drop_queued, ultramsg_carry_out, ultramsg_enqueue_messages, ultramsg_claim_queued, ultramsg_settle_queued,
    ultramsg_carry_out_batch, ultramsg_retry_messages, ultramsg_retry_batch, ultramsg_forget_recipient
    TO ultramsg_tenant;
