CREATE TABLE datasets (
  name text PRIMARY KEY,
  format text NOT NULL,
  job_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE snapshots (
  dataset text NOT NULL REFERENCES datasets ON DELETE CASCADE,
  hash text NOT NULL,
  manifest jsonb NOT NULL,
  bytes bigint NOT NULL,
  position integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dataset, hash)
);
CREATE INDEX snapshots_hash ON snapshots (hash);
