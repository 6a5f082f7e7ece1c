-- Subscriptions, and the state of each request and notification.
--
-- `notification_status` lists the statuses in order of progress, like `Model.Status`; an earlier status never replaces a later
-- one. Each notification is inserted once and updated at least once, so its pages are filled to 50 %: the new version of a row
-- fits on the same page, and no index needs an update. Requests, notifications and attempts have no foreign keys, because they
-- are only inserted and updated.

CREATE TYPE medium AS ENUM ('email', 'webhook');
CREATE TYPE lane AS ENUM ('priority', 'normal', 'bulk');
CREATE TYPE notification_status AS ENUM (
    'created', 'sending', 'pending', 'sent', 'delivered', 'temporary-failure', 'permanent-failure',
    'technical-failure', 'expired');

CREATE TABLE services (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    service_id bigint NOT NULL REFERENCES services ON DELETE CASCADE,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    prefix text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz);
CREATE INDEX api_keys_service ON api_keys (service_id);

CREATE TABLE consumers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service_id bigint NOT NULL REFERENCES services ON DELETE CASCADE,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (service_id, name));

CREATE TABLE endpoints (
    id uuid PRIMARY KEY,
    consumer_id bigint NOT NULL REFERENCES consumers ON DELETE CASCADE,
    medium medium NOT NULL,
    address text NOT NULL,
    secret_generation int NOT NULL DEFAULT 1,
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'gone')),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (consumer_id, medium, address));

CREATE TABLE channels (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service_id bigint NOT NULL REFERENCES services ON DELETE CASCADE,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (service_id, name));

CREATE TABLE subscriptions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel_id bigint NOT NULL REFERENCES channels ON DELETE CASCADE,
    consumer_id bigint NOT NULL REFERENCES consumers ON DELETE CASCADE,
    media medium[],
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (channel_id, consumer_id));
CREATE INDEX subscriptions_consumer ON subscriptions (consumer_id);

CREATE TABLE requests (
    service text NOT NULL,
    id uuid NOT NULL,
    lane lane NOT NULL,
    channels text[] NOT NULL DEFAULT '{}',
    reference text,
    state text NOT NULL DEFAULT 'accepted' CHECK (
        state IN ('accepted', 'expanding', 'expanded', 'rejected', 'expired')),
    reason text,
    parts int,
    accepted_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (service, id));

CREATE TABLE request_parts (
    service text NOT NULL,
    request uuid NOT NULL,
    part int NOT NULL,
    notifications int NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (service, request, part));

CREATE TABLE cursor_steps (
    service text NOT NULL,
    request uuid NOT NULL,
    part int NOT NULL,
    claimed bigint NOT NULL,
    reached bigint NOT NULL,
    PRIMARY KEY (service, request, part));

CREATE TABLE notifications (
    id uuid PRIMARY KEY,
    service text NOT NULL,
    request uuid NOT NULL,
    reference text,
    consumer text,
    endpoint uuid NOT NULL,
    medium medium NOT NULL,
    lane lane NOT NULL,
    status notification_status NOT NULL,
    attempt int NOT NULL,
    provider text,
    provider_reference text,
    reason text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL) WITH (fillfactor = 50);
CREATE INDEX notifications_request ON notifications (request);

CREATE TABLE attempts (
    notification uuid NOT NULL,
    attempt int NOT NULL,
    provider text NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (notification, attempt, provider));
