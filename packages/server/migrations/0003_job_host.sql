-- The only machine that can do the job, because its input names files there.
ALTER TABLE jobs ADD COLUMN host text;
