-- Instances that stand by for an organization's own, in the order in which they are tried, and through which instance each
-- recipient was last written to: tables of the library's own, beside the host's. No foreign key: it would make the host say CASCADE
-- to empty or drop its own table. Rows of an organization that is no more are not shown, and keep nobody from an instance.
--
-- "An instance belongs to one organization" holds for standbys as V007 says it does for an organization's own. There is no unique
-- index on instances here either: a row that an organization left behind would keep the others from its instance.

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

    -- token_key_id lets the service role learn by which key a token is sealed, null for plain text, and never the token
    IF to_regclass('ultramsg_standby_instances') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_standby_instances (organization_id ' || key_type || $table$ NOT NULL,
            position integer NOT NULL,
            instance_id text COLLATE "C" NOT NULL,
            token text NOT NULL,
            token_key_id text GENERATED ALWAYS AS (substring(token FROM '^ultramsg-sealed:([^:]*)')) STORED,
            base_url text NOT NULL,
            business_number text,
            status text COLLATE "C" NOT NULL,
            CONSTRAINT ultramsg_standby_instances_pkey PRIMARY KEY (organization_id, position),
            CONSTRAINT ultramsg_standby_instances_once UNIQUE (organization_id, instance_id),
            CONSTRAINT ultramsg_standby_instances_position CHECK (position > 0),
            CONSTRAINT ultramsg_standby_instances_instance_id CHECK (instance_id ~ '^instance[0-9]{1,20}$'),
            CONSTRAINT ultramsg_standby_instances_status
                CHECK (status IN ('active', 'inactive', 'suspended', 'error', 'testing')))$table$;
    END IF;

    IF to_regclass('ultramsg_last_instances') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_last_instances (organization_id ' || key_type || $table$ NOT NULL,
            recipient text COLLATE "C" NOT NULL,
            instance_id text COLLATE "C" NOT NULL,
            CONSTRAINT ultramsg_last_instances_pkey PRIMARY KEY (organization_id, recipient),
            CONSTRAINT ultramsg_last_instances_instance_id CHECK (instance_id ~ '^instance[0-9]{1,20}$'))$table$;
    END IF;

    -- these files are to be run by the owner of the host's table, who must be able to run this one again
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER TABLE ultramsg_standby_instances OWNER TO %I', owner_name);
        EXECUTE format('ALTER TABLE ultramsg_last_instances OWNER TO %I', owner_name);
    END IF;
END
$migration$;

-- Finds who has an instance as a standby. The library stores ids in their normal form, so that nothing has to be brought into it.
CREATE INDEX IF NOT EXISTS ultramsg_standby_instances_holder ON ultramsg_standby_instances (instance_id);

-- As on ultramsg_messages: a wall that holds whatever other policies allow, and FORCE, since nobody but the two roles has any
-- business here.
ALTER TABLE ultramsg_standby_instances ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_standby_instances FORCE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_last_instances ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_last_instances FORCE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ultramsg_standby_rows ON ultramsg_standby_instances;
CREATE POLICY ultramsg_standby_rows ON ultramsg_standby_instances AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_standby_scope ON ultramsg_standby_instances;
CREATE POLICY ultramsg_standby_scope ON ultramsg_standby_instances AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);

DROP POLICY IF EXISTS ultramsg_last_instance_rows ON ultramsg_last_instances;
CREATE POLICY ultramsg_last_instance_rows ON ultramsg_last_instances AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_last_instance_scope ON ultramsg_last_instances;
CREATE POLICY ultramsg_last_instance_scope ON ultramsg_last_instances AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);

-- The service role finds who has an instance and by which key tokens are sealed. It sees no token, no number and no recipient.
DROP POLICY IF EXISTS ultramsg_standby_service_sees ON ultramsg_standby_instances;
CREATE POLICY ultramsg_standby_service_sees ON ultramsg_standby_instances AS PERMISSIVE FOR SELECT TO ultramsg_service
    USING (current_user = 'ultramsg_service');

GRANT SELECT, INSERT, UPDATE, DELETE ON ultramsg_standby_instances TO ultramsg_tenant;
GRANT SELECT (organization_id, instance_id, token_key_id, status) ON ultramsg_standby_instances TO ultramsg_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON ultramsg_last_instances TO ultramsg_tenant;

-- Tells every node that an organization's standbys changed, as V004 does for its own configuration. PostgreSQL sends notices that
-- are the same once for each transaction, however many rows it wrote.
CREATE OR REPLACE FUNCTION ultramsg_notify_standbys_changed() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $function$
DECLARE
    room constant integer := 7000; -- bytes; see V004
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM pg_notify(
            'ultramsg_config_changed',
            CASE WHEN octet_length(OLD.organization_id::text) > room THEN '' ELSE OLD.organization_id::text END);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM pg_notify(
            'ultramsg_config_changed',
            CASE WHEN octet_length(NEW.organization_id::text) > room THEN '' ELSE NEW.organization_id::text END);
    END IF;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE TRIGGER ultramsg_standbys_changed AFTER INSERT OR UPDATE OR DELETE ON ultramsg_standby_instances
    FOR EACH ROW EXECUTE FUNCTION ultramsg_notify_standbys_changed();
