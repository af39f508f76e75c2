-- When an organization's lane has its next turn, and which node runs it: db-scheduler's table under a name of this library's, with a
-- row for each organization that has queued work and none for the others. And the calls that wake lanes: whoever enqueues
-- leaves one in his own transaction, where it can be seen from its commit on and never without it. Nobody who enqueues touches a lane.
--
--   task_data    what the lane waits for, and what its last turn has left to the next one
--   for_change   whether the call is not about new work but about something else that a lane may be waiting for

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

    -- Half of each page stays free, for a turn changes its row twice.
    IF to_regclass('ultramsg_lanes') IS NULL THEN
        CREATE TABLE ultramsg_lanes (
            task_name text COLLATE "C" NOT NULL,
            task_instance text COLLATE "C" NOT NULL,
            task_data bytea,
            execution_time timestamptz NOT NULL,
            picked boolean NOT NULL,
            picked_by text,
            last_success timestamptz,
            last_failure timestamptz,
            consecutive_failures integer,
            last_heartbeat timestamptz,
            version bigint NOT NULL,
            priority smallint,
            CONSTRAINT ultramsg_lanes_pkey PRIMARY KEY (task_name, task_instance))
            WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
    END IF;

    IF to_regclass('ultramsg_wakes') IS NULL THEN
        EXECUTE 'CREATE TABLE ultramsg_wakes (organization_id ' || key_type || $table$ NOT NULL,
            number bigint GENERATED ALWAYS AS IDENTITY,
            for_change boolean NOT NULL DEFAULT false,
            CONSTRAINT ultramsg_wakes_pkey PRIMARY KEY (organization_id, number))
            WITH (autovacuum_vacuum_scale_factor = 0.05)$table$;
    END IF;

    -- these files are to be run by the owner of the host's table, who must be able to run this one again
    IF owner_name <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('ALTER TABLE ultramsg_lanes OWNER TO %I', owner_name);
        EXECUTE format('ALTER TABLE ultramsg_wakes OWNER TO %I', owner_name);
    END IF;
END
$migration$;

-- Serves the search for lanes whose turn it is, in its order. Which are taken is not in it, so that taking one leaves it alone.
CREATE INDEX IF NOT EXISTS ultramsg_lanes_due ON ultramsg_lanes (execution_time);

-- As on ultramsg_messages: FORCE, since nobody but the two roles has any business here.
ALTER TABLE ultramsg_lanes ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_lanes FORCE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_wakes ENABLE ROW LEVEL SECURITY;
ALTER TABLE ultramsg_wakes FORCE ROW LEVEL SECURITY;

-- Lanes are the service role's alone. CASE, because PostgreSQL takes an equality for one that is true of a row in 200.
DROP POLICY IF EXISTS ultramsg_lane_rows ON ultramsg_lanes;
CREATE POLICY ultramsg_lane_rows ON ultramsg_lanes AS PERMISSIVE FOR ALL TO ultramsg_service
    USING (CASE WHEN current_user = 'ultramsg_service' THEN true ELSE false END);

-- A tenant wakes its own lane, and sees no call of anybody's.
DROP POLICY IF EXISTS ultramsg_wake_calls ON ultramsg_wakes;
CREATE POLICY ultramsg_wake_calls ON ultramsg_wakes AS PERMISSIVE FOR INSERT TO ultramsg_tenant
    WITH CHECK (current_user = 'ultramsg_tenant');
DROP POLICY IF EXISTS ultramsg_wake_scope ON ultramsg_wakes;
CREATE POLICY ultramsg_wake_scope ON ultramsg_wakes AS RESTRICTIVE FOR ALL TO ultramsg_tenant
    USING (CASE WHEN current_user = 'ultramsg_tenant' THEN organization_id = ultramsg_current_organization() ELSE true END);
DROP POLICY IF EXISTS ultramsg_wake_service_sees ON ultramsg_wakes;
CREATE POLICY ultramsg_wake_service_sees ON ultramsg_wakes AS PERMISSIVE FOR SELECT TO ultramsg_service
    USING (CASE WHEN current_user = 'ultramsg_service' THEN true ELSE false END);
DROP POLICY IF EXISTS ultramsg_wake_service_answers ON ultramsg_wakes;
CREATE POLICY ultramsg_wake_service_answers ON ultramsg_wakes AS PERMISSIVE FOR DELETE TO ultramsg_service
    USING (CASE WHEN current_user = 'ultramsg_service' THEN true ELSE false END);

GRANT SELECT, INSERT, UPDATE, DELETE ON ultramsg_lanes TO ultramsg_service;
GRANT INSERT (organization_id, for_change) ON ultramsg_wakes TO ultramsg_tenant;
GRANT SELECT, DELETE ON ultramsg_wakes TO ultramsg_service;
