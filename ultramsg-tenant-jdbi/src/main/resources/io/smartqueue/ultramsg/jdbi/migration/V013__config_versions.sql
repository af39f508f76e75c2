-- Which version of its configuration an organization has, so that two people who change it do not overwrite each other unnoticed,
-- and what was done to it by whom: a table of the library's own, beside the host's.
--
-- The version is raised by whatever changes a configuration, the host's own statements included. Statements that do not name these
-- columns, such as those that count messages, do not even call the trigger. What comes from asking instances rather than from people
-- raises nothing: moves between active and error, and the outcome of the last test.
--
-- No foreign key: what was done stays known when an organization goes.

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

ALTER TABLE ${ultramsg_table} ADD COLUMN IF NOT EXISTS ultramsg_config_version bigint NOT NULL DEFAULT 0;

-- Whether two versions of a row differ in what people have set. Of any type, as in V004.
CREATE OR REPLACE FUNCTION ultramsg_config_is_changed(p_old anyelement, p_new anyelement) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $function$
BEGIN
    RETURN
        (p_old.ultramsg_instance_id, p_old.ultramsg_token, p_old.ultramsg_base_url, p_old.whatsapp_business_number,
            CASE lower(p_old.whatsapp_instance_status) WHEN 'error' THEN 'active' ELSE p_old.whatsapp_instance_status END,
            p_old.daily_message_limit, p_old.webhook_url, p_old.webhook_events,
            CASE jsonb_typeof(p_old.instance_settings)
                WHEN 'object' THEN p_old.instance_settings - 'last_test' ELSE p_old.instance_settings END)
        IS DISTINCT FROM
        (p_new.ultramsg_instance_id, p_new.ultramsg_token, p_new.ultramsg_base_url, p_new.whatsapp_business_number,
            CASE lower(p_new.whatsapp_instance_status) WHEN 'error' THEN 'active' ELSE p_new.whatsapp_instance_status END,
            p_new.daily_message_limit, p_new.webhook_url, p_new.webhook_events,
            CASE jsonb_typeof(p_new.instance_settings)
                WHEN 'object' THEN p_new.instance_settings - 'last_test' ELSE p_new.instance_settings END);
END
$function$;

GRANT EXECUTE ON FUNCTION ultramsg_config_is_changed TO PUBLIC; -- whoever updates a row evaluates it

CREATE OR REPLACE FUNCTION ultramsg_raise_config_version() RETURNS trigger
LANGUAGE plpgsql
AS $function$
BEGIN
    NEW.ultramsg_config_version := OLD.ultramsg_config_version + 1;
    RETURN NEW;
END
$function$;

CREATE OR REPLACE TRIGGER ultramsg_config_version BEFORE UPDATE OF
    ultramsg_instance_id, ultramsg_token, ultramsg_base_url, whatsapp_business_number, whatsapp_instance_status,
    daily_message_limit, webhook_url, webhook_events, instance_settings
    ON ${ultramsg_table}
    FOR EACH ROW WHEN (ultramsg_config_is_changed(OLD, NEW))
    EXECUTE FUNCTION ultramsg_raise_config_version();

GRANT SELECT (ultramsg_config_version) ON ${ultramsg_table} TO ultramsg_tenant;

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

    -- action, finding and the members of changes are names, none of a list: while a deployment rolls, a newer version may write
    -- some that an older one does not know. changes: [{"field": "daily_limit", "before": "1000", "after": "2000"}, ...]
    IF to_regclass('ultramsg_config_audit') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_config_audit (organization_id ' || key_type || $table$ NOT NULL,
            number bigint GENERATED ALWAYS AS IDENTITY,
            recorded_at timestamptz NOT NULL,
            actor_kind text COLLATE "C" NOT NULL,
            actor text NOT NULL,
            action text COLLATE "C" NOT NULL,
            changes jsonb NOT NULL,
            version bigint NOT NULL,
            finding text COLLATE "C",
            origin_kind text COLLATE "C",
            origin text,
            origin_version bigint,
            roll_out text COLLATE "C",
            CONSTRAINT ultramsg_config_audit_pkey PRIMARY KEY (organization_id, number),
            CONSTRAINT ultramsg_config_audit_actor_kind CHECK (actor_kind IN ('member', 'operator')),
            CONSTRAINT ultramsg_config_audit_changes CHECK (jsonb_typeof(changes) = 'array'),
            CONSTRAINT ultramsg_config_audit_origin CHECK (num_nulls(origin_kind, origin, roll_out) IN (0, 3)))$table$;
    END IF;

    -- these files are to be run by the owner of the host's table, who must be able to run this one again
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER TABLE ultramsg_config_audit OWNER TO %I', owner_name);
    END IF;
