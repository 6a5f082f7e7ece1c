-- The same as `Model.Progress`: a replay reopens a notification that has failed, and the number of the attempt decides which of two events
-- is newer. What is listed after `expired` is final like it. The rule with two arguments stays until the recorders of the earlier version have
-- been replaced.

CREATE FUNCTION gives_way(known notification_status, known_attempt int, later notification_status, later_attempt int) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN known = 'delivered'::notification_status THEN false
        WHEN known > 'delivered'::notification_status THEN later_attempt > known_attempt
        WHEN later >= 'expired'::notification_status
            THEN known = 'created'::notification_status AND later_attempt >= known_attempt
        WHEN later > 'delivered'::notification_status THEN later_attempt >= known_attempt
        ELSE later > known OR later_attempt > known_attempt END;

CREATE FUNCTION takes_status(known notification_status, later notification_status) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN known > 'delivered'::notification_status OR later > known;
