-- Who may do what for an organization. A statement that acts for a member has the setting ultramsg.member_id beside
-- ultramsg.organization_id, and runs as one of two roles:
--
--   ultramsg_tenant   as before; with a member set, configuration is there for admins alone, to read and to write, and all else
--                     for active members
--   ultramsg_member   what members may see who may not edit: the configuration without token and limit, and nothing to write
--
-- Without a member set, nothing changes: sends and the outbox run so, and pay for one look at a setting.
--
-- One function alone knows where members are: ultramsg_member_role(organization, member), which answers 'admin', 'manager',
-- 'employee', or null for who is none. It reads organization_members, which is created unless there is one. Where members are
-- elsewhere, replace the function, before or after this file: one that is there is left alone.

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

-- As V001 does for the other two.
DO $migration$
DECLARE
    newer_than_15 constant boolean := current_setting('server_version_num')::integer >= 160000;
    membership constant text := CASE WHEN newer_than_15 THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
    present record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ultramsg_member') THEN
        BEGIN
            CREATE ROLE ultramsg_member NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                NULL; -- created at this moment from another database of the cluster
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'role ultramsg_member does not exist, and % may not create roles', current_user
                    USING ERRCODE = 'insufficient_privilege',
                        HINT = format(
                            E'An administrator must run:\n'
                            '  CREATE ROLE ultramsg_member NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;\n'
                            '  GRANT ultramsg_member TO ultramsg_tenant%s;', membership);
        END;
    END IF;

    SELECT rolsuper, rolbypassrls INTO present FROM pg_roles WHERE rolname = 'ultramsg_member';
    IF present.rolsuper OR present.rolbypassrls THEN
        RAISE EXCEPTION 'role ultramsg_member passes by row-level security'
            USING ERRCODE = 'invalid_role_specification',
                HINT = E'A superuser must run:\n  ALTER ROLE ultramsg_member NOSUPERUSER NOBYPASSRLS;';
    END IF;

    -- Whoever may take the tenant role may take this one, which can do less: logins that serve already go on as they are.
    IF NOT pg_has_role('ultramsg_tenant', 'ultramsg_member', CASE WHEN newer_than_15 THEN 'SET' ELSE 'MEMBER' END) THEN
        BEGIN
            EXECUTE 'GRANT ultramsg_member TO ultramsg_tenant' || membership;
        EXCEPTION
            WHEN unique_violation THEN
                NULL; -- granted at this moment from another database of the cluster
            WHEN insufficient_privilege THEN
                NULL; -- only acting for members needs it, and says so
        END;
    END IF;
END
$migration$;

-- A host that has a function of its own needs no table, and one that has a table of its own keeps it.
DO $migration$
DECLARE
    owner_name text;
    key_type text;
    members regclass;
    missing text;
