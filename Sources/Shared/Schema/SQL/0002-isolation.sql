-- What was decided once of a request is written down: who listened when it was taken, how it was divided, and what it said. When it was
-- admitted last tells what was said of it before it came again. A channel that is removed is marked at once, and its subscriptions are
-- deleted bit by bit. The one row of `record_marks` says that every event which was published before that moment is on record.

ALTER TABLE requests
    ADD COLUMN admitted_at timestamptz,
    ADD COLUMN digest bytea,
    ADD COLUMN watermark bigint,
    ADD COLUMN ranges bigint[];

ALTER TABLE channels ADD COLUMN removed_at timestamptz;
CREATE INDEX channels_removed ON channels (id) WHERE removed_at IS NOT NULL;

-- `Model.Status.givesWay(to:)`: what was handed over does not expire.
CREATE FUNCTION gives_way(known notification_status, later notification_status) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN known < CASE later WHEN 'expired' THEN 'sending' ELSE 'delivered' END::notification_status;

CREATE TABLE record_marks (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    through timestamptz NOT NULL);
INSERT INTO record_marks (through) VALUES ('epoch');
