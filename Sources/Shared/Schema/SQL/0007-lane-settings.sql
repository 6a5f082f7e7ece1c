-- What operators set for a lane of a medium. A lane without a row was never changed. Without `prefetch`, each process uses its own setting.

CREATE TABLE lane_settings (
    medium medium NOT NULL,
    lane lane NOT NULL,
    consumers int NOT NULL CHECK (consumers BETWEEN 1 AND 32),
    prefetch int CHECK (prefetch BETWEEN 1 AND 10000),
    paused_at timestamptz,
    version bigint NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (medium, lane));
