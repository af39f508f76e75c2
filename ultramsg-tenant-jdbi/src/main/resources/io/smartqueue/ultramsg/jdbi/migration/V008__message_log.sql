-- What became of messages: a table of the library's own, beside the host's. A message's text is in it only where the host asks
-- for that; the recipient is, until it is forgotten or the row is purged. No foreign key: it would make the host say CASCADE to empty or
-- drop its own table. Rows of an organization that is no more are not shown, and purged.
--
--   running    somebody is sending it, or was when it was lost: lease_until says for how long nobody else may
--   accepted   UltraMsg took it
--   unknown    nobody knows; somebody may find out
--   rejected   it was certainly not sent, or, where copies is 0, is taken for not sent: its key is free, its place given back
--
-- Messages of the outbox are rows too: what they add is V012's. They have no lease_until, since their lane alone sends them.
--
-- Every message that is not rejected has its place in the quota day that its row names. next_look_at is when somebody should next look
-- for the message at UltraMsg, which should have as many of it as copies says, or fewer.

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

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

    IF to_regclass('ultramsg_messages') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_messages (organization_id ' || key_type || $table$ NOT NULL,
            reference text COLLATE "C" NOT NULL,
            idempotency_key text COLLATE "C",
            content_hash text COLLATE "C" NOT NULL,
            recipient text COLLATE "C",
            body text,
            state text COLLATE "C" NOT NULL,
            instance_id text NOT NULL,
            queue_id text,
            reason text COLLATE "C",
            cause text,
            attempts integer NOT NULL DEFAULT 0,
            repeated boolean NOT NULL DEFAULT false,
            copies smallint NOT NULL DEFAULT 1,
            copies_found integer NOT NULL DEFAULT 0,
            quota_day date NOT NULL,
            created_at timestamptz NOT NULL,
            lease_until timestamptz NOT NULL,
            next_look_at timestamptz,
            settled_at timestamptz,
            CONSTRAINT ultramsg_messages_pkey PRIMARY KEY (organization_id, reference),
            CONSTRAINT ultramsg_messages_reference CHECK (reference ~ '^[A-Za-z0-9._:-]{1,100}$'),
            CONSTRAINT ultramsg_messages_idempotency_key CHECK (idempotency_key ~ '^[!-~]{1,200}$'),
            CONSTRAINT ultramsg_messages_content_hash CHECK (content_hash ~ '^[0-9a-f]{64}$'),
            CONSTRAINT ultramsg_messages_state CHECK (state IN ('running', 'accepted', 'unknown', 'rejected')),
            CONSTRAINT ultramsg_messages_free_key CHECK (state <> 'rejected' OR idempotency_key IS NULL),
            CONSTRAINT ultramsg_messages_queue_id CHECK ((state = 'accepted') = (queue_id IS NOT NULL)),
            CONSTRAINT ultramsg_messages_reason CHECK ((state = 'rejected') = (reason IS NOT NULL)),
            CONSTRAINT ultramsg_messages_cause CHECK ((state IN ('unknown', 'rejected')) = (cause IS NOT NULL)),
            CONSTRAINT ultramsg_messages_copies CHECK (copies = 1 OR copies = 0 AND state = 'rejected'),
            CONSTRAINT ultramsg_messages_settled_at CHECK ((state = 'running') = (settled_at IS NULL)))$table$;
    END IF;

    -- these files are to be run by the owner of the host's table, who must be able to run this one again
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER TABLE ultramsg_messages OWNER TO %I', owner_name);
    END IF;
END
$migration$;

-- Messages without a key are not in it, and rejected ones are not any more.
CREATE UNIQUE INDEX IF NOT EXISTS ultramsg_messages_one_per_key ON ultramsg_messages (organization_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

-- Serves the search for messages that somebody should look for, in its order. Nearly all accepted ones are not in it.
CREATE INDEX IF NOT EXISTS ultramsg_messages_unsettled ON ultramsg_messages (next_look_at)
    WHERE next_look_at IS NOT NULL;

-- Serves the purge: rows come in the order of time, so a summary of a few bytes for each megabyte finds the old ones.
CREATE INDEX IF NOT EXISTS ultramsg_messages_age ON ultramsg_messages USING brin (created_at) WITH (autosummarize = on);

-- As on the host's table: a wall that holds whatever other policies allow. FORCE, since nobody but the two roles has any
-- business here; the library itself does not depend on it. CASE, because PostgreSQL takes an equality for one that is true of a row in
-- 200: where many messages wait it would expect few, and sort them all instead of going along an index.
ALTER TABLE ultramsg_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_messages FORCE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ultramsg_message_rows ON ultramsg_messages;
CREATE POLICY ultramsg_message_rows ON ultramsg_messages AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN true ELSE false END);

DROP POLICY IF EXISTS ultramsg_message_scope ON ultramsg_messages;
CREATE POLICY ultramsg_message_scope ON ultramsg_messages AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);

-- The service role finds what is due, notes when to look again, and deletes what is old. It sees no key, no recipient and
-- no outcome.
DROP POLICY IF EXISTS ultramsg_message_service_sees ON ultramsg_messages;
CREATE POLICY ultramsg_message_service_sees ON ultramsg_messages AS PERMISSIVE FOR SELECT TO ultramsg_service
    USING (current_user = 'ultramsg_service');
