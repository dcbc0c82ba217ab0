-- What the shop tells of a product that is not listed, being another spelling of one that is: it takes that one's
-- place once the shop shows that one no more.
ALTER TABLE collect_products ADD COLUMN told jsonb;

-- Other spellings that were found before are read once more, to be told.
UPDATE collect_pages SET etag = NULL, last_modified = NULL
WHERE (site, url) IN (
  SELECT page.site, page.url FROM collect_pages page, unnest(page.products) AS shown (key)
  JOIN collect_products product ON product.key = shown.key
  WHERE product.site = page.site AND product.duplicate_of IS NOT NULL
);
