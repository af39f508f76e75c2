-- Judges an UltraMsg configuration, for scripts and reports that work in SQL. The library's own validator gives the
-- same fields and codes, in the same order. Blanks around a value are tolerated.
--
--   {"valid": true, "message": "...", "problems": []}
--   {"valid": false, "error": "<the first problem's message>", "problems": [{"field", "code", "message"}, ...]}

SET LOCAL search_path = ${ultramsg_schema}, pg_temp;

-- Whether an address, as written in a URL (IPv6 without its brackets), belongs to a network that no outside
-- provider can be in. Null when the text is no IP address.
CREATE OR REPLACE FUNCTION ultramsg_is_private_address(p_host text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
SET search_path FROM CURRENT
AS $function$
DECLARE
    octet constant text := '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
    quad constant text := octet || '(\.' || octet || '){3}';
    address inet;
BEGIN
    IF p_host ~ ('^' || quad || '$') THEN
        RETURN p_host::inet <<= ANY (ARRAY [
            '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12',
            '192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4']::inet[]);
    END IF;
    IF p_host !~ ('^[0-9A-Fa-f:]*:([0-9A-Fa-f]*|' || quad || ')$') THEN -- inet alone would take ::ffff:127.1
        RETURN NULL;
    END IF;
    BEGIN
        address := p_host::inet;
    EXCEPTION WHEN invalid_text_representation THEN
        RETURN NULL;
    END;
    -- IPv4 inside IPv6 (mapped, compatible, NAT64) is judged by the address inside
    IF address <<= ANY (ARRAY ['::ffff:0:0/96', '::/96', '64:ff9b::/96']::inet[]) THEN
        RETURN ultramsg_is_private_address(host(inet '0.0.0.0' + (address - network(set_masklen(address, 96)))));
    END IF;
    RETURN address <<= ANY (ARRAY ['fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8']::inet[]);
END
$function$;

-- A function of this signature may be there already, with the members valid and error or message.
DO $migration$
DECLARE
    body text;
BEGIN
    SELECT prosrc INTO body
    FROM pg_proc
    WHERE oid = to_regprocedure('validate_ultramsg_config(varchar, varchar, varchar)');
    IF body NOT LIKE '%ultramsg-sealed:%' THEN
        RAISE NOTICE 'function validate_ultramsg_config replaced' USING ERRCODE = 'UM001';
    END IF;
END
$migration$;

CREATE OR REPLACE FUNCTION validate_ultramsg_config(instance_id varchar, token varchar, base_url varchar)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
SET search_path FROM CURRENT
AS $function$
DECLARE
    allowed_host constant text := 'api.ultramsg.com';
    instance text COLLATE "C" := btrim(coalesce(instance_id, ''), E' \t\r\n');
    secret text COLLATE "C" := btrim(coalesce(token, ''), E' \t\r\n');
    url text COLLATE "C" := btrim(coalesce(base_url, ''), E' \t\r\n');
    parts text[];
    host_and_port text COLLATE "C";
    bracketed text[];
    host text COLLATE "C";
    port text COLLATE "C";
    host_readable boolean;
    port_readable boolean;
    found text[] := '{}'; -- 'field:code'
    problems jsonb;
BEGIN
    IF instance = '' THEN
        found := found || 'instance_id:required'::text;
    ELSIF length(instance) > 64 THEN
        found := found || 'instance_id:too_long'::text;
    ELSIF instance !~ '^([Ii][Nn][Ss][Tt][Aa][Nn][Cc][Ee])?[0-9]{1,20}$' THEN
        found := found || 'instance_id:malformed'::text;
    END IF;

    IF secret = '' THEN
        found := found || 'token:required'::text;
    ELSIF secret LIKE 'ultramsg-sealed:%' THEN
        NULL; -- sealed by the library: nothing to see from here
    ELSIF length(secret) > 255 THEN
        found := found || 'token:too_long'::text;
    ELSIF secret !~ '^[!-~]+$' THEN
        found := found || 'token:malformed'::text;
    END IF;

    IF url <> '' THEN
        parts := regexp_match(url, '^([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$');
        IF length(url) > 255 THEN
            found := found || 'base_url:too_long'::text;
        ELSIF url !~ '^[!-~]+$' OR strpos(url, '\') > 0 OR parts IS NULL THEN
            found := found || 'base_url:malformed'::text;
        ELSE
            host_and_port := regexp_replace(parts[2], '^.*@', '');
            IF host_and_port LIKE '[%' THEN
                bracketed := coalesce(regexp_match(host_and_port, '^\[([^]]*)\](:(.*))?$'), ARRAY ['', NULL, NULL]);
                host := bracketed[1];
                port := bracketed[3];
            ELSE
                host := regexp_replace(host_and_port, ':[^:]*$', '');
                port := substring(host_and_port FROM ':([^:]*)$');
            END IF;

            IF lower(parts[1]) <> 'https' THEN
                found := found || 'base_url:not_https'::text;
            END IF;
            IF strpos(parts[2], '@') > 0 THEN
                found := found || 'base_url:user_info'::text;
            END IF;
            host_readable := CASE
                WHEN bracketed IS NOT NULL THEN strpos(host, ':') > 0 AND ultramsg_is_private_address(host) IS NOT NULL
                ELSE host ~ '^[A-Za-z0-9.-]+$'
            END;
            port_readable := CASE
                WHEN port ~ '^[0-9]{1,5}$' THEN port::integer BETWEEN 1 AND 65535
                ELSE port IS NULL
            END;
            IF NOT host_readable OR NOT port_readable THEN
                found := found || 'base_url:malformed'::text;
            ELSE
                IF ltrim(port, '0') <> '443' THEN
                    found := found || 'base_url:port_not_allowed'::text;
                END IF;
                IF ultramsg_is_private_address(host) THEN
                    found := found || 'base_url:private_address'::text;
                END IF;
                IF lower(host) <> allowed_host THEN
                    found := found || 'base_url:host_not_allowed'::text;
                END IF;
            END IF;
            IF parts[3] NOT IN ('', '/') THEN
                found := found || 'base_url:path_not_allowed'::text;
            END IF;
            IF parts[4] IS NOT NULL OR parts[5] IS NOT NULL THEN
                found := found || 'base_url:query_not_allowed'::text;
            END IF;
        END IF;
    END IF;

    IF found = '{}' THEN
        RETURN jsonb_build_object(
            'valid', true, 'message', 'The UltraMsg configuration is valid.', 'problems', jsonb_build_array());
    END IF;

    SELECT jsonb_agg(
        jsonb_build_object('field', split_part(f.entry, ':', 1), 'code', split_part(f.entry, ':', 2), 'message', m.message)
        ORDER BY f.position)
    INTO problems
    FROM unnest(found) WITH ORDINALITY AS f (entry, position)
    JOIN (VALUES
        ('instance_id:required', 'The instance id is missing.'),
        ('instance_id:too_long', 'The instance id is longer than 64 characters.'),
        ('instance_id:malformed', 'The instance id must look like 1150 or instance1150.'),
        ('token:required', 'The token is missing.'),
        ('token:too_long', 'The token is longer than 255 characters.'),
        ('token:malformed', 'The token must be printable ASCII without blanks.'),
        ('base_url:too_long', 'The base URL is longer than 255 characters.'),
        ('base_url:malformed', 'The base URL must look like https://api.ultramsg.com.'),
        ('base_url:not_https', 'The base URL must use https.'),
        ('base_url:user_info', 'The base URL must not contain a user name or password.'),
        ('base_url:port_not_allowed', 'The base URL must use port 443.'),
        ('base_url:private_address', 'The base URL points to a private or local address.'),
        ('base_url:host_not_allowed', 'The host of the base URL must be api.ultramsg.com.'),
        ('base_url:path_not_allowed', 'The base URL must not contain a path.'),
        ('base_url:query_not_allowed', 'The base URL must not contain a query or fragment.')
    ) AS m (entry, message) ON m.entry = f.entry;

    RETURN jsonb_build_object('valid', false, 'error', problems -> 0 ->> 'message', 'problems', problems);
END
$function$;
