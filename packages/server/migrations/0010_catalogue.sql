CREATE TABLE categories (
  code text PRIMARY KEY,
  name text NOT NULL,
  parent text REFERENCES categories (code),
  position integer NOT NULL DEFAULT 0
);

CREATE TABLE products (
  id text PRIMARY KEY,
  sku text,
  title text NOT NULL,
  description text NOT NULL DEFAULT '',
  category text REFERENCES categories (code),
  price double precision,
  currency text,
  brand text,
  colour text,
  images text[] NOT NULL DEFAULT '{}',
  stock integer,
  attributes jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  search_title text NOT NULL DEFAULT '',
  search_body text NOT NULL DEFAULT '',
  trigrams text[] NOT NULL DEFAULT '{}',
  search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', search_title), 'A') || setweight(to_tsvector('simple', search_body), 'C')
  ) STORED
);
CREATE INDEX products_search ON products USING gin (search);
CREATE INDEX products_trigrams ON products USING gin (trigrams);
CREATE INDEX products_category ON products (category);
CREATE INDEX products_created ON products (created_at);

CREATE TABLE images (
  hash text PRIMARY KEY,
  width integer NOT NULL,
  height integer NOT NULL,
  bytes integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
