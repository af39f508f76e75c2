-- Row-level security on organizations. The role ultramsg_tenant sees and changes the one row named by the setting
-- ultramsg.organization_id, and no row when that is missing or empty; the host's own statements see what they saw.
--
-- Policies for a role also bind every login that inherits membership in it. That must not touch the host's own
-- statements, so each policy asks for current_user itself.
--
-- Two things change for logins other than the owner that have neither SUPERUSER nor BYPASSRLS, because PostgreSQL ties
-- them to row-level security being enabled, whatever the policies say: COPY organizations FROM is refused (INSERT is
-- not), and pg_dump needs --enable-row-security.

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

-- The only place that knows the type of the key: elsewhere it is the key column's %TYPE.
-- After a transaction that set it, the setting is empty rather than missing. Text that is no key is an error.
DO $migration$
BEGIN
    EXECUTE format(
        'CREATE OR REPLACE FUNCTION ultramsg_current_organization() RETURNS %1$s LANGUAGE sql STABLE'
        ' RETURN CAST(nullif(current_setting(''ultramsg.organization_id'', true), '''') AS %1$s)',
        (SELECT format_type(atttypid, NULL) FROM pg_attribute
         WHERE attrelid = to_regclass($name$${ultramsg_table}$name$)
            AND attname = (parse_ident($name$${ultramsg_key}$name$))[1]));
END
$migration$;

DO $migration$
DECLARE
    secured boolean;
    by_us boolean;
    dormant text;
BEGIN
    SELECT relrowsecurity INTO secured FROM pg_class WHERE oid = to_regclass($name$${ultramsg_table}$name$);
    SELECT count(*) > 0 INTO by_us
    FROM pg_policy WHERE polrelid = to_regclass($name$${ultramsg_table}$name$) AND polname = 'ultramsg_host_rows';

    IF NOT secured THEN
        SELECT string_agg(quote_ident(polname), ', ') INTO dormant
        FROM pg_policy
        WHERE polrelid = to_regclass($name$${ultramsg_table}$name$) AND NOT polpermissive AND polname NOT LIKE 'ultramsg\_%';
        IF dormant IS NOT NULL THEN
            RAISE EXCEPTION '% has restrictive policies that are not in force: %',
                    to_regclass($name$${ultramsg_table}$name$), dormant
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'Row-level security has to be enabled here, which would put them in force and take rows '
                        'from your own statements. Drop them, or enable row-level security first.';
        END IF;
    END IF;

    -- Where the host had enabled row-level security, its policies stay the only ones for its own statements.
    IF by_us OR NOT secured THEN
        DROP POLICY IF EXISTS ultramsg_host_rows ON ${ultramsg_table};
        CREATE POLICY ultramsg_host_rows ON ${ultramsg_table} AS PERMISSIVE FOR ALL TO PUBLIC
            USING (true) WITH CHECK (true);
        ALTER TABLE ${ultramsg_table} ENABLE ROW LEVEL SECURITY;
    ELSE
        RAISE NOTICE 'row-level security was enabled before: its policies stay the only ones for your statements'
            USING ERRCODE = 'UM001';
    END IF;
END
$migration$;

DROP POLICY IF EXISTS ultramsg_tenant_row ON ${ultramsg_table};
CREATE POLICY ultramsg_tenant_row ON ${ultramsg_table} AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');

-- The wall: it holds whatever the one above and other policies allow.
DROP POLICY IF EXISTS ultramsg_tenant_scope ON ${ultramsg_table};
CREATE POLICY ultramsg_tenant_scope ON ${ultramsg_table} AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN ${ultramsg_key} = ultramsg_current_organization() ELSE true END);

-- Tenants neither come nor go through this role, even where the host grants INSERT or DELETE to PUBLIC.
DROP POLICY IF EXISTS ultramsg_tenant_no_insert ON ${ultramsg_table};
CREATE POLICY ultramsg_tenant_no_insert ON ${ultramsg_table} AS RESTRICTIVE FOR INSERT TO ultramsg_tenant
    WITH CHECK (current_user <> 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_tenant_no_delete ON ${ultramsg_table};
CREATE POLICY ultramsg_tenant_no_delete ON ${ultramsg_table} AS RESTRICTIVE FOR DELETE TO ultramsg_tenant
    USING (current_user <> 'ultramsg_tenant');

DROP POLICY IF EXISTS ultramsg_service_rows ON ${ultramsg_table};
CREATE POLICY ultramsg_service_rows ON ${ultramsg_table} AS PERMISSIVE FOR SELECT TO ultramsg_service
    USING (current_user = 'ultramsg_service');

GRANT
    SELECT (
        ${ultramsg_key}, ultramsg_instance_id, ultramsg_token, ultramsg_base_url, whatsapp_business_number,
        whatsapp_instance_status, daily_message_limit, messages_sent_today, last_message_reset_date, webhook_url,
        webhook_events, instance_settings),
    UPDATE (
        ultramsg_instance_id, ultramsg_token, ultramsg_base_url, whatsapp_business_number,
        whatsapp_instance_status, daily_message_limit, messages_sent_today, last_message_reset_date, webhook_url,
        webhook_events, instance_settings)
    ON ${ultramsg_table} TO ultramsg_tenant;
GRANT SELECT (${ultramsg_key}, ultramsg_instance_id, whatsapp_instance_status) ON ${ultramsg_table} TO ultramsg_service;

-- Which organizations have a token, and by which key it is sealed; null for plain text. With its owner's rights, so
-- that the service role learns the keys' names and never a token. Where the host FORCEs row-level security, which
-- binds the table's owner too, it fails rather than answer for some organizations only, until a role with BYPASSRLS
-- owns it:
--   ALTER FUNCTION ultramsg_token_keys() OWNER TO <role>;
CREATE OR REPLACE FUNCTION ultramsg_token_keys()
RETURNS TABLE (organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, key_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
SET row_security = off
AS $function$
BEGIN
    RETURN QUERY
    SELECT o.${ultramsg_key}, substring(o.ultramsg_token FROM '^ultramsg-sealed:([^:]*)')
    FROM ${ultramsg_table} AS o
    WHERE btrim(o.ultramsg_token, E' \t\r\n') <> ''
    ORDER BY o.${ultramsg_key};
END
$function$;

REVOKE ALL ON FUNCTION ultramsg_token_keys() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ultramsg_token_keys() TO ultramsg_service;
GRANT EXECUTE ON FUNCTION ultramsg_current_organization() TO PUBLIC;

DO $migration$
DECLARE
    schema_name text;
    owner_name text;
    owner_is_bound boolean;
    role_name text;
BEGIN
    SELECT n.nspname, pg_get_userbyid(c.relowner), c.relforcerowsecurity
    INTO schema_name, owner_name, owner_is_bound
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass($name$${ultramsg_table}$name$);

    -- a superuser's function would run with more rights than it needs
    IF owner_name <> current_user AND NOT owner_is_bound
        AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER FUNCTION ultramsg_token_keys() OWNER TO %I', owner_name);
    END IF;

    FOREACH role_name IN ARRAY ARRAY ['ultramsg_tenant', 'ultramsg_service'] LOOP
        IF NOT has_schema_privilege(role_name, schema_name, 'USAGE') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema_name, role_name);
        END IF;
        IF NOT has_schema_privilege(role_name, schema_name, 'USAGE') THEN
            RAISE EXCEPTION '% may not grant USAGE on schema %', current_user, schema_name
                USING ERRCODE = 'insufficient_privilege',
                    HINT = format(
                        E'The owner of the schema must run:\n'
                        '  GRANT USAGE ON SCHEMA %I TO ultramsg_tenant, ultramsg_service;', schema_name);
        END IF;
    END LOOP;
END
$migration$;
