// Run by the build, once for each version of PGlite.
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { emptyDatabase } from './empty-database.js';

if (!existsSync(emptyDatabase)) {
  const partial = `${emptyDatabase}.${process.pid}`;
  await (await PGlite.create(partial)).close();
  // Another build may have been faster; then its database serves.
  await rename(partial, emptyDatabase).catch(() => rm(partial, { recursive: true }));
}
// What PGlite keeps open must not keep a build waiting.
process.exit();