DROP POLICY IF EXISTS ultramsg_message_service_takes ON ultramsg_messages;
CREATE POLICY ultramsg_message_service_takes ON ultramsg_messages AS PERMISSIVE FOR UPDATE TO ultramsg_service
    USING (current_user = 'ultramsg_service');
DROP POLICY IF EXISTS ultramsg_message_service_purges ON ultramsg_messages;
CREATE POLICY ultramsg_message_service_purges ON ultramsg_messages AS PERMISSIVE FOR DELETE TO ultramsg_service
    USING (current_user = 'ultramsg_service');

GRANT SELECT, INSERT, UPDATE, DELETE ON ultramsg_messages TO ultramsg_tenant;
GRANT SELECT (organization_id, reference, instance_id, copies, created_at, next_look_at), UPDATE (next_look_at), DELETE
    ON ultramsg_messages TO ultramsg_service;

-- Claims a message and reserves its place in the organization's day, both or neither. Always one row, whose answer is
--
--   made             the caller sends it; used, daily_limit and so on are those of update_daily_message_count
--   known            a message of the same key is there, as the row says
--   conflict         the reference is another message's
--   full             the day is
--   no organization  there is none, or none that the caller may see
--
-- Whoever makes an entry holds the organization's row from the reservation on, so nobody else of the organization is making one.
-- Whoever finds one writes nothing and waits for nobody.
CREATE OR REPLACE FUNCTION ultramsg_claim_message(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_reference text, p_key text, p_content text,
    p_recipient text, p_instance text, p_body text, p_lease interval, p_at timestamptz DEFAULT NULL)
RETURNS TABLE (
    answer text, known_reference text, known_state text, has_content boolean, lease_is_over boolean,
    known_instance text, known_queue_id text, known_cause text,
    used integer, daily_limit integer, quota_day date, resets_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
#variable_conflict use_column
DECLARE
    v_at constant timestamptz := coalesce(p_at, clock_timestamp());
    v_gives_way boolean;
    v_day record;
BEGIN
    FOR attempt IN 1..10 LOOP
        SELECT 'known', m.reference, m.state, m.content_hash = p_content, coalesce(m.lease_until <= v_at, false), m.instance_id,
            m.queue_id, m.cause
        INTO answer, known_reference, known_state, has_content, lease_is_over, known_instance, known_queue_id, known_cause
        FROM ultramsg_messages AS m
        WHERE m.organization_id = p_organization_id AND m.idempotency_key = p_key
            AND EXISTS (SELECT FROM ${ultramsg_table} AS o WHERE o.${ultramsg_key} = p_organization_id);
        IF FOUND THEN
            RETURN NEXT;
            RETURN;
        END IF;

        SELECT m.reference, m.state = 'rejected' AND m.copies = 1 AND m.lease_until IS NOT NULL
        INTO known_reference, v_gives_way
        FROM ultramsg_messages AS m
        WHERE m.organization_id = p_organization_id AND m.reference = p_reference
            AND EXISTS (SELECT FROM ${ultramsg_table} AS o WHERE o.${ultramsg_key} = p_organization_id);
        IF FOUND AND NOT v_gives_way THEN
            answer := 'conflict';
            RETURN NEXT;
            RETURN;
        END IF;

        SELECT d.granted, d.used, d.daily_limit, d.quota_day, d.resets_at INTO v_day
        FROM update_daily_message_count(p_organization_id, v_at) AS d;
        IF NOT FOUND THEN
            answer := 'no organization';
            RETURN NEXT;
            RETURN;
        END IF;
        used := v_day.used;
        daily_limit := v_day.daily_limit;
        quota_day := v_day.quota_day;
        resets_at := v_day.resets_at;
        IF NOT v_day.granted THEN
            answer := 'full';
            RETURN NEXT;
            RETURN;
        END IF;

        IF v_gives_way THEN -- a message that was certainly not sent leaves its name to this one
            DELETE FROM ultramsg_messages AS m
            WHERE m.organization_id = p_organization_id AND m.reference = p_reference AND m.state = 'rejected';
        END IF;
        -- Asks again for the key: this statement sees what was committed before the organization's row was ours. So it waits
        -- for nobody who in turn waits for that row.
        INSERT INTO ultramsg_messages (organization_id, reference, idempotency_key, content_hash, recipient, body, instance_id,
            state, quota_day, created_at, lease_until, next_look_at)
        SELECT p_organization_id, p_reference, p_key, p_content, p_recipient, p_body, p_instance, 'running', v_day.quota_day,
            v_at, v_at + p_lease, v_at + p_lease
        WHERE NOT EXISTS (
            SELECT FROM ultramsg_messages AS m
            WHERE m.organization_id = p_organization_id AND m.idempotency_key = p_key)
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            answer := 'made';
            known_reference := p_reference;
            RETURN NEXT;
            RETURN;
        END IF;
        PERFORM refund_daily_message_count(p_organization_id, v_day.quota_day);
    END LOOP;
    RAISE EXCEPTION 'the message''s key has changed hands ten times while it was being claimed'
        USING ERRCODE = 'serialization_failure';
END
$function$;

GRANT EXECUTE ON FUNCTION ultramsg_claim_message TO ultramsg_tenant;
