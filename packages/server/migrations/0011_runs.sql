CREATE SEQUENCE run_sequence;

CREATE TABLE runs (
  id text PRIMARY KEY,
  number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
  task text NOT NULL,
  dataset text NOT NULL,
  snapshot text NOT NULL,
  config jsonb NOT NULL,
  seed integer NOT NULL,
  code_version text NOT NULL,
  state text NOT NULL DEFAULT 'queued',
  phase text,
  fraction double precision NOT NULL DEFAULT 0,
  seconds_left double precision,
  message text NOT NULL DEFAULT '',
  metrics jsonb,
  primary_metric text NOT NULL,
  model_id text,
  error jsonb,
  promote boolean NOT NULL DEFAULT false,
  job_id text,
  created_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz
);
CREATE INDEX runs_created ON runs (created_at);

CREATE TABLE run_points (
  run_id text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  name text NOT NULL,
  step double precision NOT NULL,
  epoch double precision NOT NULL,
  value double precision NOT NULL,
  sequence bigint NOT NULL DEFAULT nextval('run_sequence'),
  PRIMARY KEY (run_id, name, step)
);
CREATE INDEX run_points_sequence ON run_points (run_id, sequence);

CREATE TABLE run_figures (
  run_id text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  name text NOT NULL,
  epoch double precision NOT NULL,
  data jsonb NOT NULL,
  sequence bigint NOT NULL DEFAULT nextval('run_sequence'),
  PRIMARY KEY (run_id, name, epoch)
);

CREATE TABLE run_logs (
  run_id text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  sequence bigint NOT NULL DEFAULT nextval('run_sequence'),
  at timestamptz NOT NULL DEFAULT now(),
  level text NOT NULL,
  message text NOT NULL,
  PRIMARY KEY (run_id, sequence)
);
