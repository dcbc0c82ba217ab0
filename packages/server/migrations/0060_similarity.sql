-- What a model makes of a stored photo: its vector (float32, little-endian), or why it has none.
CREATE TABLE embeddings (
  model_id text NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  image text NOT NULL,
  vector bytea,
  problem jsonb,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (model_id, image),
  CHECK ((vector IS NULL) <> (problem IS NULL))
);
ALTER TABLE embeddings ALTER COLUMN vector SET STORAGE EXTERNAL;
CREATE INDEX embeddings_problems ON embeddings (model_id) WHERE problem IS NOT NULL;

CREATE TABLE search_indexes (
  model_id text PRIMARY KEY REFERENCES models (id) ON DELETE CASCADE,
  current boolean NOT NULL DEFAULT false,
  calibration jsonb,
  revision integer NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now()
);
-- Whatever is killed when: never two models that answer searches.
CREATE UNIQUE INDEX search_indexes_current ON search_indexes (current) WHERE current;

-- Products that search has to look at again, in the order of their transactions: whoever has seen all below its
-- snapshot's xmin misses none, however long another transaction stays open.
CREATE TABLE product_changes (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  product_id text NOT NULL,
  changed xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX product_changes_changed ON product_changes (changed);
CREATE INDEX product_changes_at ON product_changes (at);

CREATE FUNCTION log_product_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO product_changes (product_id) VALUES (coalesce(NEW.id, OLD.id));
  RETURN NULL;
END $$;
CREATE TRIGGER products_added AFTER INSERT OR DELETE ON products
  FOR EACH ROW EXECUTE FUNCTION log_product_change();
CREATE TRIGGER products_changed AFTER UPDATE ON products FOR EACH ROW
  WHEN ((OLD.images, OLD.category, OLD.price, OLD.stock, OLD.deleted_at)
    IS DISTINCT FROM (NEW.images, NEW.category, NEW.price, NEW.stock, NEW.deleted_at))
  EXECUTE FUNCTION log_product_change();

-- A change of the tree of categories, which is what many products are filtered by: without a product's id.
CREATE FUNCTION log_category_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO product_changes (product_id) VALUES ('');
  RETURN NULL;
END $$;
CREATE TRIGGER categories_changed AFTER INSERT OR UPDATE OF parent OR DELETE ON categories
  FOR EACH STATEMENT EXECUTE FUNCTION log_category_change();

-- Which products show a photo.
CREATE INDEX products_images ON products USING gin (images);

CREATE TABLE searches (
  id text PRIMARY KEY,
  at timestamptz NOT NULL,
  user_id text NOT NULL,
  image text NOT NULL,
  crop jsonb,
  filter jsonb NOT NULL,
  good_match boolean NOT NULL,
  results integer NOT NULL
);
CREATE INDEX searches_user ON searches (user_id, at);
CREATE INDEX searches_at ON searches (at);
CREATE INDEX searches_image ON searches (image);
