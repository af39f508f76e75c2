-- What is Smart Queue's own. organizations and organization_members are made by the library's migration, which comes first.

CREATE TABLE IF NOT EXISTS accounts (
    member_id text PRIMARY KEY,
    name text NOT NULL,
    password text NOT NULL -- how it was derived, salt and hash: see Passwords
);

CREATE TABLE IF NOT EXISTS sessions (
    token_hash bytea PRIMARY KEY, -- who reads this table cannot sign in with what he reads
    member_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    csrf_token text NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS sessions_expire ON sessions (expires_at);

CREATE TABLE IF NOT EXISTS departments (
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    name text NOT NULL,
    prefix text NOT NULL, -- of its tickets' numbers
    last_number integer NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, name),
    UNIQUE (organization_id, prefix)
);

CREATE TABLE IF NOT EXISTS tickets (
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    number text NOT NULL,
    department text NOT NULL,
    phone text NOT NULL, -- E.164
    customer_name text,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'called', 'served', 'left')),
    origin text NOT NULL DEFAULT 'desk' CHECK (origin IN ('desk', 'program')), -- who gives out its number
    place integer NOT NULL DEFAULT 1, -- one more with each transfer: at each place a customer is called anew
    created_at timestamptz NOT NULL DEFAULT now(),
    queued_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- whose turn it is; anew when transferred
    called_at timestamptz,
    PRIMARY KEY (organization_id, id)
);
-- a number is used again once its ticket is done, as on paper
CREATE UNIQUE INDEX IF NOT EXISTS tickets_open ON tickets (organization_id, number) WHERE state IN ('waiting', 'called');
CREATE INDEX IF NOT EXISTS tickets_queue ON tickets (organization_id, department, queued_at) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS tickets_of_phone ON tickets (organization_id, phone) WHERE state IN ('waiting', 'called');
CREATE INDEX IF NOT EXISTS tickets_newest ON tickets (organization_id, created_at DESC);

-- which message was for which ticket; what became of it, the library knows by its reference
CREATE TABLE IF NOT EXISTS ticket_messages (
    organization_id uuid NOT NULL,
    ticket_id uuid NOT NULL,
    event text NOT NULL, -- a ticket is told of each once
    reference text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization_id, ticket_id, event),
    FOREIGN KEY (organization_id, ticket_id) REFERENCES tickets ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS ticket_messages_newest ON ticket_messages (organization_id, created_at DESC);
CREATE INDEX IF NOT EXISTS ticket_messages_reference ON ticket_messages (organization_id, reference);

-- what customers have written is answered once, however often UltraMsg repeats it
CREATE TABLE IF NOT EXISTS inbound_messages (
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    event_key text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, event_key)
);
CREATE INDEX IF NOT EXISTS inbound_messages_oldest ON inbound_messages (organization_id, received_at);

CREATE TABLE IF NOT EXISTS message_texts (
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    event text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (organization_id, event)
);

CREATE TABLE IF NOT EXISTS batches (
    organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
    batch_id text NOT NULL,
    title text NOT NULL,
    content text NOT NULL, -- a hash of all that was asked for: who asks twice gets the batch that there is
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, batch_id)
);
CREATE INDEX IF NOT EXISTS batches_newest ON batches (organization_id, created_at DESC);