BEGIN
    IF EXISTS (
        SELECT FROM pg_proc
        WHERE pronamespace = to_regnamespace($name$${ultramsg_schema}$name$) AND proname = 'ultramsg_member_role') THEN
        RETURN;
    END IF;

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

    -- No foreign key: it would make the host say CASCADE to empty or drop its own table.
    IF to_regclass('organization_members') IS NULL THEN
        EXECUTE 'CREATE TABLE organization_members (organization_id ' || key_type || $table$ NOT NULL,
            member_id text COLLATE "C" NOT NULL,
            role text COLLATE "C" NOT NULL,
            active boolean NOT NULL DEFAULT true,
            CONSTRAINT organization_members_pkey PRIMARY KEY (organization_id, member_id),
            CONSTRAINT organization_members_role CHECK (role IN ('admin', 'manager', 'employee')))$table$;
        IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
            EXECUTE format('ALTER TABLE organization_members OWNER TO %I', owner_name);
        END IF;
    END IF;

    members := to_regclass('organization_members');
    SELECT string_agg(want.name, ', ') INTO missing
    FROM (VALUES ('organization_id'), ('member_id'), ('role'), ('active')) AS want (name)
    WHERE NOT EXISTS (
        SELECT FROM pg_attribute AS a
        WHERE a.attrelid = members AND a.attname = want.name AND NOT a.attisdropped
            AND (want.name <> 'active' OR a.atttypid = 'boolean'::regtype));
    IF missing IS NOT NULL THEN
        RAISE NOTICE '% is not the table that members are looked for in, it has no %: nobody has a role until you replace the '
            'function ultramsg_member_role', members, missing USING ERRCODE = 'UM001';
    END IF;

    -- With its owner's rights, so that no role of the library reads the table. Where the host FORCEs row-level security on
    -- it, the function fails rather than not see some members, until a role with BYPASSRLS owns it:
    --   ALTER FUNCTION ultramsg_member_role OWNER TO <role>;
    -- Only of the organization that is set, or one could ask who is what in another. Texts are compared letter by letter, whatever
    -- the host's columns take for equal. Who has several roles has the least.
    EXECUTE $create$
        CREATE FUNCTION ultramsg_member_role(
            p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_member_id text)
        RETURNS text
        LANGUAGE plpgsql STABLE SECURITY DEFINER
        SET search_path FROM CURRENT
        SET row_security = off
        AS $function$
        BEGIN
            RETURN $create$ || CASE WHEN missing IS NOT NULL THEN 'NULL' ELSE $query$(
                SELECT m.role::text
                FROM organization_members AS m
                WHERE m.organization_id = p_organization_id AND p_organization_id = ultramsg_current_organization() AND m.active
                    AND m.member_id::text COLLATE "C" = p_member_id COLLATE "C"
                    AND m.role::text COLLATE "C" IN ('admin', 'manager', 'employee')
                ORDER BY CASE m.role::text COLLATE "C" WHEN 'employee' THEN 1 WHEN 'manager' THEN 2 ELSE 3 END
                LIMIT 1)$query$ END || $create$;
        END
        $function$ $create$;

    -- a superuser's function would run with more rights than it needs
    SELECT pg_get_userbyid(c.relowner) INTO owner_name FROM pg_class AS c WHERE c.oid = members AND NOT c.relforcerowsecurity;
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER FUNCTION ultramsg_member_role OWNER TO %I', owner_name);
    END IF;

    BEGIN
        PERFORM ultramsg_member_role(NULL, '');
    EXCEPTION
        WHEN OTHERS THEN
            RAISE NOTICE 'ultramsg_member_role cannot read %: %; nobody has a role until it can, or you replace it', members, sqlerrm
                USING ERRCODE = 'UM001';
    END;
END
$migration$;

REVOKE ALL ON FUNCTION ultramsg_member_role FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ultramsg_member_role TO ultramsg_tenant, ultramsg_member;

-- What the member who is set is in the organization that is set; null if he is nothing there.
CREATE OR REPLACE FUNCTION ultramsg_acting_role() RETURNS text
LANGUAGE plpgsql STABLE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
BEGIN
    RETURN ultramsg_member_role(ultramsg_current_organization(), nullif(current_setting('ultramsg.member_id', true), ''));
END
$function$;

GRANT EXECUTE ON FUNCTION ultramsg_acting_role() TO PUBLIC; -- whom a policy binds evaluates it

-- The tenant role with a member set: configuration is the admins' alone. CASE, so that without one nothing but the setting is looked
-- at. Rows neither come nor go through this role, and no change of one makes another member: nothing has to be checked on writing.
DROP POLICY IF EXISTS ultramsg_member_guard ON ${ultramsg_table};
CREATE POLICY ultramsg_member_guard ON ${ultramsg_table} AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (
        CASE WHEN current_setting('ultramsg.member_id', true) <> ''
            THEN current_user <> 'ultramsg_tenant' OR ultramsg_acting_role() = 'admin'
            ELSE true END)
    WITH CHECK (true);

-- The tables that hold configuration, or what became of it, are the admins' as well; the others are all active members'.
DO $migration$
DECLARE
    own record;
