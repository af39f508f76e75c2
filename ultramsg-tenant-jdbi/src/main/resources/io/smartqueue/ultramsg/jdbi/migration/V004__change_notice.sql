-- Tells every node on channel ultramsg_config_changed, with the key as payload, that the configuration of an
-- organization changed. Only then: not for the counters that move with each message, and not for the host's own
-- columns, so that neither sends nor the host's statements pay for a notice (which also rules out two-phase commit).
-- An empty payload, for a key that a notice has no room for, says that any configuration may have changed.

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

CREATE OR REPLACE FUNCTION ultramsg_notify_config_changed() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $function$
DECLARE
    room constant integer := 7000; -- bytes; a notice of 8000 would make the host's own statement fail
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM pg_notify(
            'ultramsg_config_changed',
            CASE WHEN octet_length(OLD.${ultramsg_key}::text) > room THEN '' ELSE OLD.${ultramsg_key}::text END);
    END IF;
    IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.${ultramsg_key} <> OLD.${ultramsg_key} THEN
        PERFORM pg_notify(
            'ultramsg_config_changed',
            CASE WHEN octet_length(NEW.${ultramsg_key}::text) > room THEN '' ELSE NEW.${ultramsg_key}::text END);
    END IF;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE TRIGGER ultramsg_config_inserted AFTER INSERT ON ${ultramsg_table}
    FOR EACH ROW WHEN (NEW.ultramsg_instance_id IS NOT NULL)
    EXECUTE FUNCTION ultramsg_notify_config_changed();

-- Whether two versions of a row differ in what a notice tells. A function, because PostgreSQL reads and compiles the
-- condition of a trigger for each statement anew: written out there, it took as long as the rest of a small update.
-- Of any type, because a parameter of the table's would forbid the host to drop the table.
CREATE OR REPLACE FUNCTION ultramsg_config_differs(p_old anyelement, p_new anyelement) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $function$
BEGIN
    RETURN
        p_old.${ultramsg_key} IS DISTINCT FROM p_new.${ultramsg_key}
            AND coalesce(p_old.ultramsg_instance_id, p_new.ultramsg_instance_id) IS NOT NULL
        OR (p_old.ultramsg_instance_id, p_old.ultramsg_token, p_old.ultramsg_base_url, p_old.whatsapp_business_number,
            p_old.whatsapp_instance_status, p_old.daily_message_limit, p_old.webhook_url, p_old.webhook_events,
            p_old.instance_settings)
        IS DISTINCT FROM
        (p_new.ultramsg_instance_id, p_new.ultramsg_token, p_new.ultramsg_base_url, p_new.whatsapp_business_number,
            p_new.whatsapp_instance_status, p_new.daily_message_limit, p_new.webhook_url, p_new.webhook_events,
            p_new.instance_settings);
END
$function$;

GRANT EXECUTE ON FUNCTION ultramsg_config_differs TO PUBLIC; -- whoever updates a row evaluates it

CREATE OR REPLACE TRIGGER ultramsg_config_updated AFTER UPDATE ON ${ultramsg_table}
    FOR EACH ROW WHEN (ultramsg_config_differs(OLD, NEW))
    EXECUTE FUNCTION ultramsg_notify_config_changed();

CREATE OR REPLACE TRIGGER ultramsg_config_deleted AFTER DELETE ON ${ultramsg_table}
    FOR EACH ROW WHEN (OLD.ultramsg_instance_id IS NOT NULL)
    EXECUTE FUNCTION ultramsg_notify_config_changed();
