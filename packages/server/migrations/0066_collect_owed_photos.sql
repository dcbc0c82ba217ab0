-- How many photos of a product could not be had for now: the next crawl asks for them again.
ALTER TABLE collect_products ADD COLUMN owed integer NOT NULL DEFAULT 0;
