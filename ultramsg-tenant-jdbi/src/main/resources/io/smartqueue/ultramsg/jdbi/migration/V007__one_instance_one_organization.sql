-- An instance belongs to one organization. The library refuses a change that would give it to a second one; the host's own
-- statements are not bound, so there is no unique index and no trigger here, only an index that finds who has an instance
-- in whatever form its id was stored: 1150, instance1150, in any case, with blanks around it.
--
-- Built-in functions only, whose use nobody can be denied: every statement of the host's evaluates this expression. It
-- is cut, because an index has no room for long texts, to more than an instance id can have.

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

CREATE INDEX IF NOT EXISTS ultramsg_instance ON ${ultramsg_table} (
    left(regexp_replace(lower(btrim(ultramsg_instance_id COLLATE "C", E' \t\r\n')), '^instance', ''), 64));

-- Sends go on where organizations share an instance; whose they are is worth knowing.
DO $migration$
DECLARE
    shared record;
BEGIN
    FOR shared IN
        SELECT i.instance, string_agg(o.${ultramsg_key}::text, ', ' ORDER BY o.${ultramsg_key}) AS organizations
        FROM ${ultramsg_table} AS o
        CROSS JOIN LATERAL (
            SELECT left(regexp_replace(
                lower(btrim(o.ultramsg_instance_id COLLATE "C", E' \t\r\n')), '^instance', ''), 64) AS instance) AS i
        WHERE i.instance <> ''
        GROUP BY i.instance
        HAVING count(*) > 1
        ORDER BY i.instance
    LOOP
        RAISE NOTICE 'instance % is shared by organizations %', shared.instance, shared.organizations
            USING ERRCODE = 'UM001';
    END LOOP;
END
$migration$;
