CREATE TABLE models (
  id text PRIMARY KEY,
  task text NOT NULL,
  version integer NOT NULL,
  stage text NOT NULL DEFAULT 'candidate' CHECK (stage IN ('candidate', 'production', 'retired')),
  run_id text,
  dataset text,
  snapshot text,
  summary jsonb NOT NULL,
  artifact text NOT NULL,
  bytes bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  promoted_at timestamptz,
  promoted_by text
);
CREATE UNIQUE INDEX models_version ON models (task, version);
-- Whatever is killed when: never two models of a task in production.
CREATE UNIQUE INDEX models_production ON models (task) WHERE stage = 'production';

CREATE TABLE promotions (
  id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  task text NOT NULL,
  model_id text NOT NULL,
  previous_id text,
  at timestamptz NOT NULL DEFAULT now(),
  by text,
  forced boolean NOT NULL DEFAULT false,
  rollback boolean NOT NULL DEFAULT false
);
CREATE INDEX promotions_task ON promotions (task, id);
