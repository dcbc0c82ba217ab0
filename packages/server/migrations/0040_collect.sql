-- Shops whose sites are collected, and how far each crawl is.
CREATE TABLE collect_sites (
  name text PRIMARY KEY,
  config text NOT NULL,
  -- Counts up; a crawl that was stopped is gone on with.
  crawl integer NOT NULL DEFAULT 0,
  finished boolean NOT NULL DEFAULT true,
  job_id text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE collect_pages (
  site text NOT NULL REFERENCES collect_sites ON DELETE CASCADE,
  url text NOT NULL,
  -- The newest crawl that met it.
  crawl integer NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
  depth integer NOT NULL,
  category text[] NOT NULL DEFAULT '{}',
  problem text,
  etag text,
  last_modified text,
  -- What it held when it was last read, for answers that say that nothing changed.
  links text[] NOT NULL DEFAULT '{}',
  products text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (site, url)
);
CREATE INDEX collect_pages_waiting ON collect_pages (site, depth, url) WHERE state = 'waiting';

CREATE TABLE collect_products (
  site text NOT NULL REFERENCES collect_sites ON DELETE CASCADE,
  -- The shop's id of it, else its canonical address.
  key text NOT NULL,
  product_id text NOT NULL,
  url text NOT NULL,
  name text NOT NULL,
  -- Hash of what its own page says; of what a listing says, while no page of its own was read.
  content text NOT NULL,
  paged boolean NOT NULL,
  -- Perceptual hash of its main photo, 16 hex digits.
  look text,
  -- The product it is another spelling of.
  duplicate_of text,
  first_crawl integer NOT NULL,
  changed_crawl integer NOT NULL,
  last_crawl integer NOT NULL,
  gone_crawl integer,
  PRIMARY KEY (site, key)
);
CREATE INDEX collect_products_name ON collect_products (site, name);

-- Photos that were fetched already, by address.
CREATE TABLE collect_images (
  url text PRIMARY KEY,
  hash text NOT NULL,
  look text NOT NULL
);
