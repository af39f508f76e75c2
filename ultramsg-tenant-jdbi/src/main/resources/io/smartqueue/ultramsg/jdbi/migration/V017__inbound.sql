-- What comes in: which events of UltraMsg's were handled, so that none is handled twice, and when customers last wrote. Two tables of
-- the library's own, beside the host's. No foreign key: it would make the host say CASCADE to empty or drop its own table. Rows of an
-- organization that is no more are not shown, and purged.
--
-- An event's row holds a digest that tells nothing of the event. Whoever adds it handles the event, and so does who takes it over once
-- lease_until is past and it is not done: claim counts them. It says -infinity once somebody has let go of it.
--
-- A conversation's row says when a customer last wrote. The customer's chat id is in it, until he is forgotten or the row is purged.

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

    -- a row is changed once, right after it was added, for which its page has room
    IF to_regclass('ultramsg_webhook_events') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_webhook_events (organization_id ' || key_type || $table$ NOT NULL,
            event_key text COLLATE "C" NOT NULL,
            claim bigint NOT NULL,
            begun_at timestamptz NOT NULL,
            lease_until timestamptz NOT NULL,
            done_at timestamptz,
            CONSTRAINT ultramsg_webhook_events_pkey PRIMARY KEY (organization_id, event_key),
            CONSTRAINT ultramsg_webhook_events_event_key CHECK (event_key ~ '^[0-9a-f]{64}$'),
            CONSTRAINT ultramsg_webhook_events_claim CHECK (claim > 0))
            WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)$table$;
    END IF;

    IF to_regclass('ultramsg_conversations') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_conversations (organization_id ' || key_type || $table$ NOT NULL,
            customer text COLLATE "C" NOT NULL,
            last_inbound_at timestamptz NOT NULL,
            CONSTRAINT ultramsg_conversations_pkey PRIMARY KEY (organization_id, customer))
            WITH (fillfactor = 85)$table$;
    END IF;

    -- these files are to be run by the owner of the host's table, who must be able to run this one again
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER TABLE ultramsg_webhook_events OWNER TO %I', owner_name);
        EXECUTE format('ALTER TABLE ultramsg_conversations OWNER TO %I', owner_name);
    END IF;
END
$migration$;

-- Serves the purge, as on ultramsg_messages. Conversations have no index on their time: it would have to be changed with every message
-- that comes in, and the purge reads the table once an hour instead.
CREATE INDEX IF NOT EXISTS ultramsg_webhook_events_age ON ultramsg_webhook_events USING brin (begun_at)
    WITH (autosummarize = on);

-- As on ultramsg_messages: a wall that holds whatever other policies allow, and FORCE, since nobody but the two roles has any
-- business here.
ALTER TABLE ultramsg_webhook_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_webhook_events FORCE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_conversations FORCE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ultramsg_webhook_event_rows ON ultramsg_webhook_events;
CREATE POLICY ultramsg_webhook_event_rows ON ultramsg_webhook_events AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_webhook_event_scope ON ultramsg_webhook_events;
CREATE POLICY ultramsg_webhook_event_scope ON ultramsg_webhook_events AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);

DROP POLICY IF EXISTS ultramsg_conversation_rows ON ultramsg_conversations;
CREATE POLICY ultramsg_conversation_rows ON ultramsg_conversations AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_conversation_scope ON ultramsg_conversations;
CREATE POLICY ultramsg_conversation_scope ON ultramsg_conversations AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);

-- Neither is configuration: with a member set, both are there for all active members, as V014 says of the other tables.
DO $migration$
DECLARE
    own text;
BEGIN
    FOREACH own IN ARRAY ARRAY ['ultramsg_webhook_events', 'ultramsg_conversations'] LOOP
        EXECUTE format('DROP POLICY IF EXISTS ultramsg_member_guard ON %I', own);
        EXECUTE format(
            'CREATE POLICY ultramsg_member_guard ON %I AS RESTRICTIVE FOR ALL TO ultramsg_tenant'
            ' USING (CASE WHEN current_setting(''ultramsg.member_id'', true) <> '''''
            ' THEN current_user <> ''ultramsg_tenant'' OR ultramsg_acting_role() IN (''admin'', ''manager'', ''employee'')'
            ' ELSE true END)',
            own);
    END LOOP;
END
$migration$;

-- The service role deletes what is old. It sees how old, and whose conversations there are, but neither an event nor a customer.
DROP POLICY IF EXISTS ultramsg_webhook_event_service_sees ON ultramsg_webhook_events;
CREATE POLICY ultramsg_webhook_event_service_sees ON ultramsg_webhook_events AS PERMISSIVE FOR SELECT TO ultramsg_service
    USING (current_user = 'ultramsg_service');
DROP POLICY IF EXISTS ultramsg_webhook_event_service_purges ON ultramsg_webhook_events;
CREATE POLICY ultramsg_webhook_event_service_purges ON ultramsg_webhook_events AS PERMISSIVE FOR DELETE TO ultramsg_service
    USING (current_user = 'ultramsg_service');
DROP POLICY IF EXISTS ultramsg_conversation_service_sees ON ultramsg_conversations;
CREATE POLICY ultramsg_conversation_service_sees ON ultramsg_conversations AS PERMISSIVE FOR SELECT TO ultramsg_service
    USING (current_user = 'ultramsg_service');
DROP POLICY IF EXISTS ultramsg_conversation_service_purges ON ultramsg_conversations;
CREATE POLICY ultramsg_conversation_service_purges ON ultramsg_conversations AS PERMISSIVE FOR DELETE TO ultramsg_service
    USING (current_user = 'ultramsg_service');

GRANT SELECT, INSERT, UPDATE (claim, begun_at, lease_until, done_at) ON ultramsg_webhook_events TO ultramsg_tenant;
GRANT SELECT (begun_at), DELETE ON ultramsg_webhook_events TO ultramsg_service;
GRANT SELECT, INSERT, UPDATE (last_inbound_at), DELETE ON ultramsg_conversations TO ultramsg_tenant;
GRANT SELECT (organization_id, last_inbound_at), DELETE ON ultramsg_conversations TO ultramsg_service;
