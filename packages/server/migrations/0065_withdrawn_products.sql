-- Deleted because its source has it no more: it is listed again once the source has it again. What a person deleted is not.
ALTER TABLE products ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;
UPDATE products SET withdrawn = true
WHERE deleted_at IS NOT NULL AND id IN (SELECT product_id FROM collect_products WHERE gone_crawl IS NOT NULL);

-- Products that people deleted so long ago that they can't be restored: no source lists them again.
CREATE TABLE deleted_products (id text PRIMARY KEY);
