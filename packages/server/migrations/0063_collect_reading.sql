-- How the pages known of a site were read: a hash of what its config and the version of Vitrine make of them.
ALTER TABLE collect_sites ADD COLUMN reading text;