END
$migration$;

-- Serves the search for what one roll-out has changed.
CREATE INDEX IF NOT EXISTS ultramsg_config_audit_roll_out ON ultramsg_config_audit (roll_out) WHERE roll_out IS NOT NULL;

-- As on ultramsg_messages: a wall that holds whatever other policies allow, and FORCE, since nobody but the two roles has any
-- business here. There is neither a right nor a policy by which anybody could change or delete an entry.
ALTER TABLE ultramsg_config_audit ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_config_audit FORCE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ultramsg_audit_reads ON ultramsg_config_audit;
CREATE POLICY ultramsg_audit_reads ON ultramsg_config_audit AS PERMISSIVE FOR SELECT TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_audit_records ON ultramsg_config_audit;
CREATE POLICY ultramsg_audit_records ON ultramsg_config_audit AS PERMISSIVE FOR INSERT TO ultramsg_tenant
    WITH CHECK (current_user = 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_audit_scope ON ultramsg_config_audit;
CREATE POLICY ultramsg_audit_scope ON ultramsg_config_audit AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);

-- The service role finds whom a roll-out has changed. It sees no values and nobody's name.
DROP POLICY IF EXISTS ultramsg_audit_service_sees ON ultramsg_config_audit;
CREATE POLICY ultramsg_audit_service_sees ON ultramsg_config_audit AS PERMISSIVE FOR SELECT TO ultramsg_service
    USING (current_user = 'ultramsg_service');

GRANT SELECT, INSERT ON ultramsg_config_audit TO ultramsg_tenant;
GRANT SELECT (organization_id, roll_out) ON ultramsg_config_audit TO ultramsg_service;

-- Rejects messages of an organization that wait, since its configuration was deleted, and leaves them for another try: as many as it is
-- told at the most, and says how many it found, so that it is called until there are none. Those that are being sent are left alone.
CREATE OR REPLACE FUNCTION ultramsg_reject_queued(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_reason text, p_cause text, p_most integer,
    p_at timestamptz DEFAULT NULL)
RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
DECLARE
    v_found text[];
    v_references text[];
    v_batches text[];
BEGIN
    SELECT array_agg(c.reference) INTO v_found
    FROM (
        (SELECT m.reference FROM ultramsg_messages AS m
         WHERE m.organization_id = p_organization_id AND m.ready IS NOT NULL
         ORDER BY m.ready, m.number LIMIT p_most)
        UNION ALL
        (SELECT m.reference FROM ultramsg_messages AS m
         WHERE m.organization_id = p_organization_id AND m.state = 'queued' AND m.due_at IS NOT NULL
         ORDER BY m.due_at LIMIT p_most)) AS c;
    SELECT array_agg(l.reference), array_agg(l.batch_id) INTO v_references, v_batches
    FROM ultramsg_lock_queued(p_organization_id, v_found, ARRAY ['queued']) AS l;
    IF v_references IS NOT NULL THEN
        UPDATE ultramsg_messages AS m
        SET state = 'rejected', reason = p_reason, cause = p_cause, settled_at = coalesce(p_at, clock_timestamp()), ready = NULL,
            due_at = NULL, idempotency_key = NULL, payload = CASE WHEN m.recipient IS NOT NULL THEN m.payload END
        FROM (SELECT p_organization_id AS organization_id, r AS reference FROM unnest(v_references) AS r OFFSET 0) AS g
        WHERE m.organization_id = g.organization_id AND m.reference = g.reference;
        PERFORM ultramsg_count_in_batches(p_organization_id, v_batches,
            array_fill('queued'::text, ARRAY [cardinality(v_batches)]),
            array_fill('rejected'::text, ARRAY [cardinality(v_batches)]));
    END IF;
    RETURN coalesce(cardinality(v_found), 0);
END
$function$;

-- Planned as the outbox's other functions are, see V012.
ALTER FUNCTION ultramsg_reject_queued SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off
    SET enable_mergejoin = off SET enable_material = off SET enable_sort = off SET random_page_cost = 0.1;
GRANT EXECUTE ON FUNCTION ultramsg_reject_queued TO ultramsg_tenant;
