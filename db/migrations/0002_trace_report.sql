-- What was read of a trace and what was not: a JSON object.
ALTER TABLE traces ADD COLUMN report TEXT NOT NULL DEFAULT '{}';
