-- The requests that were cancelled. A row may be there before its request is on record. Processes read the rows that were added since they
-- read last, by `cancelled_at`. `was_finished` says that nothing was left to stop, so that the request keeps its state.
--
-- A part of an expansion that was cancelled says how many notifications it did not create.

CREATE TABLE cancellations (
    service text NOT NULL,
    request uuid NOT NULL,
    cancelled_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', clock_timestamp()),
    was_finished boolean NOT NULL DEFAULT false,
    PRIMARY KEY (service, request));
CREATE INDEX cancellations_time ON cancellations (cancelled_at, service, request);

ALTER TABLE request_parts ADD COLUMN not_created int;

-- Not validated, because all rows satisfied the narrower rule.
ALTER TABLE requests
    DROP CONSTRAINT requests_state_check,
    ADD CONSTRAINT requests_state_check CHECK (
        state IN ('accepted', 'expanding', 'expanded', 'rejected', 'expired', 'cancelled')) NOT VALID;

-- The same as `Model.Status.givesWay(to:)`: a notification that was sent neither expires nor is cancelled.
CREATE OR REPLACE FUNCTION gives_way(known notification_status, later notification_status) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN known < CASE later
        WHEN 'expired'::notification_status THEN 'sending'::notification_status
        WHEN 'cancelled'::notification_status THEN 'sending'::notification_status
        ELSE 'delivered'::notification_status END;
