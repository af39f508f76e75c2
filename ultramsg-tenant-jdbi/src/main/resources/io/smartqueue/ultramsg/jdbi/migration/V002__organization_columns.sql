-- What an organization needs to send: eleven columns on the host's table organizations, which is created when absent.
-- A column that exists keeps its default and its nullability, and is only ever widened.
--
-- Notices with SQLSTATE UM001 tell what was found and done; the library puts them into its report.

SET LOCAL lock_timeout = '3s'; -- a waiting ALTER TABLE holds up everybody behind it
SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

DO $migration$
DECLARE
    key_name constant text := (parse_ident($name$${ultramsg_key}$name$))[1];
    key record;
    other regclass;
BEGIN
    SELECT p.polrelid::regclass INTO other
    FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
    WHERE p.polname = 'ultramsg_tenant_scope'
        AND c.relnamespace = to_regnamespace($name$${ultramsg_schema}$name$)
        AND p.polrelid IS DISTINCT FROM to_regclass($name$${ultramsg_table}$name$);
    IF FOUND THEN
        RAISE EXCEPTION 'this schema is set up for table % already', other
            USING ERRCODE = 'object_not_in_prerequisite_state',
                HINT = 'The functions of one table fill a schema: use a schema for each table of organizations.';
    END IF;

    IF to_regclass($name$${ultramsg_table}$name$) IS NULL THEN
        CREATE TABLE ${ultramsg_table} (${ultramsg_key} uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text);
    END IF;

    SELECT format_type(a.atttypid, NULL) AS type, coalesce(l.collisdeterministic, true) AS exact, EXISTS (
            SELECT FROM pg_index AS i
            WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
                AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS is_unique
    INTO key
    FROM pg_attribute AS a LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
    WHERE a.attrelid = to_regclass($name$${ultramsg_table}$name$) AND a.attname = key_name AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION '%.% is missing', to_regclass($name$${ultramsg_table}$name$), key_name
            USING ERRCODE = 'undefined_column';
    ELSIF key.type NOT IN ('uuid', 'bigint', 'integer', 'text', 'character varying') THEN
        RAISE EXCEPTION '%.% is %, only uuid, bigint, integer, text and varchar are supported',
                to_regclass($name$${ultramsg_table}$name$), key_name, key.type
            USING ERRCODE = 'feature_not_supported';
    ELSIF NOT key.exact THEN
        RAISE EXCEPTION '%.% takes different texts for equal', to_regclass($name$${ultramsg_table}$name$), key_name
            USING ERRCODE = 'feature_not_supported',
                HINT = 'A token is sealed for one spelling of a key: give the column a deterministic collation.';
    ELSIF NOT key.is_unique THEN
        RAISE EXCEPTION '%.% is not unique', to_regclass($name$${ultramsg_table}$name$), key_name
            USING ERRCODE = 'object_not_in_prerequisite_state',
                HINT = 'Make it the primary key, or give it a unique index of its own.';
    END IF;
END
$migration$;

-- An older schema counted in daily_message_count and message_count_reset_date: carry the counts over, once.
DO $migration$
DECLARE
    columns text[];
    carried bigint;
BEGIN
    SELECT array_agg(attname::text) INTO columns
    FROM pg_attribute
    WHERE attrelid = to_regclass($name$${ultramsg_table}$name$) AND attnum > 0 AND NOT attisdropped;

    IF columns @> ARRAY ['daily_message_count', 'message_count_reset_date']
        AND NOT columns && ARRAY ['messages_sent_today', 'last_message_reset_date'] THEN
        PERFORM set_config('row_security', 'off', true); -- rather an error than rows left behind
        ALTER TABLE ${ultramsg_table}
            ADD COLUMN messages_sent_today integer DEFAULT 0,
            ADD COLUMN last_message_reset_date date;
        UPDATE ${ultramsg_table}
        SET messages_sent_today = coalesce(daily_message_count, 0), last_message_reset_date = message_count_reset_date
        WHERE daily_message_count <> 0 OR message_count_reset_date IS NOT NULL;
        GET DIAGNOSTICS carried = ROW_COUNT;
        RAISE NOTICE 'today''s counts of % organizations carried over from daily_message_count and '
            'message_count_reset_date, which stay as they are', carried USING ERRCODE = 'UM001';
        SET CONSTRAINTS ALL IMMEDIATE; -- ALTER TABLE refuses a table with deferred checks outstanding
    END IF;
END
$migration$;

ALTER TABLE ${ultramsg_table}
    ADD COLUMN IF NOT EXISTS ultramsg_instance_id varchar(255),
    ADD COLUMN IF NOT EXISTS ultramsg_token varchar(500),
    ADD COLUMN IF NOT EXISTS ultramsg_base_url varchar(255) DEFAULT 'https://api.ultramsg.com',
    ADD COLUMN IF NOT EXISTS whatsapp_business_number varchar(50),
    ADD COLUMN IF NOT EXISTS whatsapp_instance_status varchar(20) DEFAULT 'inactive',
    ADD COLUMN IF NOT EXISTS daily_message_limit integer DEFAULT 1000,
    ADD COLUMN IF NOT EXISTS messages_sent_today integer DEFAULT 0,
    ADD COLUMN IF NOT EXISTS last_message_reset_date date,
    ADD COLUMN IF NOT EXISTS webhook_url text,
    ADD COLUMN IF NOT EXISTS webhook_events text[],
    ADD COLUMN IF NOT EXISTS instance_settings jsonb NOT NULL DEFAULT '{}';

DO $migration$
DECLARE
    host_table constant regclass := $name$${ultramsg_table}$name$;
    want record;
    have record;
BEGIN
    FOR want IN
        SELECT *
        FROM (VALUES
            ('ultramsg_instance_id', 'text', 255),
            ('ultramsg_token', 'text', 500),
            ('ultramsg_base_url', 'text', 255),
            ('whatsapp_business_number', 'text', 50),
            ('whatsapp_instance_status', 'text', 20),
            ('daily_message_limit', 'integer', NULL),
            ('messages_sent_today', 'integer', NULL),
            ('last_message_reset_date', 'date', NULL),
            ('webhook_url', 'text', 2048),
            ('webhook_events', 'text[]', NULL),
            ('instance_settings', 'jsonb', NULL)) AS columns (name, type, length)
    LOOP
        SELECT format_type(atttypid, NULL) AS type, atttypmod - 4 AS length, format_type(atttypid, atttypmod) AS name
        INTO STRICT have
        FROM pg_attribute
        WHERE attrelid = host_table AND attname = want.name;

        IF have.type = 'character varying' AND want.type = 'text' THEN
            IF have.length >= 0 AND have.length < want.length THEN
                BEGIN
                    EXECUTE format(
                        'ALTER TABLE %s ALTER COLUMN %I TYPE varchar(%s)', host_table, want.name, want.length);
                EXCEPTION WHEN feature_not_supported THEN
                    RAISE EXCEPTION '%.% is %, too narrow, and something depends on it: %',
                            host_table, want.name, have.name, sqlerrm
                        USING ERRCODE = 'feature_not_supported',
                            HINT = format(
                                E'Drop what depends on it, widen the column, create it again:\n'
                                '  ALTER TABLE %s ALTER COLUMN %I TYPE varchar(%s);',
                                host_table, want.name, want.length);
                END;
                RAISE NOTICE 'column % widened from % to character varying(%)', want.name, have.name, want.length
                    USING ERRCODE = 'UM001';
            END IF;
        ELSIF have.type = 'smallint' AND want.type = 'integer' THEN
            EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE integer', host_table, want.name);
            RAISE NOTICE 'column % widened from smallint to integer', want.name USING ERRCODE = 'UM001';
        ELSIF NOT (have.type = want.type OR have.type = 'character varying[]' AND want.type = 'text[]') THEN
            RAISE EXCEPTION '%.% is %, not %', host_table, want.name, have.name, want.type
                USING ERRCODE = 'datatype_mismatch',
                    HINT = 'Rename or convert the column, then migrate again.';
        END IF;
    END LOOP;
END
$migration$;

DO $migration$
DECLARE
    host_table constant regclass := $name$${ultramsg_table}$name$;
    key_name constant text := (parse_ident($name$${ultramsg_key}$name$))[1];
    offenders bigint;
    equivalent text;
BEGIN
    SELECT min(c.conname) INTO equivalent
    FROM pg_constraint AS c
    JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND c.conkey = ARRAY [a.attnum]
    WHERE c.conrelid = host_table AND c.contype = 'c' AND c.convalidated
        AND a.attname = 'whatsapp_instance_status'
        AND pg_get_constraintdef(c.oid) LIKE ALL (
            ARRAY ['%''active''%', '%''inactive''%', '%''suspended''%', '%''error''%', '%''testing''%']);

    IF equivalent <> 'ultramsg_known_instance_status' THEN
        RAISE NOTICE 'constraint % kept', equivalent USING ERRCODE = 'UM001';
    ELSIF equivalent IS NULL THEN
        SELECT count(*) INTO offenders
        FROM ${ultramsg_table}
        WHERE whatsapp_instance_status NOT IN ('active', 'inactive', 'suspended', 'error', 'testing');
        IF offenders > 0 THEN
            RAISE EXCEPTION '% organizations have an unknown whatsapp_instance_status', offenders
                USING ERRCODE = 'check_violation',
                    HINT = format(
                        E'Set one of active, inactive, suspended, error, testing:\n'
                        '  SELECT %I, whatsapp_instance_status FROM %s WHERE whatsapp_instance_status'
                        ' NOT IN (''active'', ''inactive'', ''suspended'', ''error'', ''testing'');',
                        key_name, host_table);
        END IF;
        ALTER TABLE ${ultramsg_table} DROP CONSTRAINT IF EXISTS ultramsg_known_instance_status;
        ALTER TABLE ${ultramsg_table} ADD CONSTRAINT ultramsg_known_instance_status
            CHECK (whatsapp_instance_status IN ('active', 'inactive', 'suspended', 'error', 'testing')) NOT VALID;
        ALTER TABLE ${ultramsg_table} VALIDATE CONSTRAINT ultramsg_known_instance_status;
    END IF;

    IF NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conrelid = host_table AND conname = 'ultramsg_daily_limit_not_negative') THEN
        SELECT count(*) INTO offenders FROM ${ultramsg_table} WHERE daily_message_limit < 0;
        IF offenders > 0 THEN
            RAISE EXCEPTION '% organizations have a negative daily_message_limit', offenders
                USING ERRCODE = 'check_violation',
                    HINT = format(
                        E'0 means that nothing may be sent, null means 1000:\n'
                        '  UPDATE %s SET daily_message_limit = 0 WHERE daily_message_limit < 0;', host_table);
        END IF;
        ALTER TABLE ${ultramsg_table} ADD CONSTRAINT ultramsg_daily_limit_not_negative
            CHECK (daily_message_limit >= 0) NOT VALID;
        ALTER TABLE ${ultramsg_table} VALIDATE CONSTRAINT ultramsg_daily_limit_not_negative;
    END IF;
END
$migration$;
