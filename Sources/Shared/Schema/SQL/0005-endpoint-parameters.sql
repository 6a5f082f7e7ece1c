-- What an endpoint has besides its address depends on its medium, so it is a value of each endpoint and no column of all.

ALTER TABLE endpoints ADD COLUMN parameters jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(parameters) = 'object');
UPDATE endpoints SET parameters = jsonb_build_object('secret_generation', secret_generation) WHERE secret_generation <> 1;
ALTER TABLE endpoints DROP COLUMN secret_generation;
