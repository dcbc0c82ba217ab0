-- The category that a product's source told last: while the product has it still, nobody chose another.
ALTER TABLE products ADD COLUMN sourced_category text;