BEGIN
    FOR own IN
        SELECT *
        FROM (VALUES
            ('ultramsg_standby_instances', $$ = 'admin'$$),
            ('ultramsg_config_audit', $$ = 'admin'$$),
            ('ultramsg_messages', $$ IN ('admin', 'manager', 'employee')$$),
            ('ultramsg_last_instances', $$ IN ('admin', 'manager', 'employee')$$),
            ('ultramsg_instance_health', $$ IN ('admin', 'manager', 'employee')$$),
            ('ultramsg_wakes', $$ IN ('admin', 'manager', 'employee')$$),
            ('ultramsg_batches', $$ IN ('admin', 'manager', 'employee')$$),
            ('ultramsg_outboxes', $$ IN ('admin', 'manager', 'employee')$$)) AS tables (name, condition)
    LOOP
        EXECUTE format('DROP POLICY IF EXISTS ultramsg_member_guard ON %I', own.name);
        EXECUTE format(
            'CREATE POLICY ultramsg_member_guard ON %I AS RESTRICTIVE FOR ALL TO ultramsg_tenant'
            ' USING (CASE WHEN current_setting(''ultramsg.member_id'', true) <> '''''
            ' THEN current_user <> ''ultramsg_tenant'' OR ultramsg_acting_role() %s ELSE true END)',
            own.name, own.condition);
    END LOOP;
END
$migration$;

-- What a member does is recorded under his own name and nobody else's.
DROP POLICY IF EXISTS ultramsg_member_signs ON ultramsg_config_audit;
CREATE POLICY ultramsg_member_signs ON ultramsg_config_audit AS RESTRICTIVE FOR INSERT TO ultramsg_tenant
    WITH CHECK (
        CASE WHEN current_setting('ultramsg.member_id', true) <> ''
            THEN current_user <> 'ultramsg_tenant'
                OR actor_kind = 'member' AND actor = current_setting('ultramsg.member_id', true)
            ELSE true END);

-- The member role: the row of the organization, for its active members, to read.
DROP POLICY IF EXISTS ultramsg_member_row ON ${ultramsg_table};
CREATE POLICY ultramsg_member_row ON ${ultramsg_table} AS PERMISSIVE FOR SELECT TO ultramsg_member
    USING (current_user = 'ultramsg_member');

-- A wall as the tenant role's; whoever is granted more than the library grants, as all of PUBLIC, still writes nothing.
DROP POLICY IF EXISTS ultramsg_member_scope ON ${ultramsg_table};
CREATE POLICY ultramsg_member_scope ON ${ultramsg_table} AS RESTRICTIVE FOR ALL TO ultramsg_member
    USING (
        CASE WHEN current_user = 'ultramsg_member'
            THEN ${ultramsg_key} = ultramsg_current_organization()
                AND ultramsg_acting_role() IN ('admin', 'manager', 'employee')
            ELSE true END)
    WITH CHECK (current_user <> 'ultramsg_member');
DROP POLICY IF EXISTS ultramsg_member_no_delete ON ${ultramsg_table};
CREATE POLICY ultramsg_member_no_delete ON ${ultramsg_table} AS RESTRICTIVE FOR DELETE TO ultramsg_member
    USING (current_user <> 'ultramsg_member');

GRANT
    SELECT (
        ${ultramsg_key}, ultramsg_instance_id, ultramsg_base_url, whatsapp_business_number, whatsapp_instance_status,
        webhook_url, webhook_events, instance_settings, ultramsg_config_version)
    ON ${ultramsg_table} TO ultramsg_member;

DO $migration$
DECLARE
    schema_name text;
BEGIN
    SELECT n.nspname INTO schema_name
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass($name$${ultramsg_table}$name$);

    IF NOT has_schema_privilege('ultramsg_member', schema_name, 'USAGE') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO ultramsg_member', schema_name);
    END IF;
    IF NOT has_schema_privilege('ultramsg_member', schema_name, 'USAGE') THEN
        RAISE NOTICE 'ultramsg_member may not use schema %: members can see nothing until its owner runs '
            'GRANT USAGE ON SCHEMA % TO ultramsg_member', schema_name, quote_ident(schema_name) USING ERRCODE = 'UM001';
    END IF;
END
$migration$;
