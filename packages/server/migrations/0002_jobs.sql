CREATE TABLE jobs (
  id text PRIMARY KEY,
  kind text NOT NULL,
  input jsonb NOT NULL,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  fraction double precision,
  message text NOT NULL DEFAULT '',
  seconds_left double precision,
  error jsonb,
  result jsonb,
  cancel_requested boolean NOT NULL DEFAULT false,
  attempts integer NOT NULL DEFAULT 0,
  worker text,
  heartbeat_at timestamptz,
  created_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz
);
CREATE INDEX jobs_open ON jobs (kind, created_at) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_created ON jobs (created_at DESC);

-- What a job has done already: a resumed job takes the stored result instead of doing it again.
CREATE TABLE job_steps (
  job_id text NOT NULL REFERENCES jobs ON DELETE CASCADE,
  name text NOT NULL,
  result jsonb,
  finished_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (job_id, name)
);
