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

CREATE OR REPLACE TRIGGER ultramsg_config_updated AFTER UPDATE ON ${ultramsg_table}
    FOR EACH ROW WHEN (
        OLD.${ultramsg_key} IS DISTINCT FROM NEW.${ultramsg_key}
            AND coalesce(OLD.ultramsg_instance_id, NEW.ultramsg_instance_id) IS NOT NULL
        OR (OLD.ultramsg_instance_id, OLD.ultramsg_token, OLD.ultramsg_base_url, OLD.whatsapp_business_number,
            OLD.whatsapp_instance_status, OLD.daily_message_limit, OLD.webhook_url, OLD.webhook_events,
            OLD.instance_settings)
        IS DISTINCT FROM
        (NEW.ultramsg_instance_id, NEW.ultramsg_token, NEW.ultramsg_base_url, NEW.whatsapp_business_number,
            NEW.whatsapp_instance_status, NEW.daily_message_limit, NEW.webhook_url, NEW.webhook_events,
            NEW.instance_settings))
    EXECUTE FUNCTION ultramsg_notify_config_changed();

CREATE OR REPLACE TRIGGER ultramsg_config_deleted AFTER DELETE ON ${ultramsg_table}
    FOR EACH ROW WHEN (OLD.ultramsg_instance_id IS NOT NULL)
    EXECUTE FUNCTION ultramsg_notify_config_changed();
