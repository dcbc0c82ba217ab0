CREATE TABLE schedules (
  id text PRIMARY KEY,
  kind text NOT NULL,
  -- What is done, in the words of the kind.
  target jsonb NOT NULL,
  cron text NOT NULL,
  timezone text NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  next_at timestamptz,
  last_at timestamptz,
  last_job text,
  problem text,
  created_by text,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE enabled;
