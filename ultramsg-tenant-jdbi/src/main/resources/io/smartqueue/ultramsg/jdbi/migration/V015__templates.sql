-- Templates: presets for the configuration of many organizations, in versions. They belong to the service and to no organization, so
-- there is neither an organization's column nor anything for the tenant role here.
--
-- What was done to organizations names a template and its version. So a version is never changed, and a template that is deleted is
-- only marked.
--
--   fields   what it sets, by the names that problems have: {"daily_limit": 500, "webhook_events": ["message_ack"]}; a blank text or an
--            empty list clears a field

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

DO $migration$
DECLARE
    owner_name text;
BEGIN
    SELECT pg_get_userbyid(relowner) INTO STRICT owner_name
    FROM pg_class WHERE oid = to_regclass($name$${ultramsg_table}$name$);

    IF to_regclass('ultramsg_templates') IS NULL THEN
        CREATE TABLE ultramsg_templates (
            name text COLLATE "C" NOT NULL,
            version bigint NOT NULL,
            fields jsonb NOT NULL,
            saved_at timestamptz NOT NULL,
            saved_by text NOT NULL,
            deleted_at timestamptz,
            CONSTRAINT ultramsg_templates_pkey PRIMARY KEY (name, version),
            CONSTRAINT ultramsg_templates_fields CHECK (jsonb_typeof(fields) = 'object'));
    END IF;

    -- these files are to be run by the owner of the host's table, who must be able to run this one again
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER TABLE ultramsg_templates OWNER TO %I', owner_name);
    END IF;
END
$migration$;

-- As on ultramsg_lanes: the service role's alone, and FORCE, since nobody else has any business here.
ALTER TABLE ultramsg_templates ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_templates FORCE ROW LEVEL SECURITY;

DROP POLICY IF EXISTS ultramsg_template_rows ON ultramsg_templates;
CREATE POLICY ultramsg_template_rows ON ultramsg_templates AS PERMISSIVE FOR ALL TO ultramsg_service
    USING (current_user = 'ultramsg_service');

GRANT SELECT, INSERT, UPDATE (deleted_at) ON ultramsg_templates TO ultramsg_service;
