-- A row of `record_marks` says that every event which was published on the lane before that moment is on record.

DROP TABLE record_marks;
CREATE TABLE record_marks (
    lane lane PRIMARY KEY,
    through timestamptz NOT NULL);
INSERT INTO record_marks SELECT unnest(enum_range(NULL::lane)), 'epoch';
