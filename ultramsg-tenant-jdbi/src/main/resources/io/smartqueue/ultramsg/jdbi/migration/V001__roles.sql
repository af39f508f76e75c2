-- The two roles under which this library reads and writes organizations. Nobody logs in as them: a login that is a
-- member takes one for the length of a transaction, with set_config('role', ..., true).
--
--   ultramsg_tenant   one organization at a time, the one named by the setting ultramsg.organization_id
--   ultramsg_service  the few questions that cross organizations
--
-- How to run these files without the library: in the order of their numbers, each in one transaction, as the owner
-- of the host's table (or a superuser). They have three placeholders, which begin with a dollar sign and stand in
-- braces, to be filled in with SQL identifiers, in double quotes where SQL wants them (not by Flyway's own placeholders,
-- which pass over one that follows a dollar sign: give it the files that the library prints):
--
--   ultramsg_schema   public                  where the host's table is, and the library's functions will be
--   ultramsg_table    public.organizations    the host's table, with its schema
--   ultramsg_key      id                      the column of that table which is its key
--
-- The library fills them in itself, or prints the files with them filled in, for psql:
--
--   psql --single-transaction --set ON_ERROR_STOP=1 --file V001__roles.sql
--
-- Every file may be run again.

DO $migration$
DECLARE
    newer_than_15 constant boolean := current_setting('server_version_num')::integer >= 160000;
    membership constant text := CASE WHEN newer_than_15 THEN ' WITH INHERIT FALSE, SET TRUE' ELSE '' END;
    role_name text;
    present record;
BEGIN
    FOREACH role_name IN ARRAY ARRAY ['ultramsg_tenant', 'ultramsg_service'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT', role_name);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN
                    NULL; -- created at this moment from another database of the cluster
                WHEN insufficient_privilege THEN
                    RAISE EXCEPTION 'role % does not exist, and % may not create roles', role_name, current_user
                        USING ERRCODE = 'insufficient_privilege',
                            HINT = format(
                                E'An administrator must run:\n'
                                '  CREATE ROLE ultramsg_tenant NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;\n'
                                '  CREATE ROLE ultramsg_service NOLOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT;\n'
                                '  GRANT ultramsg_tenant, ultramsg_service TO %I%s;', current_user, membership);
            END;
        END IF;

        SELECT rolsuper, rolbypassrls INTO present FROM pg_roles WHERE rolname = role_name;
        IF present.rolsuper OR present.rolbypassrls THEN
            RAISE EXCEPTION 'role % passes by row-level security', role_name
                USING ERRCODE = 'invalid_role_specification',
                    HINT = format(E'A superuser must run:\n  ALTER ROLE %I NOSUPERUSER NOBYPASSRLS;', role_name);
        END IF;

        -- Without INHERIT, so that the login's own statements keep the rights, and the rows, that they had.
        IF NOT pg_has_role(current_user, role_name, CASE WHEN newer_than_15 THEN 'SET' ELSE 'MEMBER' END) THEN
            BEGIN
                EXECUTE format('GRANT %I TO CURRENT_USER%s', role_name, membership);
            EXCEPTION
                WHEN unique_violation THEN
                    NULL; -- granted at this moment from another database of the cluster
                WHEN insufficient_privilege THEN
                    NULL; -- not needed to migrate; the login that serves is checked when it starts
            END;
        END IF;
    END LOOP;
END
$migration$;
