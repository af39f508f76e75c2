-- What became of messages that were sent with an idempotency key: a table of the library's own, beside the host's. No
-- message's text is in it; the recipient is, until it is forgotten or the row is purged. No foreign key: it would make the
-- host say CASCADE to empty or drop its own table. Rows of an organization that is no more are not shown, and purged.
--
--   running    somebody is sending it, or was when it was lost: lease_until says for how long nobody else may
--   accepted   UltraMsg took it; nothing can change any more
--   unknown    nobody knows; somebody may find out
--
-- A message that was certainly not sent has no row. next_look_at is when somebody should next find out what became of
-- the message; a row that is accepted has none.

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
            idempotency_key text COLLATE "C" NOT NULL,
            content_hash text COLLATE "C" NOT NULL,
            recipient text COLLATE "C",
            state text COLLATE "C" NOT NULL,
            instance_id text NOT NULL,
            queue_id text,
            cause text,
            created_at timestamptz NOT NULL,
            lease_until timestamptz NOT NULL,
            next_look_at timestamptz,
            settled_at timestamptz,
            CONSTRAINT ultramsg_messages_pkey PRIMARY KEY (organization_id, reference),
            CONSTRAINT ultramsg_messages_one_per_key UNIQUE (organization_id, idempotency_key),
            CONSTRAINT ultramsg_messages_reference CHECK (reference ~ '^[A-Za-z0-9._:-]{1,100}$'),
            CONSTRAINT ultramsg_messages_idempotency_key CHECK (idempotency_key ~ '^[!-~]{1,200}$'),
            CONSTRAINT ultramsg_messages_content_hash CHECK (content_hash ~ '^[0-9a-f]{64}$'),
            CONSTRAINT ultramsg_messages_state CHECK (state IN ('running', 'accepted', 'unknown')),
            CONSTRAINT ultramsg_messages_queue_id CHECK ((state = 'accepted') = (queue_id IS NOT NULL)),
            CONSTRAINT ultramsg_messages_cause CHECK ((state = 'unknown') = (cause IS NOT NULL)),
            CONSTRAINT ultramsg_messages_next_look_at CHECK ((state = 'accepted') = (next_look_at IS NULL)),
            CONSTRAINT ultramsg_messages_settled_at CHECK ((state = 'running') = (settled_at IS NULL)))$table$;
    END IF;

    -- these files are to be run by the owner of the host's table, who must be able to run this one again
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER TABLE ultramsg_messages OWNER TO %I', owner_name);
    END IF;
END
$migration$;

-- Serves the search for messages of which nobody knows what became, in its order. Accepted ones are not in it.
CREATE INDEX IF NOT EXISTS ultramsg_messages_unsettled ON ultramsg_messages (next_look_at)
    WHERE next_look_at IS NOT NULL;

-- Serves the purge: rows come in the order of time, so a summary of a few bytes for each megabyte finds the old ones.
CREATE INDEX IF NOT EXISTS ultramsg_messages_age ON ultramsg_messages USING brin (created_at) WITH (autosummarize = on);

-- As on the host's table: a wall that holds whatever other policies allow. FORCE, since nobody but the two roles has any
-- business here; the library itself does not depend on it.
ALTER TABLE ultramsg_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_messages FORCE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ultramsg_message_rows ON ultramsg_messages;
CREATE POLICY ultramsg_message_rows ON ultramsg_messages AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');

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
GRANT SELECT (organization_id, reference, instance_id, created_at, next_look_at), UPDATE (next_look_at), DELETE
    ON ultramsg_messages TO ultramsg_service;
