-- One row for each lane: all events published on the lane before `through` are recorded.

DROP TABLE record_marks;
CREATE TABLE record_marks (
    lane lane PRIMARY KEY,
    through timestamptz NOT NULL);
INSERT INTO record_marks SELECT unnest(enum_range(NULL::lane)), 'epoch';
