-- A notification that failed may be continued by another one, for the next endpoint of its consumer.
--
-- `first_media` stores what is decided once for each chunk of a large request of which each consumer gets one notification at a time: for each
-- medium, the consumers whose first endpoint is on it. `after` and `through` are the numbers of consumers between which the chunk lies.

ALTER TABLE notifications ADD COLUMN continued_as uuid;

CREATE TABLE first_media (
    service text NOT NULL,
    request uuid NOT NULL,
    after bigint NOT NULL,
    medium medium NOT NULL,
    through bigint NOT NULL,
    consumers bigint[] NOT NULL,
    PRIMARY KEY (service, request, after, medium));
