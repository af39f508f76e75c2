-- What organizations have sent and received, by day: a table of the library's own, beside the host's. A row for each organization and
-- day of its time zone on which anything was counted, to which each node adds what it has counted, every half minute. No foreign key:
-- it would make the host say CASCADE to empty or drop its own table. Rows of an organization that is no more are not shown, and are
-- purged like any others.
--
--   rejected_by, failed_by, kinds   how many for each reason, state and kind: {"QUOTA_EXCEEDED": 3}; names are none of a list, because
--                                   while a deployment rolls, a newer version may count what an older one does not know
--   latencies                       how long sends took, a histogram that the library encodes; null if nothing was sent
--   risk_actions                    what was done because many messages failed

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

    -- a row is updated again and again on its day: with room on its page it stays there, and no index has to be touched
    IF to_regclass('ultramsg_usage') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_usage (organization_id ' || key_type || $table$ NOT NULL,
            day date NOT NULL,
            attempted bigint NOT NULL DEFAULT 0,
            accepted bigint NOT NULL DEFAULT 0,
            rejected bigint NOT NULL DEFAULT 0,
            unknown bigint NOT NULL DEFAULT 0,
            found_later bigint NOT NULL DEFAULT 0,
            sent bigint NOT NULL DEFAULT 0,
            delivered bigint NOT NULL DEFAULT 0,
            read bigint NOT NULL DEFAULT 0,
            failed bigint NOT NULL DEFAULT 0,
            received bigint NOT NULL DEFAULT 0,
            outside_conversation bigint NOT NULL DEFAULT 0,
            rejected_by jsonb NOT NULL DEFAULT '{}',
            failed_by jsonb NOT NULL DEFAULT '{}',
            kinds jsonb NOT NULL DEFAULT '{}',
            latencies bytea,
            risk_actions text[] COLLATE "C" NOT NULL DEFAULT '{}',
            CONSTRAINT ultramsg_usage_pkey PRIMARY KEY (organization_id, day),
            CONSTRAINT ultramsg_usage_objects CHECK (
                jsonb_typeof(rejected_by) = 'object' AND jsonb_typeof(failed_by) = 'object'
                    AND jsonb_typeof(kinds) = 'object')) WITH (fillfactor = 70)$table$;
    END IF;

    -- these files are to be run by the owner of the host's table, who must be able to run this one again
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER TABLE ultramsg_usage OWNER TO %I', owner_name);
    END IF;
END
$migration$;

-- Serves the search for who has the most on some days, and the one for what is old.
CREATE INDEX IF NOT EXISTS ultramsg_usage_days ON ultramsg_usage (day);

-- As on ultramsg_messages: a wall that holds whatever other policies allow, and FORCE, since nobody but the two roles has any
-- business here.
ALTER TABLE ultramsg_usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_usage FORCE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ultramsg_usage_rows ON ultramsg_usage;
CREATE POLICY ultramsg_usage_rows ON ultramsg_usage AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_usage_scope ON ultramsg_usage;
CREATE POLICY ultramsg_usage_scope ON ultramsg_usage AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);

-- As on the other tables of V014 that are no configuration: with a member set, all active members' of the organization.
DROP POLICY IF EXISTS ultramsg_member_guard ON ultramsg_usage;
CREATE POLICY ultramsg_member_guard ON ultramsg_usage AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (
        CASE WHEN current_setting('ultramsg.member_id', true) <> ''
            THEN current_user <> 'ultramsg_tenant' OR ultramsg_acting_role() IN ('admin', 'manager', 'employee')
            ELSE true END);

-- The service role finds who has the most, and deletes what is old. It sees neither why messages were rejected nor how long they took.
-- CASE, because PostgreSQL takes an equality for one that is true of a row in 200.
DROP POLICY IF EXISTS ultramsg_usage_service_sees ON ultramsg_usage;
CREATE POLICY ultramsg_usage_service_sees ON ultramsg_usage AS PERMISSIVE FOR SELECT TO ultramsg_service
    USING (CASE WHEN current_user = 'ultramsg_service' THEN true ELSE false END);
DROP POLICY IF EXISTS ultramsg_usage_service_purges ON ultramsg_usage;
CREATE POLICY ultramsg_usage_service_purges ON ultramsg_usage AS PERMISSIVE FOR DELETE TO ultramsg_service
    USING (CASE WHEN current_user = 'ultramsg_service' THEN true ELSE false END);

GRANT SELECT, INSERT, UPDATE ON ultramsg_usage TO ultramsg_tenant;
GRANT
    SELECT (
        organization_id, day, attempted, accepted, rejected, unknown, found_later, sent, delivered, read, failed, received,
        outside_conversation)
    ON ultramsg_usage TO ultramsg_service;
GRANT DELETE ON ultramsg_usage TO ultramsg_service;
