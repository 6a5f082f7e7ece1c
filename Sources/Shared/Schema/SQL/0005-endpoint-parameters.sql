-- The other properties of an endpoint depend on its medium, so they are one JSON value instead of columns.

ALTER TABLE endpoints ADD COLUMN parameters jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(parameters) = 'object');
UPDATE endpoints SET parameters = jsonb_build_object('secret_generation', secret_generation) WHERE secret_generation <> 1;
ALTER TABLE endpoints DROP COLUMN secret_generation;
