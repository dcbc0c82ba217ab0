CREATE TABLE predictions (
  id text PRIMARY KEY,
  at timestamptz NOT NULL,
  task text NOT NULL,
  model_id text NOT NULL,
  model_version integer NOT NULL,
  user_id text NOT NULL,
  title text,
  description text,
  image_hash text,
  used text NOT NULL,
  predictions jsonb NOT NULL,
  milliseconds double precision NOT NULL,
  chosen text,
  chosen_at timestamptz,
  product_id text
);
CREATE INDEX predictions_user ON predictions (user_id, at);
CREATE INDEX predictions_at ON predictions (at);
CREATE INDEX predictions_chosen ON predictions (chosen_at);
