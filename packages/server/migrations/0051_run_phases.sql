-- What a training did when, each phase anew in each attempt.
CREATE TABLE run_phases (
  run_id text NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  sequence bigint NOT NULL DEFAULT nextval('run_sequence'),
  phase text NOT NULL,
  message text,
  state text NOT NULL DEFAULT 'running',
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (run_id, sequence)
);
