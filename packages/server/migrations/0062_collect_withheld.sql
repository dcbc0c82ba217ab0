-- A start page that told of products before and tells of none now: what it held is kept.
ALTER TABLE collect_pages ADD COLUMN emptied boolean NOT NULL DEFAULT false;
-- Why the newest crawl takes no product for gone though it did not find some, in a sentence.
ALTER TABLE collect_sites ADD COLUMN withheld text;
