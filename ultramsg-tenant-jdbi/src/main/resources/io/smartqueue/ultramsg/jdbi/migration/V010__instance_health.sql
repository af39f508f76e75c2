-- How instances were when they were last asked, and when somebody should ask them next: a table of the library's own, beside the
-- host's. A row is there while its instance is watched: an organization's own or a standby, in status active or error. No foreign key:
-- it would make the host say CASCADE to empty or drop its own table. Rows of an organization that is no more are not shown,
-- and are deleted when somebody next looks what is to be watched.
--
-- finding, since, checked_at and times_in_a_row are null until the first check. A finding is a name, not one of a list: while a
-- deployment rolls, a newer version may store one that an older one does not know.

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

    IF to_regclass('ultramsg_instance_health') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_instance_health (organization_id ' || key_type || $table$ NOT NULL,
            instance_id text COLLATE "C" NOT NULL,
            next_check_at timestamptz NOT NULL,
            finding text COLLATE "C",
            since timestamptz,
            checked_at timestamptz,
            times_in_a_row integer,
            CONSTRAINT ultramsg_instance_health_pkey PRIMARY KEY (organization_id, instance_id),
            CONSTRAINT ultramsg_instance_health_instance_id CHECK (instance_id ~ '^instance[0-9]{1,20}$'),
            CONSTRAINT ultramsg_instance_health_checked
                CHECK (num_nulls(finding, since, checked_at, times_in_a_row) IN (0, 4)),
            CONSTRAINT ultramsg_instance_health_times_in_a_row CHECK (times_in_a_row > 0))$table$;
    END IF;

    -- these files are to be run by the owner of the host's table, who must be able to run this one again
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER TABLE ultramsg_instance_health OWNER TO %I', owner_name);
    END IF;
END
$migration$;

-- Serves the search for instances whose check is due, in its order.
CREATE INDEX IF NOT EXISTS ultramsg_instance_health_due ON ultramsg_instance_health (next_check_at);

-- As on ultramsg_messages: a wall that holds whatever other policies allow, and FORCE, since nobody but the two roles has any
-- business here.
ALTER TABLE ultramsg_instance_health ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_instance_health FORCE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ultramsg_health_rows ON ultramsg_instance_health;
CREATE POLICY ultramsg_health_rows ON ultramsg_instance_health AS PERMISSIVE FOR ALL TO ultramsg_tenant
    USING (current_user = 'ultramsg_tenant');

DROP POLICY IF EXISTS ultramsg_health_scope ON ultramsg_instance_health;
CREATE POLICY ultramsg_health_scope ON ultramsg_instance_health AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);

-- The service role begins and ends to watch, takes what is due and says when it is due again. What was found is written by the
-- tenant role alone, which in turn neither begins nor ends. CASE, because PostgreSQL takes an equality for one that is true of a row
-- in 200: it would expect next to nothing to be due, and read and sort the whole table instead of going along the index.
DROP POLICY IF EXISTS ultramsg_health_service_sees ON ultramsg_instance_health;
CREATE POLICY ultramsg_health_service_sees ON ultramsg_instance_health AS PERMISSIVE FOR SELECT TO ultramsg_service
    USING (CASE WHEN current_user = 'ultramsg_service' THEN true ELSE false END);
DROP POLICY IF EXISTS ultramsg_health_service_begins ON ultramsg_instance_health;
CREATE POLICY ultramsg_health_service_begins ON ultramsg_instance_health AS PERMISSIVE FOR INSERT TO ultramsg_service
    WITH CHECK (current_user = 'ultramsg_service');
DROP POLICY IF EXISTS ultramsg_health_service_takes ON ultramsg_instance_health;
CREATE POLICY ultramsg_health_service_takes ON ultramsg_instance_health AS PERMISSIVE FOR UPDATE TO ultramsg_service
    USING (CASE WHEN current_user = 'ultramsg_service' THEN true ELSE false END);
DROP POLICY IF EXISTS ultramsg_health_service_ends ON ultramsg_instance_health;
CREATE POLICY ultramsg_health_service_ends ON ultramsg_instance_health AS PERMISSIVE FOR DELETE TO ultramsg_service
    USING (current_user = 'ultramsg_service');

GRANT SELECT, UPDATE (next_check_at, finding, since, checked_at, times_in_a_row) ON ultramsg_instance_health TO ultramsg_tenant;
GRANT
    SELECT (organization_id, instance_id, next_check_at, finding, since, checked_at, times_in_a_row),
    INSERT (organization_id, instance_id, next_check_at), UPDATE (next_check_at), DELETE
    ON ultramsg_instance_health TO ultramsg_service;
