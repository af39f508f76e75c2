-- The daily quota: messages_sent_today counts towards daily_message_limit on last_message_reset_date, the quota day,
-- in the organization's own time zone. All functions run with the caller's rights.

SET LOCAL lock_timeout = '3s';
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

-- The time zone in an organization's settings, as it stands there; UTC when missing or blank.
CREATE OR REPLACE FUNCTION ultramsg_zone_name(p_settings jsonb) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN coalesce(nullif(btrim(p_settings ->> 'time_zone', E' \t\r\n'), ''), 'UTC');

-- Whether it is a region such as Europe/Berlin. Offsets are not, because PostgreSQL reads +02:00 as two hours west of
-- Greenwich and everybody else as two hours east.
CREATE OR REPLACE FUNCTION ultramsg_is_region(p_zone text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN p_zone ~ '^[A-Za-z][A-Za-z0-9_]*(-[A-Za-z]+)?(/[A-Za-z0-9_+-]+)*$';

-- The time zone in an organization's settings, or an error that says what is wrong with it.
CREATE OR REPLACE FUNCTION ultramsg_time_zone(p_settings jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE
SET search_path FROM CURRENT
AS $function$
DECLARE
    zone constant text := ultramsg_zone_name(p_settings);
BEGIN
    IF NOT ultramsg_is_region(zone) THEN
        RAISE EXCEPTION 'time zone "%" is not a region such as Europe/Berlin', zone
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN zone;
END
$function$;

-- The first instant of a day. Where midnight comes twice it is the first one, where it is skipped what follows.
CREATE OR REPLACE FUNCTION ultramsg_start_of_day(p_day date, p_zone text) RETURNS timestamptz
LANGUAGE sql STABLE
RETURN CASE
    WHEN ((p_day::timestamp AT TIME ZONE p_zone - interval '1 hour') AT TIME ZONE p_zone)::date = p_day
        THEN p_day::timestamp AT TIME ZONE p_zone - interval '1 hour'
    ELSE p_day::timestamp AT TIME ZONE p_zone
END;

-- The day that a message counts for. It never goes back for the sake of a clock or a zone that differs a little; a
-- day further ahead than those can explain is bogus and gives way to today.
CREATE OR REPLACE FUNCTION ultramsg_quota_day(p_last date, p_today date) RETURNS date
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN p_last > p_today AND p_last <= p_today + 2 THEN p_last ELSE p_today END;

-- What is used of that day's quota: nothing once a new day has begun.
CREATE OR REPLACE FUNCTION ultramsg_quota_used(p_last date, p_today date, p_count integer) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN p_last IS NULL OR p_today > p_last THEN 0 ELSE greatest(coalesce(p_count, 0), 0) END;

-- How an organization stands at an instant (now when null): whether one more message would be granted, how many are
-- used, the limit, how many are left, the quota day and when the next one begins. Reads only. No row when there is
-- no such organization, or none that the caller may see.
CREATE OR REPLACE FUNCTION daily_message_usage(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_at timestamptz DEFAULT NULL)
RETURNS TABLE (
    granted boolean, used integer, daily_limit integer, remaining integer, quota_day date, resets_at timestamptz)
LANGUAGE sql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
AS $function$
    SELECT s.used < s.daily_limit, s.used, s.daily_limit, greatest(s.daily_limit - s.used, 0), s.quota_day,
        ultramsg_start_of_day(s.quota_day + 1, s.zone)
    FROM (
        SELECT z.zone,
            ultramsg_quota_used(
                o.last_message_reset_date, (c.at AT TIME ZONE z.zone)::date, o.messages_sent_today) AS used,
            greatest(coalesce(o.daily_message_limit, 1000), 0) AS daily_limit,
            ultramsg_quota_day(o.last_message_reset_date, (c.at AT TIME ZONE z.zone)::date) AS quota_day
        FROM ${ultramsg_table} AS o
        CROSS JOIN LATERAL (SELECT ultramsg_time_zone(o.instance_settings) AS zone) AS z
        CROSS JOIN (SELECT coalesce(p_at, clock_timestamp()) AS at) AS c
        WHERE o.${ultramsg_key} = p_organization_id) AS s
$function$;

-- Reserves one message of an organization's quota, if one is left: what daily_message_usage answers, after the
-- reservation. A refusal writes nothing. Fails with 55P03 when somebody else holds the row for longer than 2 seconds.
CREATE OR REPLACE FUNCTION update_daily_message_count(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_at timestamptz DEFAULT NULL)
RETURNS TABLE (
    granted boolean, used integer, daily_limit integer, remaining integer, quota_day date, resets_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
SET lock_timeout = '2s'
AS $function$
DECLARE
    v_at constant timestamptz := coalesce(p_at, clock_timestamp());
    v_zone text;
    v_usage record;
BEGIN
    -- The next message of a day on which one was sent already, as nearly all are. It comes out as what follows does, which
    -- takes every other case; but PostgreSQL makes each expression ready anew for each statement, and here are few.
    UPDATE ${ultramsg_table} AS o
    SET messages_sent_today = o.messages_sent_today + 1
    WHERE o.${ultramsg_key} = p_organization_id
        AND ultramsg_is_region(ultramsg_zone_name(o.instance_settings))
        AND o.last_message_reset_date = (v_at AT TIME ZONE ultramsg_zone_name(o.instance_settings))::date
        AND o.messages_sent_today >= 0 AND o.messages_sent_today < coalesce(o.daily_message_limit, 1000)
    RETURNING o.messages_sent_today, coalesce(o.daily_message_limit, 1000), o.last_message_reset_date,
        ultramsg_zone_name(o.instance_settings)
    INTO used, daily_limit, quota_day, v_zone;

    granted := FOUND;
    FOR attempt IN 1..5 LOOP
        EXIT WHEN granted;
        -- Every expression reads the updated row itself: after waiting for a concurrent sender, PostgreSQL evaluates
        -- them again on the row as that sender left it. A subquery or CTE would keep the old values.
        UPDATE ${ultramsg_table} AS o
        SET messages_sent_today = 1 + ultramsg_quota_used(
                o.last_message_reset_date,
                (v_at AT TIME ZONE ultramsg_zone_name(o.instance_settings))::date,
                o.messages_sent_today),
            last_message_reset_date = ultramsg_quota_day(
                o.last_message_reset_date,
                (v_at AT TIME ZONE ultramsg_zone_name(o.instance_settings))::date)
        WHERE o.${ultramsg_key} = p_organization_id
            AND ultramsg_is_region(ultramsg_zone_name(o.instance_settings)) -- if not, what follows says so
            AND ultramsg_quota_used(
                o.last_message_reset_date,
                (v_at AT TIME ZONE ultramsg_zone_name(o.instance_settings))::date,
                o.messages_sent_today) < coalesce(o.daily_message_limit, 1000)
        RETURNING o.messages_sent_today, coalesce(o.daily_message_limit, 1000), o.last_message_reset_date,
            ultramsg_zone_name(o.instance_settings)
        INTO used, daily_limit, quota_day, v_zone;
        granted := FOUND;
        EXIT WHEN granted;

        SELECT * INTO v_usage FROM daily_message_usage(p_organization_id, v_at);
        IF NOT FOUND THEN
            RETURN;
        END IF;
        -- otherwise a message came free between the two statements: ask again
        EXIT WHEN NOT v_usage.granted;
    END LOOP;
    IF granted THEN
        remaining := daily_limit - used;
        resets_at := ultramsg_start_of_day(quota_day + 1, v_zone);
        RETURN NEXT;
    ELSE
        RETURN QUERY
        SELECT false, v_usage.used, v_usage.daily_limit, v_usage.remaining, v_usage.quota_day, v_usage.resets_at;
    END IF;
END
$function$;

-- Gives back one reservation of a quota day; true when it was given back. Once the organization has gone on to another
-- day, or when nothing is reserved, there is nothing to give back.
CREATE OR REPLACE FUNCTION refund_daily_message_count(
    p_organization_id ${ultramsg_table}.${ultramsg_key}%TYPE, p_quota_day date)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY INVOKER
SET search_path FROM CURRENT
SET lock_timeout = '2s'
AS $function$
BEGIN
    UPDATE ${ultramsg_table} AS o
    SET messages_sent_today = o.messages_sent_today - 1
    WHERE o.${ultramsg_key} = p_organization_id AND o.last_message_reset_date = p_quota_day AND o.messages_sent_today > 0;
    RETURN FOUND;
END
$function$;

-- PUBLIC may run functions by default; not every installation leaves it so.
GRANT EXECUTE ON FUNCTION
    ultramsg_zone_name, ultramsg_is_region, ultramsg_time_zone, ultramsg_start_of_day, ultramsg_quota_day,
    ultramsg_quota_used, daily_message_usage, update_daily_message_count, refund_daily_message_count
    TO ultramsg_tenant;
