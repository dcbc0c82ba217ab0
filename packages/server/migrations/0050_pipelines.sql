CREATE TABLE pipelines (
  id text PRIMARY KEY,
  number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  kind text NOT NULL,
  -- Of the pipelines with one key, one is under way at a time.
  key text NOT NULL,
  title text NOT NULL,
  input jsonb NOT NULL,
  state text NOT NULL DEFAULT 'running',
  created_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
CREATE UNIQUE INDEX pipelines_under_way ON pipelines (key) WHERE state = 'running';

CREATE TABLE pipeline_steps (
  pipeline_id text NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
  name text NOT NULL,
  position integer NOT NULL,
  title text NOT NULL,
  needs text[] NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  -- How often it was begun by hand; each has a job of its own.
  round integer NOT NULL DEFAULT 0,
  job_id text,
  attempts integer NOT NULL DEFAULT 0,
  -- Of this round.
  failures integer NOT NULL DEFAULT 0,
  retry_at timestamptz,
  -- What it has started that lasts: a run, a job.
  child text,
  last_child text,
  children integer NOT NULL DEFAULT 0,
  output jsonb,
  links jsonb NOT NULL DEFAULT '[]',
  note text,
  error jsonb,
  started_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (pipeline_id, name)
);

CREATE TABLE pipeline_logs (
  pipeline_id text NOT NULL,
  step text NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL DEFAULT now(),
  level text NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (pipeline_id, step, sequence),
  FOREIGN KEY (pipeline_id, step) REFERENCES pipeline_steps (pipeline_id, name) ON DELETE CASCADE
);
