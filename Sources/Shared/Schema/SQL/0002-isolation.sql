-- Stores what is decided once for each request: which subscriptions it goes to (`watermark`), its division into `ranges`, and the digest of
-- its content. `admitted_at` is the time of the last admission: events before it belong to an earlier delivery of the request. A removed
-- channel is marked at once, and its subscriptions are deleted in batches. All events published before `record_marks.through` are recorded.

ALTER TABLE requests
    ADD COLUMN admitted_at timestamptz,
    ADD COLUMN digest bytea,
    ADD COLUMN watermark bigint,
    ADD COLUMN ranges bigint[];

ALTER TABLE channels ADD COLUMN removed_at timestamptz;
CREATE INDEX channels_removed ON channels (id) WHERE removed_at IS NOT NULL;

-- The same as `Model.Status.givesWay(to:)`: a notification that was sent does not expire.
CREATE FUNCTION gives_way(known notification_status, later notification_status) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN known < CASE later WHEN 'expired' THEN 'sending' ELSE 'delivered' END::notification_status;

CREATE TABLE record_marks (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    through timestamptz NOT NULL);
INSERT INTO record_marks (through) VALUES ('epoch');
