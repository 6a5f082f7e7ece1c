-- What each provider reported in a failed attempt, and how long its call took.
--
-- An endpoint that did not take a notification has a row in `failing_endpoints` until it takes one. One that has failed for long enough
-- becomes `disabled`. Senders read `disabled_at` to end what still waits for it. The wider check needs no validation: every row satisfies
-- the earlier one.

ALTER TABLE attempts
    ADD COLUMN verdict text,
    ADD COLUMN duration_ms int;

ALTER TABLE endpoints
    ADD COLUMN disabled_at timestamptz,
    DROP CONSTRAINT endpoints_state_check,
    ADD CONSTRAINT endpoints_state_check CHECK (state IN ('active', 'gone', 'disabled')) NOT VALID;
CREATE INDEX endpoints_disabled ON endpoints (disabled_at) WHERE disabled_at IS NOT NULL;

CREATE TABLE failing_endpoints (
    endpoint uuid PRIMARY KEY REFERENCES endpoints ON DELETE CASCADE,
    failing_since timestamptz NOT NULL,
    last_failure timestamptz NOT NULL);
-- For the search for those that have failed for longest: an index on the time itself, so that its cost depends only on how many these are.
CREATE INDEX failing_endpoints_span ON failing_endpoints ((last_failure - failing_since));
